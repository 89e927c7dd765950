/**
 * Veiled facts: a promise must reckon with everything that is reserved, whoever asks. What the asker may not see still
 * takes up its time, without a name: explanations and refusals are made from these facts.
 */
import type { Reads } from "../../kernel/reads.ts"
import { Absence, Reservation, Resource } from "./entities.ts"
import type { CapacityFacts } from "./planningData.ts"

/** What stands in place of a hidden name, label or reason. */
const HIDDEN = "…"

/** Capacity's facts, in which what `read` does not show has no name, and which of the resources it shows. */
export interface Veiled {
  readonly facts: CapacityFacts
  /** The codes of the resources that may be shown. */
  readonly shown: ReadonlySet<string>
}

/** Takes the names out of what the actor may not see. */
export const veiled = async (read: Reads, all: Reads, facts: CapacityFacts): Promise<Veiled> => {
  if (read === all) return { facts, shown: new Set(facts.resources.map(({ code }) => code)) }
  const resources = new Map((await read.find(Resource)).map((row) => [row.id as string, row]))
  const labels = new Map((await read.find(Reservation)).map(({ id, label }) => [id as string, label]))
  const reasons = new Map((await read.find(Absence)).map(({ id, reason }) => [id as string, reason]))
  // A code is a login: a hidden person is known by the record's id alone.
  const shownAs = (row: Resource): Resource => {
    const { name, code } = resources.get(row.id) ?? {}
    return { ...row, name: name ?? HIDDEN, code: code ?? row.id }
  }
  const people = [...facts.people].map(([login, row]) => [login, shownAs(row)] as const)
  return {
    facts: {
      ...facts,
      resources: facts.resources.map(shownAs),
      people: new Map(people),
      reservations: facts.reservations.map((row) => ({ ...row, label: labels.get(row.id) ?? HIDDEN })),
      absences: facts.absences.map((row) => ({ ...row, reason: reasons.get(row.id) ?? HIDDEN })),
    },
    shown: new Set([...resources.values()].flatMap(({ code }) => code ?? [])),
  }
}
