/** The journal's calls: where it stands, whether it is whole, checkpoints of it, and the erasure of a person. */
import { traced } from "./callSite.ts"
import { type Checkpoint, storedCheckpoints } from "./checkpoint.ts"
import { type Erasing, type ErasureReport, erase } from "./erase.ts"
import { headOf, type JournalHead } from "./journal.ts"
import type { Machine } from "./machine.ts"
import { makeCheckpoint, withGenesis } from "./makeCheckpoint.ts"
import { rewrapKeys } from "./sealing.ts"
import { type Verification, type VerifyOptions, verifyJournal } from "./verifyJournal.ts"

interface OfTenant {
  readonly tenant: string
}

/** Who erases: a user with the right `journal.erase`, or the system for a reason. */
export type ErasedBy = { readonly user: string } | { readonly reason: string }

/** What may be asked of the journal of a tenant. */
export interface JournalFace {
  /** The last entry and its hash. */
  head(of: OfTenant): Promise<JournalHead>
  /** Recomputes every hash; names the first entry that is broken, and how. */
  verify(of: OfTenant & VerifyOptions): Promise<Verification>
  /**
   * Erases a person from the records and from the journal, and says what was kept and why. Refuses with `InvalidInput`,
   * `UnknownUser`, `Forbidden` and, where nothing is about the person, `NotFound`.
   */
  erase(of: OfTenant & Erasing & ErasedBy): Promise<ErasureReport>
  /** Signs where the journal stands, stores that and hands it to the sink; null for an empty journal. */
  checkpoint(of: OfTenant): Promise<Checkpoint | null>
  /** The checkpoints that were made here, oldest first. */
  checkpoints(of: OfTenant): Promise<readonly Checkpoint[]>
  /** Wraps every data key that an older master key wraps with the current one; gives how many. */
  rewrap(of: OfTenant): Promise<number>
}

/** The calls on the journals of an engine. */
export const journalFace = (machine: Machine): JournalFace => {
  const calls = journalCalls(machine)
  return {
    head: traced(calls.head),
    verify: traced(calls.verify),
    erase: traced(calls.erase),
    checkpoint: traced(calls.checkpoint),
    checkpoints: traced(calls.checkpoints),
    rewrap: traced(calls.rewrap),
  }
}

const journalCalls = (machine: Machine): JournalFace => ({
  head: ({ tenant }) => withGenesis(machine, tenant, (reader, hash) => headOf(reader, tenant, hash)),
  verify: async ({ tenant, ...options }) => {
    const genesisHash = await withGenesis(machine, tenant, async (_, hash) => hash)
    return verifyJournal({ store: machine.store, sealing: machine.sealing, tenant, genesisHash }, options)
  },
  erase: ({ tenant, subject, ground, ...who }) => {
    const caller =
      "user" in who
        ? ({ kind: "user", tenant, user: who.user } as const)
        : ({ kind: "system", tenant, reason: who.reason } as const)
    return erase(machine, caller, { subject, ground })
  },
  checkpoint: ({ tenant }) => makeCheckpoint(machine, tenant),
  checkpoints: ({ tenant }) =>
    withGenesis(machine, tenant, (reader) =>
      storedCheckpoints(reader, tenant, { above: 0, to: Number.MAX_SAFE_INTEGER }),
    ),
  rewrap: async ({ tenant }) => {
    const { keys } = machine
    if (!keys) throw new Error("The engine was created without keys")
    return machine.store.write((tx) => rewrapKeys(tx, tenant, keys))
  },
})
