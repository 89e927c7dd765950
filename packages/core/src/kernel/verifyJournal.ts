/**
 * Verify: recomputes every hash of a tenant's journal, page by page, and names the first entry that is broken, and how.
 *
 * What the chain alone cannot show (a tail that was cut with its counter, an old copy that was restored, a chain that
 * was recomputed) shows against a trusted checkpoint, which the caller kept elsewhere.
 */
import { type Checkpoint, isGenuine, type PublicKeys, storedCheckpoints } from "./checkpoint.ts"
import { groupBy } from "./groupBy.ts"
import {
  CHANGE,
  changesHash,
  ERASURE,
  entryHash,
  HEAD,
  type JournalHead,
  PART,
  SEQ,
  type Seal,
  sealOf,
} from "./journal.ts"
import { KeyRejected } from "./keys.ts"
import type { Sealing } from "./sealing.ts"
import { COUNTER_TABLE, type Reader, type Store, type StoredRow } from "./store.ts"

/** How an entry is broken. */
export type BrokenKind =
  /** An entry is not there that the counter has given out, or that a trusted checkpoint counts. */
  | "gap"
  /** The entry does not name the hash of the one before it. */
  | "link"
  /** The entry's head was changed. */
  | "hash"
  /** A change of the entry was changed, removed or added. */
  | "changes"
  /** A personal part was changed, removed without an erasure, or added, or its key does not open it. */
  | "part"
  /** A checkpoint is not signed by a known key, or does not say what was signed. */
  | "checkpoint"
  /** The chain holds together, and is not the one of which a genuine checkpoint speaks. */
  | "fork"

/** What a verification found: nothing, or the first entry that is broken and how. */
export interface Verification {
  /** How many entries were found whole, up to the first that is broken. */
  readonly entries: number
  readonly head: JournalHead
  readonly broken: { readonly seq: number; readonly kind: BrokenKind } | null
  /** The erasures that account for missing parts: the entry of each, and how many parts. */
  readonly erased: readonly { readonly seq: number; readonly parts: number }[]
}

/** What to verify, against what. */
export interface VerifyOptions {
  /** Checkpoints that the host kept: their word is taken, and what contradicts them is broken. */
  readonly checkpoints?: readonly Checkpoint[]
  /** Begins after this trusted checkpoint instead of at the first entry. */
  readonly from?: Checkpoint
  /** With these, signatures count: of the given checkpoints and of those in the database. */
  readonly publicKeys?: PublicKeys
  readonly signal?: AbortSignal
  /** Called after every page. */
  readonly onProgress?: (progress: { readonly entries: number; readonly of: number }) => void
}

/** Entries per page: each may have a thousand changes, and a page is held in memory. */
const PAGE = 200

interface Target {
  readonly store: Pick<Store, "read">
  readonly sealing: Sealing
  readonly tenant: string
  readonly genesisHash: string
}

/** Verifies a tenant's journal; stops at the first entry that is broken. Each page is a snapshot of its own. */
export const verifyJournal = async (target: Target, options: VerifyOptions = {}): Promise<Verification> => {
  const erased = new Map<number, number>()
  const trusted = [...(options.checkpoints ?? []), ...(options.from ? [options.from] : [])]
  const ended = (head: JournalHead, broken: Verification["broken"]): Verification => ({
    entries: head.seq,
    head,
    broken,
    erased: [...erased].map(([seq, parts]) => ({ seq, parts })).sort((a, b) => a.seq - b.seq),
  })
  let head: JournalHead = { seq: 0, hash: target.genesisHash }
  const forged = trusted.find((one) => !speaksFor(one, target.tenant, options.publicKeys))
  if (forged) return ended(head, { seq: forged.size, kind: "checkpoint" })
  if (options.from) {
    const start = await startAt(target, options.from)
    if (start) return ended(head, start)
    head = { seq: options.from.size, hash: options.from.hash }
  }
  for (;;) {
    options.signal?.throwIfAborted()
    const page = await target.store.read((reader) => pageAfter(reader, target, head, options, trusted))
    head = page.head
    for (const [seq, parts] of page.erased) erased.set(seq, (erased.get(seq) ?? 0) + parts)
    if (page.broken || page.isLast) return ended(head, page.broken)
    options.onProgress?.({ entries: head.seq, of: page.of })
  }
}

const speaksFor = (checkpoint: Checkpoint, tenant: string, keys: PublicKeys | undefined): boolean =>
  checkpoint.tenant === tenant && (keys === undefined || isGenuine(checkpoint, keys))

/** What contradicts a checkpoint from which to begin. */
const startAt = async ({ store, tenant }: Target, { size, hash }: Checkpoint): Promise<Verification["broken"]> =>
  store.read(async (reader) => {
    const [row] = await reader.select({ table: HEAD, tenant, where: { op: "eq", column: "seq", value: size } })
    if (!row) return { seq: size, kind: "gap" }
    return row["hash"] === hash ? null : { seq: size, kind: "fork" }
  })

interface Page {
  readonly head: JournalHead
  readonly broken: Verification["broken"]
  readonly erased: ReadonlyMap<number, number>
  readonly isLast: boolean
  /** The last entry that was given out. */
  readonly of: number
}

const pageAfter = async (
  reader: Reader,
  target: Target,
  start: JournalHead,
  options: VerifyOptions,
  trusted: readonly Checkpoint[],
): Promise<Page> => {
  const { tenant } = target
  const order = [{ column: "seq" }]
  const where = { op: "gt", column: "seq", value: start.seq } as const
  const rows = await reader.select({ table: HEAD, tenant, where, order, limit: PAGE })
  const of = await lastGiven(reader, tenant)
  const last = rows.at(-1)
  if (!last) return endOf(reader, tenant, { start, of, trusted, publicKeys: options.publicKeys })
  const detail = await details(reader, target, start.seq, Number(last["seq"]))
  const known = await knownAt(reader, target, start.seq, Number(last["seq"]), options, trusted)
  let head = start
  const erased = new Map<number, number>()
  for (const row of rows) {
    const seq = Number(row["seq"])
    const kind = brokenKind(tenant, row, head, detail, known)
    if (kind) return { head, broken: { seq: kind === "gap" ? head.seq + 1 : seq, kind }, erased, isLast: true, of }
    for (const by of detail.missing.get(seq) ?? []) erased.set(by, (erased.get(by) ?? 0) + 1)
    head = { seq, hash: String(row["hash"]) }
  }
  return { head, broken: null, erased, isLast: false, of }
}

interface End {
  readonly start: JournalHead
  readonly of: number
  readonly trusted: readonly Checkpoint[]
  readonly publicKeys: PublicKeys | undefined
}

const endOf = async (reader: Reader, tenant: string, { start: head, of, trusted, publicKeys }: End): Promise<Page> => {
  const page = (broken: Verification["broken"]): Page => ({ head, broken, erased: new Map(), isLast: true, of })
  const stored = async (above: number, to: number): Promise<readonly Checkpoint[]> =>
    publicKeys ? storedCheckpoints(reader, tenant, { above, to }) : []
  const later = await stored(head.seq, Number.MAX_SAFE_INTEGER)
  const outside = [...(await stored(-Number.MAX_SAFE_INTEGER, 0)), ...later]
  const forged = outside.find((one) => one.size < 1 || !publicKeys || !isGenuine(one, publicKeys))
  if (forged) return page({ seq: forged.size, kind: "checkpoint" })
  const counted = Math.max(of, ...[...trusted, ...later].map(({ size }) => size))
  if (counted > head.seq) return page({ seq: head.seq + 1, kind: "gap" })
  if (of < head.seq) return page({ seq: of + 1, kind: "gap" })
  return page(await strayAfter(reader, tenant, head))
}

/** A row that belongs to no entry: before the first, or after the last. */
const strayAfter = async (reader: Reader, tenant: string, head: JournalHead): Promise<Verification["broken"]> => {
  const outside = [
    { op: "lt", column: "seq", value: 1 },
    { op: "gt", column: "seq", value: head.seq },
  ] as const
  const where = { op: "or", of: outside } as const
  for (const [table, kind] of STRAYS) {
    const [row] = await reader.select({ table, tenant, where, order: [{ column: "seq" }], limit: 1 })
    if (row) return { seq: Number(row["seq"]), kind }
  }
  return null
}

const STRAYS = [
  [HEAD, "gap"],
  [CHANGE, "changes"],
  [PART, "part"],
] as const

const lastGiven = async (reader: Reader, tenant: string): Promise<number> => {
  const where = { op: "eq", column: "name", value: SEQ } as const
  const [counter] = await reader.select({ table: COUNTER_TABLE, tenant, where })
  return Number(counter?.["value"] ?? 0)
}

/** What checkpoints say of the entries of a page: the hash that each must have, null for a checkpoint that is forged. */
const knownAt = async (
  reader: Reader,
  { tenant }: Target,
  above: number,
  to: number,
  { publicKeys }: VerifyOptions,
  trusted: readonly Checkpoint[],
): Promise<ReadonlyMap<number, string | null>> => {
  const known = new Map<number, string | null>(trusted.map(({ size, hash }) => [size, hash]))
  if (publicKeys === undefined) return known
  for (const one of await storedCheckpoints(reader, tenant, { above, to })) {
    const said = known.get(one.size)
    if (!isGenuine(one, publicKeys)) known.set(one.size, null)
    else if (said === undefined) known.set(one.size, one.hash)
  }
  return known
}

interface Details {
  readonly changes: ReadonlyMap<number, readonly StoredRow[]>
  readonly parts: ReadonlyMap<string, readonly StoredRow[]>
  /** By entry: the erasures that account for its missing parts, one per part. */
  readonly missing: ReadonlyMap<number, readonly number[]>
  /** Entries whose parts are missing with no erasure to account for it, belong to no change, or do not open. */
  readonly unaccounted: ReadonlySet<number>
}

const details = async (reader: Reader, target: Target, after: number, to: number): Promise<Details> => {
  const { tenant } = target
  const of = [
    { op: "gt", column: "seq", value: after },
    { op: "lte", column: "seq", value: to },
  ] as const
  const where = { op: "and", of } as const
  const order = [{ column: "seq" }, { column: "ordinal" }]
  const changes = await reader.select({ table: CHANGE, tenant, where, order })
  const parts = await reader.select({ table: PART, tenant, where, order: [...order, { column: "part" }] })
  const byChange = groupBy(parts, placeOf)
  const gone = changes.flatMap((change) => goneParts(change, byChange.get(placeOf(change)) ?? []))
  const erasures = await erasuresOf(reader, tenant, gone)
  const missing = new Map<number, number[]>()
  const places = new Set(changes.map(placeOf))
  const strays = parts.filter((part) => !places.has(placeOf(part))).map((part) => Number(part["seq"]))
  const unaccounted = new Set([...strays, ...(await unopened(reader, target, parts))])
  for (const { seq, seal } of gone) {
    const by = erasures.find((one) => one.seq > seq && one.subject === seal.subject && (!seal.kept || one.isOfKept))
    if (by) missing.set(seq, [...(missing.get(seq) ?? []), by.seq])
    else unaccounted.add(seq)
  }
  return { changes: groupBy(changes, (row) => Number(row["seq"])), parts: byChange, missing, unaccounted }
}

const placeOf = (row: StoredRow): string => `${row["seq"]}/${row["ordinal"]}`

interface GonePart {
  readonly seq: number
  readonly seal: Seal
}

const goneParts = (change: StoredRow, rows: readonly StoredRow[]): readonly GonePart[] => {
  const present = new Set(rows.map((row) => row["part"]))
  const seals = sealsOf(change) ?? []
  return seals.flatMap((seal, part) => (present.has(part) ? [] : [{ seq: Number(change["seq"]), seal }]))
}

/** What a change row says of its parts; null for a row that cannot be read, which its hash will tell. */
const sealsOf = (change: StoredRow): readonly Seal[] | null => {
  try {
    const body = JSON.parse(String(change["body"])) as { readonly sealed?: unknown } | null
    return Array.isArray(body?.sealed) ? (body.sealed as readonly Seal[]) : []
  } catch {
    return null
  }
}

interface NotedErasure {
  readonly seq: number
  readonly subject: string
  readonly isOfKept: boolean
}

/**
 * The erasures of these parts' subjects, oldest first. Each is an entry that is verified in its turn: one that does not
 * hold is what is broken, and until it is put right nothing more can be said of the parts.
 */
const erasuresOf = async (
  reader: Reader,
  tenant: string,
  gone: readonly GonePart[],
): Promise<readonly NotedErasure[]> => {
  if (gone.length === 0) return []
  const values = [...new Set(gone.map(({ seal }) => String(seal.subject)))]
  const of = [
    { op: "eq", column: "entity", value: ERASURE },
    { op: "in", column: "record", values },
  ] as const
  const notes = await reader.select({ table: CHANGE, tenant, where: { op: "and", of }, order: [{ column: "seq" }] })
  const among = { op: "in", column: "seq", values: [...new Set(notes.map((row) => Number(row["seq"])))] } as const
  const heads = new Set((await reader.select({ table: HEAD, tenant, where: among })).map((row) => row["seq"]))
  return notes
    .filter((row) => heads.has(row["seq"] ?? null))
    .map((row) => ({
      seq: Number(row["seq"]),
      subject: String(row["record"]),
      isOfKept: !String(row["body"]).includes('"keptParts":0'),
    }))
}

/** The entries with a part that its key does not open; nothing is opened where there are no keys. */
const unopened = async (
  reader: Reader,
  { sealing, tenant }: Target,
  parts: readonly StoredRow[],
): Promise<readonly number[]> => {
  if (!sealing.hasKeys) return []
  const opens = async (some: readonly StoredRow[]): Promise<boolean> => {
    try {
      return (await sealing.open(reader, tenant, some)).every((part) => part !== null)
    } catch (error) {
      if (KeyRejected.is(error) || error instanceof SyntaxError) return false
      throw error
    }
  }
  if (parts.length === 0 || (await opens(parts))) return []
  const broken: number[] = []
  for (const part of parts) if (!(await opens([part]))) broken.push(Number(part["seq"]))
  return broken
}

const brokenKind = (
  tenant: string,
  row: StoredRow,
  head: JournalHead,
  detail: Details,
  known: ReadonlyMap<number, string | null>,
): BrokenKind | null => {
  const { hash, ...entry } = row
  const seq = head.seq + 1
  if (entry["seq"] !== seq) return "gap"
  if (entry["previous_hash"] !== head.hash) return "link"
  if (entryHash(tenant, entry) !== hash) return "hash"
  const own = detail.changes.get(seq) ?? []
  const isWhole = own.length === entry["records"] && own.every((change, index) => change["ordinal"] === index)
  if (!isWhole || changesHash(own) !== entry["changes_hash"]) return "changes"
  if (detail.unaccounted.has(seq) || !own.every((change) => partsHold(change, detail.parts))) return "part"
  const said = known.get(seq)
  if (said === null) return "checkpoint"
  return said === undefined || said === hash ? null : "fork"
}

/** Whether the parts that are there are the ones that their change speaks of. */
const partsHold = (change: StoredRow, parts: Details["parts"]): boolean => {
  const seals = sealsOf(change) ?? []
  return (parts.get(placeOf(change)) ?? []).every((row) => {
    const said = seals[Number(row["part"])]
    const is = sealOf(row)
    return (
      said !== undefined &&
      row["id"] === `${placeOf(change)}/${row["part"]}` &&
      said.subject === is.subject &&
      said.commitment === is.commitment &&
      (said.kept ?? false) === (is.kept ?? false)
    )
  })
}
