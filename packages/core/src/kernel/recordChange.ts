/** Record changes: what the journal says of one record, with personal values set apart by their subject. */
import { type Canonical, canonical } from "./canonical.ts"
import type { Values } from "./changes.ts"
import type { Entity } from "./entity.ts"
import { type Fielded, fieldsOf } from "./fields.ts"
import type { RecordChange } from "./journal.ts"

/** A record before and after a change: the whole record on each side, empty where it does not exist. */
export interface Sides {
  readonly before: Values
  readonly after: Values
}

/**
 * The names of the fields whose values differ between two sides of a record.
 *
 * @example changedNames({ name: "Granen", note: null }, { name: "Granen", note: "calls back" }) // ["note"]
 */
export const changedNames = (before: Values, after: Values): readonly string[] =>
  Object.keys(after).filter((name) => bytesOf(before[name]) !== bytesOf(after[name]))

/** What the journal says of a change: the fields that differ, open or sealed for the person whom they are about. */
export const recordChange = (
  model: Fielded,
  entity: Entity,
  record: string,
  verb: RecordChange["verb"],
  version: number,
  { before, after }: Sides,
): RecordChange => {
  const open = { before: {} as Record<string, Canonical>, after: {} as Record<string, Canonical> }
  const sealed = new Map<string, Record<string, Record<string, Canonical>>>()
  for (const [name, field] of Object.entries(fieldsOf(model, entity))) {
    if (bytesOf(before[name]) === bytesOf(after[name])) continue
    const { personal } = field.options
    for (const [side, values] of [
      ["before", before],
      ["after", after],
    ] as const) {
      const value = (values[name] ?? null) as Canonical
      if (value === null) continue
      if (!personal) open[side][name] = value
      else {
        const subject = personal.of === "id" ? record : String(values[personal.of] ?? record)
        const part = sealed.get(subject) ?? {}
        part[side] = { ...part[side], [name]: value }
        sealed.set(subject, part)
      }
    }
  }
  // A part that moves says so under the name of its place, which no field can have.
  if (verb === "patch" && before["position"] !== after["position"])
    for (const [side, values] of [
      ["before", before],
      ["after", after],
    ] as const)
      open[side]["position"] = values["position"] as Canonical
  const parts = [...sealed].map(([subject, values]) => ({ subject, values }))
  return { entity: entity.name, record, verb, version, ...open, sealed: parts }
}

const bytesOf = (value: unknown): string => canonical((value ?? null) as Canonical)
