/** Databases as they are, read past the engine: what is in the tables of a firm after a crash. */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { setTimeout as pause } from "node:timers/promises"
import Database from "better-sqlite3"
import pg from "pg"

/** A row with every value as text, null where there is none. */
export type Row = Readonly<Record<string, string | null>>

/** A database that is read past the engine; tables have the names that the engine gives them. */
export interface RawDatabase {
  tables(): Promise<readonly string[]>
  rows(table: string): Promise<readonly Row[]>
  /** Whether the database finds nothing wrong with its own files, where it can look. */
  isSound(): Promise<boolean>
  close(): Promise<void>
}

const PREFIX = "anbud_"
/** When which release was here: the one table that tells the time of the machine. */
const META = "meta"

/** The tables in a SQLite file, or those that an open connection sees. */
export const inFile = (file: string | Database.Database): RawDatabase => {
  const database = typeof file === "string" ? new Database(file) : file
  database.pragma("busy_timeout = 10000")
  return {
    tables: async () =>
      (database.prepare("select name from sqlite_schema where type = 'table'").pluck().all() as string[])
        .filter((name) => name.startsWith(PREFIX))
        .map((name) => name.slice(PREFIX.length)),
    rows: async (table) => (database.prepare(`select * from ${PREFIX}${table}`).all() as object[]).map(asText),
    isSound: async () => database.pragma("integrity_check", { simple: true }) === "ok",
    close: async () => void database.close(),
  }
}

/** The tables in a schema of a PostgreSQL database. */
export const inSchema = async (url: string, schema: string): Promise<RawDatabase> => {
  const client = await connected(url)
  const rowsOf = async (text: string, values: unknown[] = []) => (await client.query(text, values)).rows as object[]
  return {
    tables: async () =>
      (await rowsOf("select tablename from pg_tables where schemaname = $1", [schema])).map(
        (row) => asText(row)["tablename"] ?? "",
      ),
    rows: async (table) => (await rowsOf(`select * from ${schema}.${table}`)).map(asText),
    isSound: async () => true,
    close: () => client.end(),
  }
}

/** Whether a command would be there if the process ended now and left the file and its log as they are. */
export const survives = (file: string, key: string): boolean => {
  const image = `${file}.image`
  // This process may be forbidden to write files of that size just now.
  for (const tail of ["", "-wal"])
    execFileSync("prlimit", ["--fsize=unlimited:", "cp", `${file}${tail}`, `${image}${tail}`])
  const database = new Database(image)
  const found = database.prepare(`select count(*) from ${PREFIX}claim where key in (?, ?)`).pluck().get(key, `${key}#0`)
  database.close()
  return found !== 0
}

/** A server that was killed takes connections again when it has recovered. */
const connected = async (url: string): Promise<pg.Client> => {
  for (let tries = 0; ; tries += 1) {
    const client = new pg.Client({ connectionString: url })
    client.on("error", () => undefined)
    try {
      await client.connect()
      return client
    } catch (error) {
      if (tries === 200) throw error
      await pause(50)
    }
  }
}

const asText = (row: object): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]))

/** One hash over every row of every table. */
export const contentHash = async (database: RawDatabase): Promise<string> => {
  const hash = createHash("sha256")
  for (const table of [...(await database.tables())].sort()) {
    if (table === META) continue
    const lines = (await database.rows(table)).map((row) => JSON.stringify(Object.entries(row).sort()))
    hash.update(`${table}\n${lines.sort().join("\n")}\n`)
  }
  return hash.digest("hex")
}

/** A command that was answered: its key, and its entry in the journal. */
export interface Acknowledged {
  readonly key: string
  readonly seq: number
}

/** What must never be found after a crash; all 0 and all true where nothing is wrong. */
export interface Damage {
  /** Answered commands of which there is no trace, or another one. */
  readonly lost: number
  /** Claims without an outcome, entries without their changes or without their command, breaks in the chain. */
  readonly halfApplied: number
  readonly isSound: boolean
}

/** Compares the database with what was answered, and the journal with itself. */
export const damageOf = async (database: RawDatabase, answered: readonly Acknowledged[]): Promise<Damage> => {
  if ((await database.tables()).length === 0) {
    return { lost: answered.length, halfApplied: 0, isSound: await database.isSound() }
  }
  const claims = await database.rows("claim")
  // The claim of an import is that of its first chunk.
  const outcomes = new Map(claims.map(({ key, outcome }) => [key?.replace("#0", ""), outcome]))
  const isThere = ({ key, seq }: Acknowledged): boolean => {
    const outcome = outcomes.get(key)
    return typeof outcome === "string" && (JSON.parse(outcome) as { seq?: number }).seq === seq
  }
  const entries = (await database.rows("journal")).toSorted((a, b) => Number(a["seq"]) - Number(b["seq"]))
  const changes = new Map<string, number>()
  for (const { seq } of await database.rows("journal_change"))
    changes.set(String(seq), (changes.get(String(seq)) ?? 0) + 1)
  const broken = entries.filter(
    ({ seq, records, previous_hash: link }, index) =>
      Number(seq) !== index + 1 ||
      Number(records) !== (changes.get(String(seq)) ?? 0) ||
      (index > 0 && link !== entries[index - 1]?.["hash"]),
  )
  const seqs = new Set(claims.map(({ outcome }) => (JSON.parse(outcome ?? "{}") as { seq?: number }).seq))
  // The first entry is that of the tenant, which was made without a key.
  const unclaimed = entries.filter(({ seq }) => seq !== "1" && !seqs.has(Number(seq)))
  const counter = (await database.rows("counter")).find(({ name }) => name === "seq")
  return {
    lost: answered.filter((one) => !isThere(one)).length,
    halfApplied:
      broken.length +
      unclaimed.length +
      claims.filter(({ outcome }) => outcome === null).length +
      (seqs.size === claims.length ? 0 : 1) +
      (Number(counter?.["value"] ?? 0) === entries.length ? 0 : 1),
    isSound: await database.isSound(),
  }
}
