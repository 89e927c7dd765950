/**
 * The journal: per tenant a chain of entries, one per command, and one change row per record. The entries' `seq` has
 * no gaps and equals commit order, so history, audit and readers of changes all read one feed.
 *
 * Personal values stand in parts of their own; the chain holds only a salted commitment to each part, so that a part
 * can be erased and the chain still verifies.
 */
import { type Canonical, canonical, commitment, digest } from "./canonical.ts"
import { CHECKPOINT_TABLE } from "./checkpoint.ts"
import { SUBJECT_KEY_TABLE } from "./sealing.ts"
import type { Cell, Reader, StoredRow, Table, Transaction } from "./store.ts"

/** A change of one record, before it is written to the journal. */
export interface RecordChange {
  readonly entity: string
  readonly record: string
  /** `entity/id` of the record that it is a part of; its own if it is none. */
  readonly root: string
  readonly verb: "create" | "patch" | "remove"
  /** The version of the root record after the change. */
  readonly version: number
  readonly before: Readonly<Record<string, Canonical>>
  readonly after: Readonly<Record<string, Canonical>>
  /** The plugin whose hook made the change, for changes that the command itself did not make. */
  readonly by?: string
  /** The fields whose values an erasure took away. */
  readonly erased?: readonly string[]
  /** Personal values, apart, by data subject; those that the law says to keep stand in parts of their own. */
  readonly sealed: readonly PersonalPart[]
}

/** The personal values of one data subject in one change: as they were before and after. */
export interface PersonalPart {
  readonly subject: string
  readonly isKept: boolean
  readonly values: Canonical
}

/** What a change row says of a part that stands apart. */
export interface Seal {
  readonly subject: string
  readonly commitment: string
  readonly kept?: boolean
}

/** What an entry says beside its changes. */
export interface EntryHead {
  readonly seq: number
  readonly at: string
  readonly actor: string
  readonly command: string
  /** Why the system acted, null for a user. */
  readonly reason: string | null
}

/** Where a journal stands: the last entry and its hash (the genesis hash before the first). */
export interface JournalHead {
  readonly seq: number
  readonly hash: string
}

/** The counter that numbers a tenant's entries. */
export const SEQ = "seq"

/** The table of entries, one per command. */
export const HEAD = "journal"
/** The table of changes, one per record. */
export const CHANGE = "journal_change"
/** The table of personal values, one row per change, data subject and fate. */
export const PART = "journal_part"
/** The entity under which the journal notes an erasure; its record is the data subject. */
export const ERASURE = "erasure"
/** The right to erase, and the name of the command that erases. */
export const ERASE = "journal.erase"

const text = (name: string, nullable = false): Table["columns"][number] => ({ name, type: "text", nullable })
const integer = (name: string): Table["columns"][number] => ({ name, type: "integer", nullable: false })

/** The journal's tables. */
export const JOURNAL_TABLES: readonly Table[] = [
  {
    name: HEAD,
    owner: "kernel",
    columns: [
      integer("seq"),
      text("at"),
      text("actor"),
      text("command"),
      text("reason", true),
      integer("records"),
      text("changes_hash"),
      text("previous_hash"),
      text("hash"),
    ],
    primaryKey: ["seq"],
    uniques: [],
    foreignKeys: [],
    indexes: [],
  },
  {
    name: CHANGE,
    owner: "kernel",
    columns: [
      integer("seq"),
      integer("ordinal"),
      text("entity"),
      text("record"),
      text("root"),
      text("verb"),
      integer("version"),
      { name: "body", type: "json", nullable: false },
    ],
    primaryKey: ["seq", "ordinal"],
    uniques: [],
    foreignKeys: [{ columns: ["seq"], table: HEAD, references: ["seq"] }],
    indexes: [["root", "seq"]],
  },
  {
    name: PART,
    owner: "kernel",
    columns: [
      text("id"),
      integer("seq"),
      integer("ordinal"),
      integer("part"),
      text("subject"),
      { name: "kept", type: "boolean", nullable: false },
      text("salt"),
      { name: "payload", type: "json", nullable: false },
    ],
    primaryKey: ["id"],
    uniques: [["seq", "ordinal", "part"]],
    foreignKeys: [{ columns: ["seq", "ordinal"], table: CHANGE, references: ["seq", "ordinal"] }],
    indexes: [["subject"]],
  },
  SUBJECT_KEY_TABLE,
  CHECKPOINT_TABLE,
]

/** The hash to which a tenant's first entry links. */
export const genesis = (tenant: string, nonce: string): string => digest("genesis/1", canonical({ tenant, nonce }))

/** Where the tenant's journal stands. */
export const headOf = async (reader: Reader, tenant: string, genesisHash: string): Promise<JournalHead> => {
  const [last] = await reader.select({ table: HEAD, tenant, order: [{ column: "seq", descending: true }], limit: 1 })
  return last ? { seq: Number(last["seq"]), hash: String(last["hash"]) } : { seq: 0, hash: genesisHash }
}

/** A change whose personal values are ready to be stored: each as the text that stands in its part. */
export interface SealedChange extends Omit<RecordChange, "sealed"> {
  readonly sealed: readonly { readonly subject: string; readonly isKept: boolean; readonly payload: string }[]
}

/** Appends one entry under `head.seq`; the caller holds the tenant's counter. */
export const append = async (
  tx: Transaction,
  tenant: string,
  head: EntryHead,
  previous: JournalHead,
  changes: readonly SealedChange[],
  salt: () => string,
): Promise<JournalHead> => {
  const rows = entryRows(tenant, head, previous, changes, salt)
  await tx.insert(HEAD, tenant, [rows.head])
  if (rows.changes.length > 0) await tx.insert(CHANGE, tenant, rows.changes)
  if (rows.parts.length > 0) await tx.insert(PART, tenant, rows.parts)
  return { seq: head.seq, hash: rows.head.hash }
}

/** The rows of an entry. */
export interface EntryRows {
  readonly head: StoredRow & { readonly hash: string }
  readonly changes: readonly StoredRow[]
  readonly parts: readonly StoredRow[]
}

/** The rows of one entry that links to the one before it. */
export const entryRows = (
  tenant: string,
  head: EntryHead,
  previous: JournalHead,
  changes: readonly SealedChange[],
  salt: () => string,
): EntryRows => {
  if (previous.seq !== head.seq - 1) throw new Error(`Journal of ${tenant} has a gap before ${head.seq}`)
  const parts: StoredRow[] = []
  const rows = changes.map((change, ordinal) => {
    const seals = change.sealed.map((sealed, part) => {
      const row = partRow(head.seq, ordinal, part, sealed, salt())
      parts.push(row)
      return sealOf(row)
    })
    const { entity, record, root, verb, version, by, before, after, erased } = change
    const body = canonical({ by, before, after, erased, ...(seals.length > 0 ? { sealed: seals } : {}) })
    return { seq: head.seq, ordinal, entity, record, root, verb, version, body }
  })
  const entry = {
    ...head,
    records: rows.length,
    changes_hash: changesHash(rows),
    previous_hash: previous.hash,
  }
  return { head: { ...entry, hash: entryHash(tenant, entry) }, changes: rows, parts }
}

const partRow = (
  seq: number,
  ordinal: number,
  part: number,
  { subject, isKept, payload }: SealedChange["sealed"][number],
  salt: string,
) => ({ id: `${seq}/${ordinal}/${part}`, seq, ordinal, part, subject, kept: isKept ? 1 : 0, salt, payload })

/** What a change row must say of a part that stands in its table. */
export const sealOf = (
  row: StoredRow,
): { readonly subject: string; readonly commitment: string; readonly kept?: true } => ({
  subject: String(row["subject"]),
  commitment: commitment(String(row["salt"]), String(row["payload"])),
  ...(row["kept"] === 1 ? { kept: true } : {}),
})

/** The hash of an entry's head; `entry` is its row without the hash. */
export const entryHash = (tenant: string, entry: StoredRow): string =>
  digest("journal/1", canonical({ tenant, ...(entry as Record<string, Cell>) }))

/** The hash of an entry's change rows, in their order. */
export const changesHash = (rows: readonly StoredRow[]): string =>
  digest(
    "journal-changes/1",
    canonical(
      rows.map(
        ({ entity, record, root, verb, version, body }) => [entity, record, root, verb, version, body] as Canonical[],
      ),
    ),
  )
