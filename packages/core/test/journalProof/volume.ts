/** A long journal, written by the functions that append to one, and how fast it verifies. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import type { Store } from "@anbud/core"
import {
  CHANGE,
  entryRows,
  genesis,
  HEAD,
  JOURNAL_TABLES,
  type JournalHead,
  PART,
  SEQ,
} from "../../src/kernel/journal.ts"
import { sealingWith } from "../../src/kernel/sealing.ts"
import { COUNTER_TABLE, STORE_TABLES } from "../../src/kernel/store.ts"
import { verifyJournal } from "../../src/kernel/verifyJournal.ts"

/** How long the verification took. */
export interface Volume {
  readonly entries: number
  readonly verified: number
  readonly isWhole: boolean
  readonly entriesPerSecond: number
}

const TENANT = "volume"
const BATCH = 2_000

/** Writes so many entries, each of one record with a personal part, and verifies them. */
export const verifyMany = async (entries: number): Promise<Volume> => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-volume-"))
  const store = sqlite({ file: join(folder, "volume.db") })
  try {
    await store.open([...STORE_TABLES, ...JOURNAL_TABLES])
    const genesisHash = genesis(TENANT, "nonce")
    await write(store, entries, genesisHash)
    const started = performance.now()
    const target = { store, sealing: sealingWith(null), tenant: TENANT, genesisHash }
    const { entries: verified, broken } = await verifyJournal(target)
    const seconds = (performance.now() - started) / 1000
    return { entries, verified, isWhole: broken === null, entriesPerSecond: Math.round(verified / seconds) }
  } finally {
    await store.close()
    rmSync(folder, { recursive: true })
  }
}

const write = async (store: Store, entries: number, genesisHash: string): Promise<void> => {
  let previous: JournalHead = { seq: 0, hash: genesisHash }
  while (previous.seq < entries) {
    const batch = Array.from({ length: Math.min(BATCH, entries - previous.seq) }, () => {
      const rows = entry(previous.seq + 1, previous)
      previous = { seq: previous.seq + 1, hash: rows.head.hash }
      return rows
    })
    await store.write(async (tx) => {
      await tx.insert(
        HEAD,
        TENANT,
        batch.map(({ head }) => head),
      )
      await tx.insert(
        CHANGE,
        TENANT,
        batch.flatMap(({ changes }) => changes),
      )
      await tx.insert(
        PART,
        TENANT,
        batch.flatMap(({ parts }) => parts),
      )
    })
  }
  await store.write((tx) => tx.insert(COUNTER_TABLE, TENANT, [{ name: SEQ, value: entries }]))
}

const entry = (seq: number, previous: JournalHead) => {
  const id = seq.toString(16).padStart(32, "0")
  const payload = JSON.stringify({ after: { name: `guest ${seq}` } })
  const sealed = [{ subject: id, isKept: false, payload }]
  const after = { room: String(seq % 400), isActive: true }
  const change = {
    entity: "guest",
    record: id,
    root: `guest/${id}`,
    verb: "create" as const,
    version: 1,
    before: {},
    after,
    sealed,
  }
  const head = { seq, at: "2025-03-14T08:00:00.000Z", actor: "anna", command: "hotel.guests.create", reason: null }
  return entryRows(TENANT, head, previous, [change], () => id.repeat(2))
}
