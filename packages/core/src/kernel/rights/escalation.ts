/** Escalation: what somebody would be given beyond the giver's own rights. Pure. */
import type { Actor } from "../rights.ts"
import { covers, type Denial, denialsIn, type Grant, grantsIn, patternOf, type Right, type Scope } from "./grant.ts"

/** Where the holder of rights stands: what scopes will mean for that user. */
export interface Holder {
  readonly unit: string | null
  /** That unit and all below it. */
  readonly units: readonly string[]
  readonly groups: readonly string[]
}

/**
 * The first right that the giver lacks of those that a holder would have; null if there is none.
 *
 * Without a holder, scopes are compared by their rank alone. What is denied to the giver must be denied to the holder.
 *
 * @example beyond({ id, grants: ["quotes.*"], reason: null }, ["quotes.accept", "time.*"], null) // "time.*"
 */
export const beyond = (giver: Actor, given: readonly Right[], holder: Holder | null): string | null => {
  const own = grantsIn(giver.grants)
  const lacking = grantsIn(given).find(
    (grant) => !own.some((mine) => isWithin(grant, mine) && isAsFar(giver, mine.scope, grant.scope, holder)),
  )
  if (lacking) return patternOf(lacking)
  const denials = denialsIn(given)
  const freed = denialsIn(giver.grants).find(
    (denial) =>
      grantsIn(given).some((grant) => overlap(grant, denial)) && !denials.some((one) => isAsWide(one, denial)),
  )
  return freed ? patternOf(freed) : null
}

/** Whether the giver may do everything, everywhere. */
export const isUnlimited = (rights: readonly Right[]): boolean =>
  denialsIn(rights).length === 0 &&
  grantsIn(rights).some(({ may, scope = "all", fields }) => may === "*" && scope === "all" && fields === undefined)

const isWithin = (grant: Grant, mine: Grant): boolean =>
  covers(mine.may, grant.may) &&
  (mine.fields === undefined || (grant.fields ?? [null]).every((name) => name !== null && mine.fields?.includes(name)))

const isAsFar = (giver: Actor, mine: Scope = "all", given: Scope = "all", holder: Holder | null): boolean => {
  if (mine === "all" || given === "own") return true
  switch (given) {
    case "all":
      return false
    case "unit":
      if (mine !== "unit" && mine !== "tree") return false
      return !holder?.unit || (mine === "unit" ? [giver.unit] : (giver.units ?? [])).includes(holder.unit)
    case "tree":
      return mine === "tree" && (holder?.units ?? []).every((unit) => giver.units?.includes(unit))
    case "group":
      return mine === "group" && (holder?.groups ?? []).every((group) => giver.groups?.includes(group))
  }
}

const overlap = (grant: Grant, denial: Denial): boolean => {
  if (!covers(grant.may, denial.not) && !covers(denial.not, grant.may)) return false
  return !grant.fields || !denial.fields || grant.fields.some((name) => denial.fields?.includes(name))
}

const isAsWide = (one: Denial, other: Denial): boolean =>
  covers(one.not, other.not) &&
  ((one.scope ?? "all") === "all" || one.scope === other.scope) &&
  (one.fields === undefined || (other.fields?.every((name) => one.fields?.includes(name)) ?? false))
