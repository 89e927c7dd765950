/**
 * The oracle: what a user may, worked out anew from the words of the guide "Rights", one record at a time and by no
 * code of the engine. It is slow and plain on purpose.
 */

/** A right as a role holds it. */
export type Given = string | Granted | Denied
export interface Granted {
  readonly may: string
  readonly scope?: Reach
  readonly fields?: readonly string[]
}
export interface Denied {
  readonly not: string
  readonly scope?: Reach
  readonly fields?: readonly string[]
}
export type Reach = "own" | "unit" | "tree" | "group" | "all"

/** The firm's trees: what is above each unit and each group, null for nothing. */
export interface Trees {
  readonly units: Readonly<Record<string, string | null>>
  readonly groups: Readonly<Record<string, string | null>>
}

/** A user, where the user stands, and what the user's roles hold together. */
export interface Person {
  readonly id: string
  readonly unit: string | null
  /** The groups that list the user. */
  readonly groups: readonly string[]
  readonly rights: readonly Given[]
  readonly trees: Trees
}

/** Whose a record is; of a part, whose its root is. */
export interface Place {
  readonly owner: string
  readonly unit: string | null
  readonly group: string | null
}

/** What records are: a root by the name of its rights, or a part by the way down from its root. */
export interface Kind {
  /** `board.sheets` */
  readonly right: string
  /** Whether its records say whose they are. */
  readonly isPlaced: boolean
  /** The parts below: the name of the list, and what the rights to its members begin with. */
  readonly parts: readonly { readonly list: string; readonly right: string }[]
}

const isAbove = (tree: Readonly<Record<string, string | null>>, above: string, id: string | null): boolean => {
  for (let at: string | null = id; at !== null; at = tree[at] ?? null) if (at === above) return true
  return false
}

const isWithin = (me: Person, reach: Reach, place: Place): boolean => {
  if (reach === "own") return place.owner === me.id
  if (reach === "unit") return me.unit !== null && place.unit === me.unit
  if (reach === "tree") return me.unit !== null && isAbove(me.trees.units, me.unit, place.unit)
  if (reach === "group")
    return place.group !== null && me.groups.some((own) => isAbove(me.trees.groups, place.group ?? "", own))
  return true
}

const names = (pattern: string, right: string): boolean => {
  if (pattern === "*" || pattern === right) return true
  return pattern.endsWith(".*") && right.startsWith(pattern.slice(0, -1))
}

const isGranted = (me: Person, right: string, kind: Kind, place: Place, field: string | null): boolean => {
  for (const given of me.rights) {
    const grant = typeof given === "string" ? { may: given } : given
    if (!("may" in grant) || !names(grant.may, right)) continue
    if (field !== null && grant.fields !== undefined && !grant.fields.includes(field)) continue
    const reach = grant.scope ?? "all"
    if (reach === "all" || (kind.isPlaced && isWithin(me, reach, place))) return true
  }
  return false
}

const isDenied = (me: Person, right: string, kind: Kind, place: Place, field: string | null): boolean => {
  for (const given of me.rights) {
    if (typeof given === "string" || !("not" in given) || !names(given.not, right)) continue
    if (given.fields !== undefined && (field === null || !given.fields.includes(field))) continue
    const reach = given.scope ?? "all"
    // A denial that nobody can place hits everything.
    if (reach === "all" || !kind.isPlaced || isWithin(me, reach, place)) return true
  }
  return false
}

/** Whether the right covers a record (`field` null) or the value of one of its fields. */
export const isAllowed = (me: Person, kind: Kind, verb: string, place: Place, field: string | null): boolean => {
  const below = kind.parts
  const first = below[0]?.list ?? field
  if (!isGranted(me, `${kind.right}.${verb}`, kind, place, first)) return false
  if (isDenied(me, `${kind.right}.${verb}`, kind, place, first)) return false
  return below.every(
    ({ right }, index) => !isDenied(me, `${right}.${verb}`, kind, place, below[index + 1]?.list ?? field),
  )
}

/** Whether a command's right covers a record that the command is about. */
export const isInCommand = (me: Person, command: string, kind: Kind, place: Place): boolean =>
  isGranted(me, command, kind, place, null) && !isDenied(me, command, kind, place, null)

/** Whether the user has a right at all: some grant names it, and no denial takes all of it. */
export const has = (me: Person, right: string): boolean =>
  me.rights.some((given) => {
    const pattern = typeof given === "string" ? given : "may" in given ? given.may : null
    return pattern !== null && names(pattern, right)
  }) &&
  !me.rights.some(
    (given) =>
      typeof given !== "string" &&
      "not" in given &&
      names(given.not, right) &&
      given.fields === undefined &&
      (given.scope ?? "all") === "all",
  )

/** Every place that a record could have, one that nobody has ever heard of included. */
const everyPlace = (me: Person): readonly Place[] => {
  const places: Place[] = []
  for (const owner of [me.id, "somebody"])
    for (const unit of [null, "somewhere", ...Object.keys(me.trees.units)])
      for (const group of [null, "some", ...Object.keys(me.trees.groups)]) places.push({ owner, unit, group })
  return places
}

/** Whether every record that the user can ever see shows the field: only then may it be named in a question. */
export const mayName = (me: Person, kind: Kind, field: string): boolean =>
  everyPlace(me).every(
    (place) => !isAllowed(me, kind, "read", place, null) || isAllowed(me, kind, "read", place, field),
  )

/** Whether the user knows that there is such a field: some record that the user could see may show it. */
export const knows = (me: Person, kind: Kind, field: string): boolean =>
  mayName(me, kind, field) || everyPlace(me).some((place) => isAllowed(me, kind, "read", place, field))

/** Whether the right covers the field of any record whatever. */
export const mayEver = (me: Person, kind: Kind, verb: string, field: string): boolean =>
  everyPlace(me).some((place) => isAllowed(me, kind, verb, place, field))

/** What a change of one record comes to, before anything else is asked of it. */
export const outcomeOf = (
  me: Person,
  kind: Kind,
  verb: string,
  before: Place,
  after: Place,
  fields: readonly string[],
): "done" | "Forbidden" | "InvalidInput" => {
  const covers = (field: string | null): boolean =>
    isAllowed(me, kind, verb, before, field) && isAllowed(me, kind, verb, after, field)
  if (!covers(null)) return "Forbidden"
  // Nobody makes what the maker could not be shown.
  if (![before, after].every((place) => isAllowed(me, kind, "read", place, null))) return "Forbidden"
  if (fields.some((field) => !isAllowed(me, kind, "read", before, field))) return "InvalidInput"
  return fields.every(covers) ? "done" : "Forbidden"
}
