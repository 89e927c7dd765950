/** History: what the journal says of a record, with its personal values put back from their parts. */
import { groupBy } from "./groupBy.ts"
import { CHANGE, HEAD, PART, type RecordChange } from "./journal.ts"
import { rowsAfter } from "./keyset.ts"
import type { OpenedPart, Sealing } from "./sealing.ts"
import type { Cell, Condition, Reader, StoredRow } from "./store.ts"

/** One change of a record: who, when, by which command, and the values that differ on each side. */
export interface HistoryEntry {
  readonly seq: number
  readonly at: string
  readonly actor: string
  readonly command: string
  /** Why the system acted, null for a user. */
  readonly reason: string | null
  /** The plugin whose hook made the change, null for the command itself. */
  readonly by: string | null
  /** The record, or a part of it, and which entity that is of. */
  readonly entity: string
  readonly record: string
  readonly verb: RecordChange["verb"]
  /** The version of the record, or of the root that it is a part of, after the change. */
  readonly version: number
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
  /** Whether personal values of this change were erased: they are missing on both sides. */
  readonly isErased: boolean
}

/** Which changes to read. */
export type HistoryQuery =
  /** A record's and its parts'. */
  | { readonly root: string; readonly limit: number; readonly from: readonly Cell[] | null }
  /** One entity's, in one entry. */
  | { readonly entity: string; readonly seq: number }
  /** All of some entries, oldest first. */
  | { readonly seqs: readonly number[] }

/** An entry, and its place among all: its `seq` and its number there. */
export interface PlacedEntry {
  readonly entry: HistoryEntry
  readonly place: readonly Cell[]
  /** `entity/id` of the record that it is a part of; its own if it is none. */
  readonly root: string
  /** The fields whose values it has erased. */
  readonly erased: readonly string[]
}

/** Changes, newest first by default. Sealed values are opened; refuses with `KeyMissing`, `KeyRejected`. */
export const readHistory = async (
  sealing: Sealing,
  reader: Reader,
  tenant: string,
  query: HistoryQuery,
): Promise<readonly PlacedEntry[]> => {
  const limit = "root" in query ? { limit: query.limit } : {}
  const where: Condition = { op: "and", of: testsOf(query) }
  const order = "seqs" in query ? OLDEST_FIRST : NEWEST_FIRST
  const changes = await reader.select({ table: CHANGE, tenant, where, order, ...limit })
  const among = { op: "in", column: "seq", values: [...new Set(changes.map((row) => Number(row["seq"])))] } as const
  const heads = await reader.select({ table: HEAD, tenant, where: among })
  const parts = await reader.select({ table: PART, tenant, where: among })
  const headAt = new Map(heads.map((row) => [row["seq"], row]))
  const opened = await sealing.open(reader, tenant, parts)
  const partsAt = groupBy(
    parts.flatMap((part, index) => {
      const values = opened[index]
      return values ? [{ place: placeOf(part), values }] : []
    }),
    ({ place }) => place,
  )
  return changes.map((row) => {
    const body = JSON.parse(String(row["body"])) as StoredBody
    return {
      entry: entryOf(row, body, headAt.get(row["seq"] ?? null) ?? {}, partsAt.get(placeOf(row)) ?? []),
      place: NEWEST_FIRST.map(({ column }) => row[column] ?? null),
      root: String(row["root"]),
      erased: body.erased ?? [],
    }
  })
}

/** A change row's body. */
interface StoredBody extends Pick<HistoryEntry, "before" | "after"> {
  readonly by?: string
  readonly sealed?: readonly unknown[]
  readonly erased?: readonly string[]
}

const OLDEST_FIRST = [{ column: "seq" }, { column: "ordinal" }]

const NEWEST_FIRST = [
  { column: "seq", descending: true },
  { column: "ordinal", descending: true },
]

const testsOf = (query: HistoryQuery): readonly Condition[] => {
  if ("seqs" in query) return [{ op: "in", column: "seq", values: query.seqs }]
  return "root" in query
    ? [
        { op: "eq", column: "root", value: query.root },
        ...(query.from === null ? [] : [rowsAfter(NEWEST_FIRST, query.from)]),
      ]
    : [
        { op: "eq", column: "entity", value: query.entity },
        { op: "eq", column: "seq", value: query.seq },
      ]
}

/** A change's place, which its parts share. */
const placeOf = (row: StoredRow): string => `${row["seq"]}/${row["ordinal"]}`

const entryOf = (
  row: StoredRow,
  body: StoredBody,
  head: StoredRow,
  parts: readonly { readonly values: OpenedPart }[],
): HistoryEntry => {
  let { before, after } = body
  for (const { values } of parts) {
    before = { ...before, ...values.before }
    after = { ...after, ...values.after }
  }
  return {
    seq: Number(row["seq"]),
    at: String(head["at"]),
    actor: String(head["actor"]),
    command: String(head["command"]),
    reason: head["reason"] === null ? null : String(head["reason"]),
    by: body.by ?? null,
    entity: String(row["entity"]),
    record: String(row["record"]),
    verb: row["verb"] as HistoryEntry["verb"],
    version: Number(row["version"]),
    before,
    after,
    isErased: (body.sealed ?? []).length > parts.length,
  }
}
