/** Make a checkpoint: signs where a tenant's journal stands, stores that, and hands it to the host's sink. */
import { type Checkpoint, markDelivered, signedCheckpoint, storeCheckpoint, undelivered } from "./checkpoint.ts"
import { genesis, headOf } from "./journal.ts"
import type { Machine } from "./machine.ts"
import { recordsOf } from "./records.ts"
import { tenantOf } from "./standing.ts"
import type { Reader } from "./store.ts"

/** Reads beside the tenant's journal, given the hash to which its first entry links. */
export const withGenesis = <T>(
  machine: Machine,
  id: string,
  work: (reader: Reader, genesisHash: string) => Promise<T>,
): Promise<T> =>
  machine.store.read(async (reader) => {
    const tenant = await tenantOf(recordsOf(machine.model, machine.derived, reader, id), id)
    return work(reader, genesis(id, tenant.nonce))
  })

/** Signs where the journal stands; null for an empty one. Sinks get what they have not taken yet, oldest first. */
export const makeCheckpoint = async (machine: Machine, tenant: string): Promise<Checkpoint | null> => {
  const { checkpointing } = machine
  if (!checkpointing) throw new Error("The engine was created without a signer")
  const { seq, hash } = await withGenesis(machine, tenant, (reader, first) => headOf(reader, tenant, first))
  if (seq === 0) return null
  // Signed outside any transaction: the key may be far away.
  const made = await signedCheckpoint(checkpointing.signer, { tenant, size: seq, hash, at: machine.clock.now() })
  await machine.store.write((tx) => storeCheckpoint(tx, made))
  const { sink } = checkpointing
  if (!sink) return made
  for (const one of await machine.store.read((reader) => undelivered(reader, tenant))) {
    await sink(one)
    await machine.store.write((tx) => markDelivered(tx, one))
  }
  return made
}

const EVERY_ENTRIES = 1000

/**
 * Makes the checkpoint that is due after this entry. What the sink does not take now it is given with the next one: the
 * command is done, and no trouble with a checkpoint undoes it.
 */
export const checkpointAfter = async (machine: Machine, tenant: string, seq: number): Promise<void> => {
  const { checkpointing } = machine
  if (!checkpointing || seq % (checkpointing.everyEntries ?? EVERY_ENTRIES) !== 0) return
  await makeCheckpoint(machine, tenant).catch(() => undefined)
}
