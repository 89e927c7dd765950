/** The machine: a compiled engine, who calls it, and a command as it runs. */
import type { Changes } from "./changes.ts"
import type { Checkpointing } from "./checkpoint.ts"
import type { AnswerContext, CommandContext, Lock, OutcomeIds } from "./command.ts"
import type { Derived } from "./derived.ts"
import type { Refusal } from "./errors.ts"
import type { Fields } from "./field.ts"
import type { Keys } from "./keys.ts"
import type { Log } from "./log.ts"
import type { Model } from "./model.ts"
import type { Observer } from "./observed.ts"
import type { Plugin } from "./plugin.ts"
import type { Clock, Ids } from "./ports.ts"
import type { Reads } from "./reads.ts"
import { InvalidInput } from "./refusals.ts"
import type { Reference } from "./rights/bounds.ts"
import type { Sealing } from "./sealing.ts"
import type { Store } from "./store.ts"
import type { Bell } from "./work/bell.ts"
import type { Jobs } from "./work/jobs.ts"

/** The compiled engine, as its parts see it. */
export interface Machine {
  readonly model: Model
  readonly derived: Derived
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids & { begin?(command: string): void }
  readonly log: Log
  /** Who is told of commands and queries; null if nobody is. */
  readonly observer: Observer | null
  /** Where jobs wait, and where events wait for the hooks that handle them. */
  readonly jobs: Jobs
  readonly outbox: Jobs
  /** Rings when a command has left work. */
  readonly bell: Bell
  /** Rings when a command has written something: readers of changes listen. */
  readonly commits: Bell
  /** What cursors are made with beside the tenant's nonce. */
  readonly secret?: string
  /** Seals personal values in the journal, and opens them. */
  readonly sealing: Sealing
  readonly keys: Keys | null
  readonly checkpointing: Checkpointing | null
  /** In a host's transaction: the entries to seal when the host's work with the engine is over. */
  readonly unsealed?: Unsealed[]
}

/** A performed command whose entry is still to be sealed. */
export interface Unsealed {
  /** Writes its entry in the journal and what it leaves for workers, and gives its `seq`. */
  seal(): Promise<number | null>
  /** Comes after. */
  settle?(seq: number | null): Promise<void>
}

/**
 * Who calls: a user of a tenant by login, the system for a reason, or a plugin for the user (by id) who asked for a job;
 * without a plugin the engine itself, which adds no right to the user's.
 * Nothing about a user makes it the system.
 */
export type Caller =
  | { readonly kind: "user"; readonly tenant: string; readonly user: string }
  | { readonly kind: "system"; readonly tenant: string; readonly reason: string }
  | {
      readonly kind: "onBehalf"
      readonly tenant: string
      readonly actor: string
      readonly plugin: Plugin | null
      readonly reason: string
    }

/** What the engine's own commands see while they decide: the fields of this tenant's records too. */
export interface DecisionContext extends CommandContext {
  /** The model without the fields that the actor may see of no record. */
  readonly knownModel: Model
  readonly model: Model
  readonly derived: Derived
}

/** A command with its name, as `execute` runs it. */
export interface Executable {
  /** `plugin.command`: the right that it needs, and its name in the journal. */
  readonly name: string
  readonly input: Fields
  readonly locks: (input: never) => readonly Lock[]
  readonly decide: (
    ctx: DecisionContext,
    input: never,
  ) => Promise<{ readonly changes: Changes; readonly outcome: OutcomeIds } | Refusal>
  readonly answer: (read: Reads, ids: never, ctx: AnswerContext) => Promise<unknown>
  /** The records that the input names; by default those that its references name. */
  readonly references?: (input: never, model: Model) => readonly Reference[]
  /** What the actor may be told of one of its refusals. */
  readonly tells?: (refused: never, ctx: AnswerContext, read: Reads) => Refusal | Promise<Refusal>
  /** How the input is decoded; by default from its fields. */
  readonly decode?: (input: unknown, machine: Machine) => Readonly<Record<string, unknown>>
}

/** The values of a command's input; refuses with `InvalidInput`. */
export const inputOf = (
  machine: Machine,
  command: Pick<Executable, "input" | "decode">,
  given: unknown,
): Readonly<Record<string, unknown>> =>
  command.decode ? command.decode(given, machine) : decodeInput(machine.derived, command.input, given)

/** Decodes an input or refuses with every issue. */
export const decodeInput = (derived: Derived, fields: Fields, given: unknown): Readonly<Record<string, unknown>> => {
  const decoded = derived.decode(fields, given, "create")
  if (!decoded.ok) throw new InvalidInput({ issues: decoded.issues })
  return decoded.values
}
