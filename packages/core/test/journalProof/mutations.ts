/**
 * Mutations of a journal's tables, as somebody with a database client makes them, and what a verification must say of
 * each. What a mutation leads to is worked out from the tables before and after, not from the code that verifies.
 */
import type { BrokenKind } from "@anbud/core"
import type BetterSqlite3 from "better-sqlite3"
import { changesHash, entryHash, genesis } from "../../src/kernel/journal.ts"
import { TENANT } from "./firm.ts"

export type Database = BetterSqlite3.Database

/** What must be found: how, and the first entry; `KeyMissing` for a master key that nobody has. */
export interface Expected {
  readonly kind: BrokenKind | "KeyMissing"
  readonly seq: number
}

/** One way to tamper; null where this draw has nothing to tamper with. */
export type Mutation = (tables: Tables) => Expected | null

/** The tables, and random draws. */
export interface Tables {
  readonly database: Database
  /** A whole number from 0 up to this, exclusive. */
  readonly below: (limit: number) => number
  /** Brings in the tables of another copy: as it was, an older one, or that one written on. */
  readonly restore: (which: "whole" | "old" | "other") => void
  /** Where the old copy ends, and the sizes of the checkpoints that the host keeps. */
  readonly oldSize: number
  readonly sizes: readonly number[]
}

type Row = Readonly<Record<string, string | number | null>>

const any = <T>({ below }: Tables, list: readonly T[]): T => list[below(list.length)] as T
const rowsOf = ({ database }: Tables, sql: string, ...given: readonly unknown[]): readonly Row[] =>
  database.prepare(sql).all(...given) as Row[]
const one = (tables: Tables, sql: string, ...given: readonly unknown[]): number =>
  Number(Object.values(rowsOf(tables, sql, ...given)[0] ?? {})[0] ?? 0)
const run = ({ database }: Tables, sql: string, ...given: readonly unknown[]): number =>
  database.prepare(sql).run(...given).changes
const size = (tables: Tables): number => one(tables, "select max(seq) from anbud_journal")
const at = (seq: number, kind: Expected["kind"]): Expected => ({ seq, kind })

/** Another value of the same sort: a text with one character changed, a number moved by some. */
const other = (tables: Tables, value: string | number): string | number => {
  if (typeof value === "number") return value + 1 + tables.below(5)
  const place = tables.below(Math.max(value.length, 1))
  const sign = value[place] === "x" ? "y" : "x"
  return `${value.slice(0, place)}${sign}${value.slice(place + 1)}`
}

/** The entries with parts that are gone, by the erasure that accounts for them. */
const goneBy = (tables: Tables): ReadonlyMap<number, number> => {
  const gone = new Map<number, number>()
  const notes = rowsOf(tables, "select seq, record from anbud_journal_change where entity = 'erasure' order by seq")
  for (const change of rowsOf(tables, "select seq, ordinal, body from anbud_journal_change order by seq desc")) {
    const { sealed = [] } = JSON.parse(String(change["body"])) as { sealed?: readonly { readonly subject: string }[] }
    for (const [part, { subject }] of sealed.entries()) {
      const id = `${change["seq"]}/${change["ordinal"]}/${part}`
      if (one(tables, "select count(*) from anbud_journal_part where id = ?", id) > 0) continue
      const note = notes.find((row) => row["record"] === subject && Number(row["seq"]) > Number(change["seq"]))
      if (note) gone.set(Number(note["seq"]), Number(change["seq"]))
    }
  }
  return gone
}

/** What follows where the note of an erasure can be found no more: the first part that it accounted for. */
const orFirstGone = (gone: ReadonlyMap<number, number>, seqs: readonly number[], expected: Expected): Expected => {
  const first = Math.min(...seqs.flatMap((seq) => gone.get(seq) ?? []))
  return first < expected.seq ? at(first, "part") : expected
}

const HEAD_COLUMNS: Readonly<Record<string, BrokenKind>> = {
  seq: "gap",
  at: "hash",
  actor: "hash",
  command: "hash",
  records: "hash",
  changes_hash: "hash",
  previous_hash: "link",
  hash: "hash",
}

const headChanged: Mutation = (tables) => {
  const gone = goneBy(tables)
  const row = any(tables, rowsOf(tables, "select * from anbud_journal"))
  const seq = Number(row["seq"])
  const column = any(tables, Object.keys(HEAD_COLUMNS))
  const value = column === "seq" ? seq + 1000 : other(tables, row[column] ?? "")
  run(tables, `update anbud_journal set ${column} = ? where seq = ?`, value, seq)
  const expected = at(seq, HEAD_COLUMNS[column] as BrokenKind)
  return column === "seq" ? orFirstGone(gone, [seq], expected) : expected
}

const changeChanged: Mutation = (tables) => {
  const gone = goneBy(tables)
  const row = any(tables, rowsOf(tables, "select rowid as row, * from anbud_journal_change"))
  const seq = Number(row["seq"])
  const column = any(tables, ["seq", "ordinal", "entity", "record", "root", "verb", "version", "body"])
  const isPlace = column === "seq" || column === "ordinal"
  const value = isPlace ? Number(row[column]) + 1000 : other(tables, row[column] ?? "")
  run(tables, `update anbud_journal_change set ${column} = ? where rowid = ?`, value, row["row"])
  const hidesNote = row["entity"] === "erasure" && ["seq", "entity", "record"].includes(column)
  return hidesNote ? orFirstGone(gone, [seq], at(seq, "changes")) : at(seq, "changes")
}

const partChanged: Mutation = (tables) => {
  const row = any(tables, rowsOf(tables, "select * from anbud_journal_part"))
  const column = any(tables, ["id", "seq", "ordinal", "part", "subject", "kept", "salt", "payload"])
  const isPlace = column === "seq" || column === "ordinal" || column === "part"
  const value = isPlace
    ? Number(row[column]) + 1000
    : column === "kept"
      ? 1 - Number(row["kept"])
      : other(tables, row[column] ?? "")
  run(tables, `update anbud_journal_part set ${column} = ? where id = ?`, value, row["id"])
  return at(Number(row["seq"]), "part")
}

const keyChanged: Mutation = (tables) => {
  const row = any(tables, rowsOf(tables, "select * from anbud_subject_key"))
  const uses = "select min(seq) from anbud_journal_part where payload like ?"
  const seq = one(tables, uses, `%"key":"${row["id"]}"%`)
  if (seq === 0) return null
  const column = any(tables, ["id", "subject", "kept", "master", "wrapped"])
  const value = column === "kept" ? 1 - Number(row["kept"]) : other(tables, row[column] ?? "")
  run(tables, `update anbud_subject_key set ${column} = ? where id = ?`, value, row["id"])
  return at(seq, column === "master" ? "KeyMissing" : "part")
}

const keyRemoved: Mutation = (tables) => {
  const row = any(tables, rowsOf(tables, "select * from anbud_subject_key"))
  const uses = "select min(seq) from anbud_journal_part where payload like ?"
  const seq = one(tables, uses, `%"key":"${row["id"]}"%`)
  if (seq === 0) return null
  run(tables, "delete from anbud_subject_key where id = ?", row["id"])
  return at(seq, "part")
}

const checkpointChanged: Mutation = (tables) => {
  const row = any(tables, rowsOf(tables, "select * from anbud_journal_checkpoint"))
  const column = any(tables, ["id", "size", "hash", "at", "key_id", "signature"])
  const value = column === "size" ? Number(row["size"]) + 1 + tables.below(5) : other(tables, row[column] ?? "")
  run(tables, `update anbud_journal_checkpoint set ${column} = ? where id = ?`, value, row["id"])
  return at(column === "size" ? Number(value) : Number(row["size"]), "checkpoint")
}

const counterChanged: Mutation = (tables) => {
  const last = size(tables)
  const by = tables.below(2) === 0 ? 1 + tables.below(9) : -1 - tables.below(last)
  run(tables, "update anbud_counter set value = value + ? where name = 'seq'", by)
  return at(by > 0 ? last + 1 : last + by + 1, "gap")
}

const nonceChanged: Mutation = (tables) => {
  const [row] = rowsOf(tables, "select nonce from anbud_tenant")
  run(tables, "update anbud_tenant set nonce = ?", other(tables, row?.["nonce"] ?? ""))
  return at(1, "link")
}

const headRemoved: Mutation = (tables) => {
  const gone = goneBy(tables)
  const seq = 1 + tables.below(size(tables))
  run(tables, "delete from anbud_journal where seq = ?", seq)
  return orFirstGone(gone, [seq], at(seq, "gap"))
}

const changeRemoved: Mutation = (tables) => {
  const gone = goneBy(tables)
  const row = any(tables, rowsOf(tables, "select rowid as row, * from anbud_journal_change"))
  const seq = Number(row["seq"])
  run(tables, "delete from anbud_journal_change where rowid = ?", row["row"])
  return row["entity"] === "erasure" ? orFirstGone(gone, [seq], at(seq, "changes")) : at(seq, "changes")
}

const partRemoved: Mutation = (tables) => {
  const row = any(tables, rowsOf(tables, "select * from anbud_journal_part"))
  run(tables, "delete from anbud_journal_part where id = ?", row["id"])
  return at(Number(row["seq"]), "part")
}

const headInserted: Mutation = (tables) => {
  const last = size(tables)
  const seq = tables.below(2) === 0 ? last + 1 : -tables.below(5)
  const row = any(tables, rowsOf(tables, "select * from anbud_journal"))
  insertRow(tables, "journal", { ...row, seq })
  return at(seq, seq > 0 ? "link" : "gap")
}

const changeInserted: Mutation = (tables) => {
  const row = any(tables, rowsOf(tables, "select * from anbud_journal_change"))
  const last = size(tables)
  const seq = any(tables, [Number(row["seq"]), 0, -3, last + 1, last + 500])
  insertRow(tables, "journal_change", { ...row, seq, ordinal: 77 })
  return at(seq, "changes")
}

const partInserted: Mutation = (tables) => {
  const row = any(tables, rowsOf(tables, "select * from anbud_journal_part"))
  const last = size(tables)
  const seq = any(tables, [Number(row["seq"]), 1, 0, -3, last + 1, last + 500])
  const place = any(tables, [
    { ordinal: 0, part: 7 },
    { ordinal: 88, part: 0 },
  ])
  insertRow(tables, "journal_part", { ...row, id: `${seq}/${place.ordinal}/${place.part}`, seq, ...place })
  return at(seq, "part")
}

const headsSwapped: Mutation = (tables) => {
  const last = size(tables)
  const a = 1 + tables.below(last)
  const b = 1 + tables.below(last)
  if (a === b) return null
  for (const [from, to] of [
    [a, -1],
    [b, a],
    [-1, b],
  ])
    run(tables, "update anbud_journal set seq = ? where seq = ?", to, from)
  return at(Math.min(a, b), "link")
}

const bodiesSwapped: Mutation = (tables) => {
  const rows = rowsOf(tables, "select rowid as row, * from anbud_journal_change")
  const [a, b] = [any(tables, rows), any(tables, rows)]
  if (a["body"] === b["body"]) return null
  run(tables, "update anbud_journal_change set body = ? where rowid = ?", b["body"], a["row"])
  run(tables, "update anbud_journal_change set body = ? where rowid = ?", a["body"], b["row"])
  return at(Math.min(Number(a["seq"]), Number(b["seq"])), "changes")
}

const partsSwapped: Mutation = (tables) => {
  const rows = rowsOf(tables, "select * from anbud_journal_part")
  const [a, b] = [any(tables, rows), any(tables, rows)]
  if (a["id"] === b["id"]) return null
  run(tables, "update anbud_journal_part set payload = ? where id = ?", b["payload"], a["id"])
  run(tables, "update anbud_journal_part set payload = ? where id = ?", a["payload"], b["id"])
  return at(Math.min(Number(a["seq"]), Number(b["seq"])), "part")
}

const tailCut: Mutation = (tables) => {
  const gone = goneBy(tables)
  const last = size(tables)
  const keep = Math.max(...tables.sizes) - 1 - tables.below(Math.max(...tables.sizes) - 1)
  for (const table of ["journal_part", "journal_change", "journal"])
    run(tables, `delete from anbud_${table} where seq > ?`, keep)
  run(tables, "delete from anbud_journal_checkpoint where size > ?", keep)
  if (tables.below(2) === 0) run(tables, "update anbud_counter set value = ? where name = 'seq'", keep)
  const cut = Array.from({ length: last - keep }, (_, index) => keep + 1 + index)
  return orFirstGone(gone, cut, at(keep + 1, "gap"))
}

const oldCopy: Mutation = (tables) => {
  tables.restore("old")
  return at(tables.oldSize + 1, "gap")
}

const otherLife: Mutation = (tables) => {
  tables.restore("other")
  // Its own checkpoints are genuine too: it is the host's, from before, that speak of another chain.
  return at(Math.min(...tables.sizes.filter((one) => one > tables.oldSize)), "fork")
}

/** Somebody who knows how hashes are made writes a chain of their own from an entry on, which holds together. */
const recomputed: Mutation = (tables) => {
  const from = 1 + tables.below(Math.max(...tables.sizes))
  run(tables, "update anbud_journal set actor = 'somebody' where seq = ?", from)
  const [tenant] = rowsOf(tables, "select nonce from anbud_tenant")
  let previous = genesis(TENANT, String(tenant?.["nonce"]))
  for (const row of rowsOf(tables, "select * from anbud_journal order by seq")) {
    const { hash: _, tenant: __, ...entry } = row
    const linked = { ...entry, previous_hash: previous }
    previous = entryHash(TENANT, linked)
    const set = "update anbud_journal set previous_hash = ?, hash = ? where seq = ?"
    run(tables, set, linked.previous_hash, previous, row["seq"])
  }
  return at(Math.min(...tables.sizes.filter((one) => one >= from)), "fork")
}

/** A part that goes with a note of an erasure that never was: in an entry that is there, or in one that is added. */
const erasureForged: Mutation = (tables) => {
  const rows = rowsOf(tables, "select * from anbud_journal_part where kept = 0")
  const row = any(tables, rows)
  run(tables, "delete from anbud_journal_part where id = ?", row["id"])
  const note = rowsOf(tables, "select * from anbud_journal_change where entity = 'erasure'")[0] as Row
  const forged = { ...note, record: row["subject"] ?? "" }
  const last = size(tables)
  if (tables.below(2) === 0 && Number(row["seq"]) < last) {
    const seq = Number(row["seq"]) + 1 + tables.below(last - Number(row["seq"]))
    insertRow(tables, "journal_change", { ...forged, seq, ordinal: 55 })
    return at(seq, "changes")
  }
  const [head] = rowsOf(tables, "select * from anbud_journal where seq = ?", last)
  const own = { ...forged, seq: last + 1, ordinal: 0 }
  const { hash, tenant, ...before } = head as Row
  const entry = { ...before, seq: last + 1, records: 1, previous_hash: hash ?? "", changes_hash: changesHash([own]) }
  insertRow(tables, "journal", { tenant: tenant ?? "", ...entry, hash: entryHash(TENANT, entry) })
  insertRow(tables, "journal_change", own)
  return at(last + 1, "gap")
}

const insertRow = (tables: Tables, table: string, row: Row): void => {
  const names = Object.keys(row)
  const sql = `insert into anbud_${table} (${names.join(", ")}) values (${names.map(() => "?").join(", ")})`
  run(tables, sql, ...names.map((name) => row[name]))
}

/** All of them, by name. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  headChanged,
  changeChanged,
  partChanged,
  keyChanged,
  keyRemoved,
  checkpointChanged,
  counterChanged,
  nonceChanged,
  headRemoved,
  changeRemoved,
  partRemoved,
  headInserted,
  changeInserted,
  partInserted,
  headsSwapped,
  bodiesSwapped,
  partsSwapped,
  tailCut,
  oldCopy,
  otherLife,
  recomputed,
  erasureForged,
}
