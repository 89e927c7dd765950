/** Record changes: what the journal says of one record, with personal values set apart by their subject. */
import { type Canonical, canonical } from "./canonical.ts"
import type { Values } from "./changes.ts"
import type { Entity } from "./entity.ts"
import type { Field } from "./field.ts"
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
  Object.keys(after).filter((name) => !isSame(before[name], after[name]))

/** Which record changed, what it is a part of, and the version to which that stepped. */
type Place = Pick<RecordChange, "record" | "root" | "version">

/** What the journal says of a change: the fields that differ, open or sealed for the person whom they are about. */
export const recordChange = (
  model: Fielded,
  entity: Entity,
  at: Place,
  verb: RecordChange["verb"],
  { before, after }: Sides,
): RecordChange => {
  const open = { before: {} as Record<string, Canonical>, after: {} as Record<string, Canonical> }
  const sealed = new Map<string, Part>()
  for (const [name, field] of Object.entries(fieldsOf(model, entity))) {
    if (isSame(before[name], after[name])) continue
    const { personal } = field.options
    for (const [side, values] of [
      ["before", before],
      ["after", after],
    ] as const) {
      const value = (values[name] ?? null) as Canonical
      if (value === null) continue
      if (!personal) open[side][name] = value
      else {
        const subject = subjectOf(field, at.record, values)
        const isKept = personal.on === "keep"
        const key = `${isKept}/${subject}`
        const part = sealed.get(key) ?? { subject, isKept, values: {} }
        sealed.set(key, { ...part, values: { ...part.values, [side]: { ...part.values[side], [name]: value } } })
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
  return { entity: entity.name, ...at, verb, ...open, sealed: [...sealed.values()] }
}

/** Personal values of one subject in one change. */
interface Part {
  readonly subject: string
  readonly isKept: boolean
  readonly values: { readonly before?: Record<string, Canonical>; readonly after?: Record<string, Canonical> }
}

/** Whom a personal value is about: the record itself, or the record that it names. */
export const subjectOf = ({ options }: Field, record: string, values: Values): string =>
  options.personal === undefined || options.personal.of === "id"
    ? record
    : String(values[options.personal.of] ?? record)

/** What the journal says of a record whose personal values were erased: which they were, and what stands there now. */
export const erasedChange = (model: Fielded, entity: Entity, at: Place, { before, after }: Sides): RecordChange => {
  const erased = changedNames(before, after).filter((name) => Object.hasOwn(fieldsOf(model, entity), name))
  const left = erased.flatMap((name) => ((after[name] ?? null) === null ? [] : [[name, after[name] as Canonical]]))
  const open = { before: {}, after: Object.fromEntries(left) as Record<string, Canonical> }
  return { entity: entity.name, ...at, verb: "patch", ...open, erased, sealed: [] }
}

/** Whether two values have the same bytes; most are texts and numbers, which need not be written out for that. */
const isSame = (a: unknown, b: unknown): boolean => {
  const [left, right] = [a ?? null, b ?? null]
  if (left === right) return true
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false
  return canonical(left as Canonical) === canonical(right as Canonical)
}
