/**
 * Reasons: why work starts no earlier, and where each minute until its finish goes.
 *
 * A link covers one activity from the moment it could have started to its finish; every elapsed minute of it is
 * either work or exactly one wait, so the links of a chain add up to finish − now.
 */
import type { Minute } from "./instant.ts"

/** What keeps work from starting (or going on) in a given minute. */
export type Reason =
  | { readonly _tag: "Now" }
  | { readonly _tag: "Predecessor"; readonly activity: string; readonly lagMinutes: number }
  | { readonly _tag: "EarliestStart"; readonly at: Minute }
  | { readonly _tag: "ResourceBusy"; readonly resource: string; readonly blockedBy: readonly string[] }
  /** Closed by a named cause (a holiday, an absence) or, with kind `closed`, by the ordinary hours. */
  | {
      readonly _tag: "Calendar"
      readonly resource: string
      readonly kind: "closed" | "holiday" | "exception" | "absence" | "notEmployed"
      readonly reason: string
      readonly from: Minute
      readonly to: Minute
    }
  | { readonly _tag: "LimitPerDay"; readonly resource: string; readonly per: "day" | "week" }
  | { readonly _tag: "SkillOnly"; readonly skill: string; readonly resources: readonly string[] }
  | { readonly _tag: "Freeze"; readonly until: Minute }
  | { readonly _tag: "Pinned" }

/** Elapsed minutes lost to one reason. */
export interface Wait {
  readonly reason: Reason
  readonly minutes: number
}

/** One activity of a critical chain: `workMinutes` plus the waits equal `to − from`. */
export interface ChainLink {
  readonly activity: string
  readonly name: string
  readonly resources: readonly string[]
  readonly from: Minute
  readonly to: Minute
  readonly workMinutes: number
  readonly waits: readonly Wait[]
  /** Set when few may do it: why another free resource did not help. */
  readonly only?: Extract<Reason, { _tag: "SkillOnly" }>
}
