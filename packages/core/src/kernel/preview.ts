/** Preview: a command run up to its changes, by the same path, and rolled back. */
import type { OutcomeIds } from "./command.ts"
import { withLocks } from "./execute.ts"
import type { RecordChange } from "./journal.ts"
import type { Caller, Executable, Machine } from "./machine.ts"
import type { Done } from "./pending.ts"
import { checkRight, givenNames } from "./rights/bounds.ts"
import { givenInput, knownInput } from "./rights/knownInput.ts"
import { seeing } from "./rights/seeing.ts"
import { shownChanges } from "./rights/shownChanges.ts"
import { standingOf } from "./standing.ts"

/** A record as a command would leave it: the values that differ on each side. */
export interface PreviewedChange {
  readonly entity: string
  readonly record: string
  readonly verb: RecordChange["verb"]
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
}

/** What a command would do. The ids of records that it would make are other ones when it is called. */
export interface Preview {
  readonly outcome: OutcomeIds
  readonly changes: readonly PreviewedChange[]
}

/** Carries a preview out of a transaction that must not commit. */
class RolledBack {
  readonly preview: Preview
  constructor(preview: Preview) {
    this.preview = preview
  }
}

/**
 * Runs a command up to its changes, with rights, locks, rules and nested commands as in earnest, and writes nothing:
 * no journal, no claim, no number of a series. Hooks in the transaction do not run.
 */
export const previewOf = async (
  machine: Machine,
  caller: Caller,
  command: Executable,
  given: unknown,
): Promise<Done<Preview>> => {
  const decoded = await givenInput(machine, caller, command, given)
  try {
    await machine.store.write(async (tx) => {
      const { machine: own, tenant, actor, read } = await standingOf(machine, tx, caller)
      const seen = seeing(own, { reader: tx, tenant, actor, read })
      const input = knownInput(own, seen, command, given, decoded)
      checkRight({ actor, right: command.name, given: givenNames(command.input, input) })
      await tx.savepoint("decided")
      const at = { tx, read, tenant, actor, scope: `${caller.tenant}/preview`, isPreview: true }
      const { outcome, changes } = await withLocks(own, at, command, input)
      throw new RolledBack({ outcome, changes: (await shownChanges(own.model, seen, changes)).map(previewed) })
    })
  } catch (error) {
    if (error instanceof RolledBack) return { value: error.preview, replayed: false, seq: null }
    throw error
  }
  throw new Error("A preview has committed")
}

const previewed = ({ entity, record, verb, before, after, sealed }: RecordChange): PreviewedChange => {
  const parts = sealed.map(({ values }) => values as Partial<Pick<PreviewedChange, "before" | "after">>)
  return {
    entity,
    record,
    verb,
    before: Object.assign({}, before, ...parts.map((part) => part.before)),
    after: Object.assign({}, after, ...parts.map((part) => part.after)),
  }
}
