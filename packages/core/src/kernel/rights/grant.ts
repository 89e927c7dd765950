/**
 * Grants: what a role gives and what it denies. A right is a dotted name such as `quotes.accept`; a grant names a right
 * or all rights below a name (`quotes.*`, `*`), the records that it reaches, and the fields. A denial takes away what
 * any grant gives. What is not granted is refused.
 */

/**
 * Which records a grant or a denial reaches: those that the user owns, those of the user's unit, of that unit and all
 * below it, of the user's groups, or all (the default).
 */
export type Scope = "own" | "unit" | "tree" | "group" | "all"

/** What a role gives. */
export interface Grant {
  readonly may: string
  readonly scope?: Scope
  /**
   * Only these fields; all by default. A list of parts is a field of its record. Of a command or query they are what
   * may be given to it; what every call must give always may.
   */
  readonly fields?: readonly string[]
}

/** What a role takes away, whoever gives it. */
export interface Denial {
  readonly not: string
  readonly scope?: Scope
  /** Only these fields; the whole right by default. */
  readonly fields?: readonly string[]
}

/** A grant, a denial, or the name of a right that is granted whole. */
export type Right = string | Grant | Denial

/** A right or all rights below a name; nothing else can be granted. */
const PATTERN = /^(?:\*|[a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)*(?:\.\*)?)$/
const FIELD = /^[a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)?$/
const SCOPES: ReadonlySet<unknown> = new Set(["own", "unit", "tree", "group", "all"])
const MAX_RIGHTS = 500
const MAX_FIELDS = 500

/**
 * Whether a pattern covers a right, or every right that another pattern covers.
 *
 * @example covers("quotes.*", "quotes.accept") // true
 */
export const covers = (pattern: string, right: string): boolean =>
  pattern.endsWith("*") ? right.startsWith(pattern.slice(0, -1)) : pattern === right

/** The grants of a list, each with its scope. */
export const grantsIn = (rights: readonly Right[]): readonly Grant[] =>
  rights.flatMap((right) => (typeof right === "string" ? [{ may: right }] : "may" in right ? [right] : []))

/** The denials of a list. */
export const denialsIn = (rights: readonly Right[]): readonly Denial[] =>
  rights.flatMap((right) => (typeof right === "object" && "not" in right ? [right] : []))

/** The pattern of a grant or a denial. */
export const patternOf = (right: Right): string =>
  typeof right === "string" ? right : "may" in right ? right.may : right.not

/** Whether a value that nobody has typed is a list of rights. */
export const isRights = (value: unknown): value is readonly Right[] =>
  Array.isArray(value) && value.length <= MAX_RIGHTS && value.every(isRight)

const isRight = (value: unknown): boolean => {
  if (typeof value === "string") return isPattern(value)
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false
  const { may, not, scope, fields, ...rest } = value as Readonly<Record<string, unknown>>
  return (
    Object.keys(rest).length === 0 &&
    (may === undefined) !== (not === undefined) &&
    isPattern(may ?? not) &&
    (scope === undefined || SCOPES.has(scope)) &&
    (fields === undefined || isFields(fields))
  )
}

const isPattern = (value: unknown): boolean => typeof value === "string" && value.length <= 200 && PATTERN.test(value)

const isFields = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= MAX_FIELDS &&
  value.every((name) => typeof name === "string" && name.length <= 100 && FIELD.test(name))
