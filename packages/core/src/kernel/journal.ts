/**
 * The journal: per tenant a chain of entries, one per command, and one change row per record. The entries' `seq` has
 * no gaps and equals commit order, so history, audit and readers of changes all read one feed.
 *
 * Personal values stand in parts of their own; the chain holds only a salted commitment to each part, so that a part
 * can be erased and the chain still verifies.
 */
import { type Canonical, canonical, commitment, digest } from "./canonical.ts"
import { groupBy } from "./groupBy.ts"
import { type Cell, COUNTER_TABLE, type Reader, type StoredRow, type Table, type Transaction } from "./store.ts"

/** A change of one record, before it is written to the journal. */
export interface RecordChange {
  readonly entity: string
  readonly record: string
  readonly verb: "create" | "patch" | "remove"
  /** The version of the root record after the change. */
  readonly version: number
  readonly before: Readonly<Record<string, Canonical>>
  readonly after: Readonly<Record<string, Canonical>>
  /** The plugin whose hook made the change, for changes that the command itself did not make. */
  readonly by?: string
  /** Personal values, apart: the data subject's id and the values before and after. */
  readonly sealed: readonly { readonly subject: string; readonly values: Canonical }[]
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

/** What a verification found: nothing, or the first entry that is broken and how. */
export interface Verification {
  readonly entries: number
  readonly head: JournalHead
  readonly broken: { readonly seq: number; readonly kind: "gap" | "link" | "hash" | "changes" | "part" } | null
}

/** The counter that numbers a tenant's entries. */
export const SEQ = "seq"

/** The table of entries, one per command. */
export const HEAD = "journal"
/** The table of changes, one per record. */
export const CHANGE = "journal_change"
/** The table of personal values, one row per change and data subject. */
export const PART = "journal_part"

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
      text("verb"),
      integer("version"),
      { name: "body", type: "json", nullable: false },
    ],
    primaryKey: ["seq", "ordinal"],
    uniques: [],
    foreignKeys: [{ columns: ["seq"], table: HEAD, references: ["seq"] }],
    indexes: [["entity", "record", "seq"]],
  },
  {
    name: PART,
    owner: "kernel",
    columns: [
      integer("seq"),
      integer("ordinal"),
      integer("part"),
      text("subject"),
      text("salt"),
      { name: "payload", type: "json", nullable: false },
    ],
    primaryKey: ["seq", "ordinal", "part"],
    uniques: [],
    foreignKeys: [{ columns: ["seq", "ordinal"], table: CHANGE, references: ["seq", "ordinal"] }],
    indexes: [["subject"]],
  },
]

/** The hash to which a tenant's first entry links. */
export const genesis = (tenant: string, nonce: string): string => digest("genesis/1", canonical({ tenant, nonce }))

/** Where the tenant's journal stands. */
export const headOf = async (reader: Reader, tenant: string, genesisHash: string): Promise<JournalHead> => {
  const [last] = await reader.select({ table: HEAD, tenant, order: [{ column: "seq", descending: true }], limit: 1 })
  return last ? { seq: Number(last["seq"]), hash: String(last["hash"]) } : { seq: 0, hash: genesisHash }
}

/** Appends one entry under `head.seq`; the caller holds the tenant's counter. */
export const append = async (
  tx: Transaction,
  tenant: string,
  head: EntryHead,
  previous: JournalHead,
  changes: readonly RecordChange[],
  salt: () => string,
): Promise<JournalHead> => {
  if (previous.seq !== head.seq - 1) throw new Error(`Journal of ${tenant} has a gap before ${head.seq}`)
  const parts: StoredRow[] = []
  const rows = changes.map((change, ordinal) => {
    const seals = change.sealed.map((part, index) => {
      const row = {
        seq: head.seq,
        ordinal,
        part: index,
        subject: part.subject,
        salt: salt(),
        payload: canonical(part.values),
      }
      parts.push(row)
      return { subject: part.subject, commitment: commitment(row.salt, row.payload) }
    })
    const { entity, record, verb, version, by, before, after } = change
    const body = canonical({ by, before, after, ...(seals.length > 0 ? { sealed: seals } : {}) })
    return { seq: head.seq, ordinal, entity, record, verb, version, body }
  })
  const entry = {
    ...head,
    records: rows.length,
    changes_hash: changesHash(rows),
    previous_hash: previous.hash,
  }
  const hash = entryHash(tenant, entry)
  await tx.insert(HEAD, tenant, [{ ...entry, hash }])
  if (rows.length > 0) await tx.insert(CHANGE, tenant, rows)
  if (parts.length > 0) await tx.insert(PART, tenant, parts)
  return { seq: head.seq, hash }
}

/**
 * Verifies a tenant's journal from its first entry, in pages; stops at the first entry that is broken. An entry that
 * the tenant's counter has given out and that is not there is a gap, so that a cut tail shows too.
 */
export const verifyJournal = async (reader: Reader, tenant: string, genesisHash: string): Promise<Verification> => {
  let head: JournalHead = { seq: 0, hash: genesisHash }
  for (;;) {
    const page = await reader.select({
      table: HEAD,
      tenant,
      where: { op: "gt", column: "seq", value: head.seq },
      order: [{ column: "seq" }],
      limit: PAGE,
    })
    const last = page.at(-1)
    if (!last) {
      const isCut = (await lastGiven(reader, tenant)) > head.seq
      return { entries: head.seq, head, broken: isCut ? { seq: head.seq + 1, kind: "gap" } : null }
    }
    const detail = await details(reader, tenant, head.seq, Number(last["seq"]))
    for (const row of page) {
      const seq = Number(row["seq"])
      const kind = brokenKind(tenant, row, head, detail)
      if (kind) return { entries: head.seq, head, broken: { seq: kind === "gap" ? head.seq + 1 : seq, kind } }
      head = { seq, hash: String(row["hash"]) }
    }
  }
}
/** Entries per page: each may have a thousand changes, and a page is held in memory. */
const PAGE = 200

const lastGiven = async (reader: Reader, tenant: string): Promise<number> => {
  const where = { op: "eq", column: "name", value: SEQ } as const
  const [counter] = await reader.select({ table: COUNTER_TABLE, tenant, where })
  return Number(counter?.["value"] ?? 0)
}

interface Details {
  readonly changes: ReadonlyMap<number, readonly StoredRow[]>
  readonly parts: ReadonlyMap<string, readonly StoredRow[]>
}

const details = async (reader: Reader, tenant: string, after: number, to: number): Promise<Details> => {
  const where = {
    op: "and",
    of: [
      { op: "gt", column: "seq", value: after },
      { op: "lte", column: "seq", value: to },
    ],
  } as const
  const changes = await reader.select({
    table: CHANGE,
    tenant,
    where,
    order: [{ column: "seq" }, { column: "ordinal" }],
  })
  const parts = await reader.select({ table: PART, tenant, where })
  return {
    changes: groupBy(changes, (row) => Number(row["seq"])),
    parts: groupBy(parts, (row) => `${row["seq"]}/${row["ordinal"]}`),
  }
}

const brokenKind = (
  tenant: string,
  row: StoredRow,
  head: JournalHead,
  { changes, parts }: Details,
): "gap" | "link" | "hash" | "changes" | "part" | null => {
  const { hash, tenant: _, ...entry } = row
  if (entry["seq"] !== head.seq + 1) return "gap"
  if (entry["previous_hash"] !== head.hash) return "link"
  if (entryHash(tenant, entry) !== hash) return "hash"
  const own = changes.get(head.seq + 1) ?? []
  const isWhole = own.length === entry["records"] && own.every((change, index) => change["ordinal"] === index)
  if (!isWhole || changesHash(own) !== entry["changes_hash"]) return "changes"
  return own.every((change) => partsHold(change, parts)) ? null : "part"
}

const partsHold = (change: StoredRow, parts: Details["parts"]): boolean => {
  const body = JSON.parse(String(change["body"])) as {
    sealed?: readonly { readonly subject: string; readonly commitment: string }[]
  }
  const rows = [...(parts.get(`${change["seq"]}/${change["ordinal"]}`) ?? [])].sort(
    (a, b) => Number(a["part"]) - Number(b["part"]),
  )
  const sealed = body.sealed ?? []
  return (
    sealed.length === rows.length &&
    rows.every(
      (row, index) =>
        row["part"] === index &&
        row["subject"] === sealed[index]?.subject &&
        commitment(String(row["salt"]), String(row["payload"])) === sealed[index]?.commitment,
    )
  )
}

const entryHash = (tenant: string, entry: StoredRow): string =>
  digest("journal/1", canonical({ tenant, ...(entry as Record<string, Cell>) }))

const changesHash = (rows: readonly StoredRow[]): string =>
  digest(
    "journal-changes/1",
    canonical(
      rows.map(({ entity, record, verb, version, body }) => [entity, record, verb, version, body] as Canonical[]),
    ),
  )
