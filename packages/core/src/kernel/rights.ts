/**
 * Rights: what an actor may do. A right is a dotted name such as `quotes.accept`; a grant is a right or a prefix
 * with a star (`quotes.*`, `*`). What is not granted is refused.
 */
import type { Reads } from "./reads.ts"

/** Who acts: a user of the tenant, or the system for a stated reason. */
export interface Actor {
  /** A stable id that the journal names: never a name or an address. */
  readonly id: string
  readonly grants: readonly string[]
  /** Why the system acts, null for a user. */
  readonly reason: string | null
}

/**
 * Finds a user, by login or by the id that the journal names, and what that user may do, from current data; null if
 * there is no such active user.
 */
export type Authority = (read: Reads, user: string, by: "login" | "id") => Promise<Actor | null>

/**
 * Whether one of the actor's grants covers the right.
 *
 * @example may({ id, grants: ["quotes.*"], reason: null }, "quotes.accept") // true
 */
export const may = (actor: Actor, right: string): boolean =>
  actor.grants.some((grant) => (grant.endsWith("*") ? right.startsWith(grant.slice(0, -1)) : grant === right))
