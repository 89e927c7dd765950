/** Promises: the delivery date that capacity allows for planned tasks, and why it is not earlier. */
import { type DeliveryPromise, explainPromise, promise } from "@anbud/scheduling"
import { type RefusalOf, refusal } from "../../kernel/errors.ts"
import { json, type LocalDate, text } from "../../kernel/field.ts"
import { localDate } from "../../kernel/localDate.ts"
import type { PlannedTask } from "../quotes/entities.ts"
import { type CapacityFacts, instantOf, planOf, slotOf, taskOf, workOf } from "./planningData.ts"

/** Some of the work has no place in the firm's capacity. */
export const CapacityExceeded = refusal(
  "CapacityExceeded",
  { quote: text(), reasons: json<readonly string[]>() },
  { en: "There is no capacity for {quote}: {reasons}.", sv: "Det saknas kapacitet för {quote}: {reasons}." },
)
export type CapacityExceeded = RefusalOf<typeof CapacityExceeded>

/** Work of one person on one task, and the time that it takes up. */
export interface PlannedPart {
  readonly task: string
  readonly name: string
  readonly user: string
  readonly startOn: LocalDate
  readonly finishOn: LocalDate
  readonly slots: readonly ReturnType<typeof slotOf>[]
}

/** A date that can be promised. */
export interface Promised {
  readonly date: LocalDate
  /** The chain of reasons, in each language; its minutes add up to the time until delivery. */
  readonly reason: { readonly en: string; readonly sv: string }
  /** The dates if every tentative reservation were lost, or won. */
  readonly ifAllLost: LocalDate | null
  readonly ifAllWon: LocalDate | null
  readonly parts: readonly PlannedPart[]
}

/**
 * The earliest delivery of the tasks beside all that is reserved.
 *
 * Refuses with `CapacityExceeded`, naming what has no place.
 */
export const promiseFor = (
  facts: CapacityFacts,
  quote: string,
  tasks: readonly PlannedTask[],
): Promised | CapacityExceeded => {
  const plan = planOf(facts)
  const given = promise(plan, workOf(quote, tasks))
  if (!given.ok) return new CapacityExceeded({ quote, reasons: given.error.map(({ hint }) => hint) })
  const delivery = given.value.deterministic
  if (!delivery) return new CapacityExceeded({ quote, reasons: given.value.unplaced.map(({ hint }) => hint) })
  return {
    date: delivery.date as LocalDate,
    reason: { en: explainPromise(given.value, plan, "en"), sv: explainPromise(given.value, plan, "sv") },
    ifAllLost: (given.value.ifAllLost?.date ?? null) as LocalDate | null,
    ifAllWon: (given.value.ifAllWon?.date ?? null) as LocalDate | null,
    parts: partsOf(given.value, tasks, facts.zone),
  }
}

const partsOf = (given: DeliveryPromise, tasks: readonly PlannedTask[], zone: string): readonly PlannedPart[] => {
  const names = new Map(tasks.map(({ task, name }) => [task, name]))
  return [...given.assignments]
    .sort((a, b) => a.start - b.start || a.finish - b.finish)
    .map(({ activity, resources, start, finish, pieces }) => ({
      task: taskOf(activity),
      name: names.get(taskOf(activity)) ?? activity,
      user: resources[0] ?? "",
      startOn: localDate(instantOf(start), zone),
      // Work that ends at midnight is done on the day before.
      finishOn: localDate(instantOf(finish - 1), zone),
      slots: pieces.map(slotOf),
    }))
}
