/**
 * Guards: what must hold of many records together once a command has written, such as that an administrator is left.
 * A guard sees
 * the records as they are written, and who writes; it runs once, after every lock but the last.
 */
import type { Entity } from "./entity.ts"
import type { AnyRefusalClass, Refusal } from "./errors.ts"
import type { RecordChange } from "./journal.ts"
import type { Reads } from "./reads.ts"
import type { Right } from "./rights/grant.ts"
import type { Actor } from "./rights.ts"

/** What a guard may use: the records as the command leaves them, and who acts. */
export interface GuardContext {
  readonly read: Reads
  readonly actor: Actor
  /** The denials of a list that deny nothing in this engine, as they are written: a misspelt one would protect nothing. */
  deniesNothing(rights: readonly Right[]): readonly string[]
}

/** A guard of a plugin; it runs for a command that changes records of one of its entities. */
export interface Guard {
  readonly entities: readonly Entity[]
  /** Why it may refuse. */
  readonly refuses: readonly AnyRefusalClass[]
  readonly test: (ctx: GuardContext, changes: readonly RecordChange[]) => Promise<Refusal | undefined>
}
