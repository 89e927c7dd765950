/**
 * Rights: what an actor may do. A right is a dotted name: `plugin.command`, `plugin.query`, `plugin.collection.read`
 * (`create`, `patch`, `massUpdate`, `import`, `undo`), and `plugin.entity.read` for an entity without a collection.
 * What is not granted is refused, and a denial wins over every grant.
 */
import type { Entity } from "./entity.ts"
import type { Reads } from "./reads.ts"
import { covers, denialsIn, grantsIn, type Right } from "./rights/grant.ts"

/** Who acts: a user of the tenant, or the system for a stated reason. */
export interface Actor {
  /** A stable id that the journal names: never a name or an address. */
  readonly id: string
  readonly grants: readonly Right[]
  /** Why the system acts, null for a user. */
  readonly reason: string | null
  /** The unit that the user belongs to. */
  readonly unit?: string | null
  /** That unit and all below it. */
  readonly units?: readonly string[]
  /** The groups that the user belongs to, those above them too. */
  readonly groups?: readonly string[]
}

/** Says who users are, from current data. */
export interface Authority {
  /** The entities that `find` reads: a change to one of them is a change of rights. */
  readonly reads: readonly Entity[]
  /** Who a user is, by login or by the id that the journal names, and what that user may do; null if nobody active. */
  readonly find: (read: Reads, user: string, by: "login" | "id") => Promise<Actor | null>
}

/**
 * Whether the actor has the right at all, on some records or on all: a grant covers it and no denial takes it whole.
 *
 * @example may({ id, grants: ["quotes.*", { not: "quotes.accept" }], reason: null }, "quotes.accept") // false
 */
export const may = (actor: Actor, right: string): boolean =>
  grantsIn(actor.grants).some((grant) => covers(grant.may, right)) &&
  !denialsIn(actor.grants).some(
    ({ not, scope = "all", fields }) => scope === "all" && fields === undefined && covers(not, right),
  )
