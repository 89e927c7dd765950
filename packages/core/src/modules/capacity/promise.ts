/** Promises: the delivery date that capacity allows for planned tasks, and why it is not earlier. */
import { type DeliveryPromise, explainPromise, promise } from "@anbud/scheduling"
import { isRefusal, type RefusalOf, refusal } from "../../kernel/errors.ts"
import { type Id, json, type LocalDate, text } from "../../kernel/field.ts"
import { localDate } from "../../kernel/localDate.ts"
import type { PlannedTask } from "../quotes/entities.ts"
import type { UnknownReference } from "../quotes/quotes.ts"
import { type CapacityFacts, instantOf, planOf, slotOf } from "./planningData.ts"
import { type PlannedQuote, workOf } from "./quoteWork.ts"

/**
 * Some of the work has no place in the firm's capacity.
 *
 * Plan other people, widen the horizon, or hire: `capacity.promise` says what stands in the way.
 */
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
  /** The login of the person, and the person as a resource. */
  readonly user: string
  readonly resource: Id<"resource">
  readonly startOn: LocalDate
  readonly finishOn: LocalDate
  readonly slots: readonly ReturnType<typeof slotOf>[]
}

/** A date that can be promised. */
export interface Promised {
  /** Today, if no work is planned. */
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
 * Refuses with `UnknownReference` a planned person who is no resource, and with `CapacityExceeded`, naming what has no
 * place.
 */
export const promiseFor = (
  facts: CapacityFacts,
  quote: string,
  tasks: readonly PlannedTask[],
): Promised | UnknownReference | CapacityExceeded => {
  if (tasks.length === 0) return nothingPlanned(facts.today)
  const planned = workOf(facts, quote, tasks)
  if (isRefusal(planned)) return planned
  const plan = planOf(facts)
  const given = promise(plan, planned.work)
  if (!given.ok) return new CapacityExceeded({ quote, reasons: given.error.map(({ hint }) => hint) })
  const delivery = given.value.deterministic
  if (!delivery) return new CapacityExceeded({ quote, reasons: given.value.unplaced.map(({ hint }) => hint) })
  return {
    date: delivery.date as LocalDate,
    reason: { en: explainPromise(given.value, plan, "en"), sv: explainPromise(given.value, plan, "sv") },
    ifAllLost: (given.value.ifAllLost?.date ?? null) as LocalDate | null,
    ifAllWon: (given.value.ifAllWon?.date ?? null) as LocalDate | null,
    parts: partsOf(given.value, planned, facts),
  }
}

const nothingPlanned = (today: LocalDate): Promised => ({
  date: today,
  reason: { en: "No work is planned.", sv: "Inget arbete är planerat." },
  ifAllLost: today,
  ifAllWon: today,
  parts: [],
})

const partsOf = (
  { assignments }: DeliveryPromise,
  { taskOf }: PlannedQuote,
  { zone, people }: CapacityFacts,
): readonly PlannedPart[] => {
  const byCode = new Map([...people].map(([user, resource]) => [resource.code, { user, resource: resource.id }]))
  return [...assignments]
    .sort((a, b) => a.start - b.start || a.finish - b.finish)
    .map(({ activity, resources: [code = ""], start, finish, pieces }) => {
      const task = taskOf.get(activity)
      const person = byCode.get(code)
      if (!task || !person) throw new Error(`${activity} is planned for nobody`)
      return {
        task: task.task,
        name: task.name,
        ...person,
        startOn: localDate(instantOf(start), zone),
        // Work that ends at midnight is done on the day before.
        finishOn: localDate(instantOf(finish - 1), zone),
        slots: pieces.map(slotOf),
      }
    })
}
