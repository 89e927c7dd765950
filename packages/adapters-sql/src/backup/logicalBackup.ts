/**
 * Logical backups: every row of a store in one snapshot, as a file that any version of the database takes back. Others
 * go on writing meanwhile; a restored store is built from its own definitions, filled, and verified before it is there.
 */
import type { StoredRow } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import { type Compile, compiler } from "../compiler.ts"
import type { Connection, Differences } from "../differences.ts"
import { rethrow, translator } from "../failure.ts"
import { applySchema } from "../schema/applySchema.ts"
import { createLedger, ledgerName, readLedger } from "../schema/ledger.ts"
import { differencesOf } from "../schema/schemaDifferences.ts"
import { inSchema, tellOfAll } from "../schema/storeSchema.ts"
import { createTable, type KeptColumn } from "../schema/tableSql.ts"
import { type StoredTable, type StoredTables, storedTables, TENANT, tableRef } from "../storedTable.ts"
import { type BackedUpRows, type BackedUpTable, type BackupHeader, readBackup, writeBackup } from "./backupFile.ts"
import type { BackupOptions, BackupProgress, Backups } from "./backups.ts"
import { BackupDamaged, StoreNotEmpty } from "./refusals.ts"

const ROWS_PER_PAGE = 500
/** PostgreSQL takes 65 535 parameters and SQLite 32 766. */
const MOST_PARAMETERS = 30_000

/** Backup and restore of a store; `inTurn` waits until it is connected. */
export const logicalBackups = (
  differences: Differences,
  inTurn: <T>(start: () => Promise<T>) => Promise<T>,
): Backups => ({
  backup: (to, options = {}) =>
    inTurn(async () => {
      options.signal?.throwIfAborted()
      const connection = await differences.connections.begin("read", options.signal).catch(rethrow(differences))
      try {
        await tellOfAll(connection, differences)
        return await copied(connection, differences, to, options)
      } finally {
        await connection.rollback()
      }
    }),
  restore: (from, options = {}) =>
    inTurn(() =>
      inSchema(differences, translator(storedTables([], differences), differences), "schema", (connection) =>
        restored(connection, differences, from, options),
      ),
    ),
})

const copied = async (
  connection: Connection,
  differences: Differences,
  to: string,
  { overwrite = false, onProgress, signal }: BackupOptions,
): Promise<BackupProgress> => {
  const compile = compiler(differences)
  const run = runner(connection, compile)
  const ledger = await readLedger(connection, differences, compile)
  const tables: BackedUpTable[] = []
  for (const [name, definition] of [...ledger.tables, ...ledger.retired]) {
    const isRetired = !ledger.tables.has(name)
    tables.push({
      definition,
      isRetired,
      kept: await keptIn(connection, differences, definition, ledger.kept.get(name)),
    })
  }
  const stored = storedTables(
    tables.map(({ definition }) => definition),
    differences,
  )
  let total = 0
  for (const { definition } of tables) {
    const [row] = await run(sql`select count(*) as "rows" from ${stored.table(definition.name).ref}`)
    total += Number(row?.["rows"])
  }
  const meta = tableRef(ledgerName(differences.names), differences.names)
  const entries = await run(sql`select "key", "value" from ${meta} order by "key"`)
  const header = {
    tables,
    ledger: entries.map((row) => [String(row["key"]), String(row["value"])] as const),
    rows: total,
  }
  let done = 0
  const pages = async function* (): AsyncGenerator<BackedUpRows> {
    for (const [index, table] of tables.entries()) {
      for await (const rows of pagesOf(run, stored.table(table.definition.name), table.kept)) {
        signal?.throwIfAborted()
        yield { table: index, rows }
        done += rows.length
        onProgress?.({ done, total, unit: "rows" })
      }
    }
  }
  await writeBackup(to, overwrite, header, pages())
  return { done, total, unit: "rows" }
}

/** The columns that stay in a table, with their types. */
const keptIn = async (
  connection: Connection,
  differences: Differences,
  { name }: BackedUpTable["definition"],
  kept: readonly string[] = [],
): Promise<readonly KeptColumn[]> => {
  if (kept.length === 0) return []
  const { stored } = storedTables([{ ...EMPTY_TABLE, name }], differences).table(name)
  const actual = await differences.schema.introspect(connection, stored)
  return (actual?.columns ?? [])
    .filter((column) => kept.includes(column.name))
    .map(({ name: of, type }) => ({ name: of, type }))
}

const EMPTY_TABLE = { owner: "", columns: [], primaryKey: [], uniques: [], foreignKeys: [], indexes: [] } as const

type Run = (fragment: RawBuilder<unknown>) => Promise<readonly StoredRow[]>

const runner =
  (connection: Connection, compile: Compile): Run =>
  async (fragment) => {
    const { sql: text, parameters } = compile(fragment)
    return connection.run(text, parameters)
  }

/** The columns of a table in the order of a backup. */
const columnsOf = (table: StoredTable, kept: readonly KeptColumn[]): readonly string[] => [
  TENANT,
  ...table.columns.map(({ stored }) => stored),
  ...kept.map(({ name }) => name),
]

/** The rows of a table in the order of its key. */
async function* pagesOf(
  run: Run,
  table: StoredTable,
  kept: readonly KeptColumn[],
): AsyncGenerator<BackedUpRows["rows"]> {
  const columns = columnsOf(table, kept)
  const names = sql.join(columns.map((name) => sql.id(name)))
  const key = [TENANT, ...table.definition.primaryKey.map((name) => table.column(name).stored)]
  const order = sql.join(key.map((name) => sql.id(name)))
  let last: StoredRow | undefined
  do {
    const from = last
    const later = from ? sql` where (${order}) > (${sql.join(key.map((name) => sql`${from[name] ?? null}`))})` : sql``
    const rows = await run(
      sql`select ${names} from ${table.ref}${later} order by ${order} limit ${sql.lit(ROWS_PER_PAGE)}`,
    )
    if (rows.length > 0) yield rows.map((row) => columns.map((name) => row[name] ?? null))
    last = rows.length < ROWS_PER_PAGE ? undefined : rows.at(-1)
  } while (last !== undefined)
}

const restored = async (
  connection: Connection,
  differences: Differences,
  from: string,
  { onProgress, signal }: BackupOptions,
): Promise<BackupProgress> => {
  signal?.throwIfAborted()
  const compile = compiler(differences)
  const run = runner(connection, compile)
  await differences.schema.begin(connection)
  if ((await readLedger(connection, differences, compile)).format !== undefined) throw new StoreNotEmpty({})
  let total = 0
  let done = 0
  let tables: readonly (BackedUpTable & { readonly stored: StoredTable })[] = []
  await readBackup(
    from,
    async (header) => {
      total = header.rows
      tables = await built(connection, differences, compile, header)
    },
    async ({ table: index, rows }) => {
      signal?.throwIfAborted()
      const table = tables[index]
      if (table) await insert(run, table.stored, columnsOf(table.stored, table.kept), rows)
      done += rows.length
      onProgress?.({ done, total, unit: "rows" })
    },
  )
  if (done !== total) throw new BackupDamaged({ reason: "rows are missing" })
  await assertAsDefined(connection, differences, compile)
  return { done, total, unit: "rows" }
}

/** Builds the tables of a backup, those that nobody defines any more too, and the store's ledger as it was. */
const built = async (
  connection: Connection,
  differences: Differences,
  compile: Compile,
  { tables, ledger }: BackupHeader,
) => {
  const run = runner(connection, compile)
  const defined = tables.filter(({ isRetired }) => !isRetired).map(({ definition }) => definition)
  const all: StoredTables = storedTables(
    tables.map(({ definition }) => definition),
    differences,
  )
  if (defined.length === 0) {
    await differences.schema.prepare(connection)
    await run(createLedger(differences))
  } else await applySchema(connection, storedTables(defined, differences), differences, compile, {})
  for (const { definition, kept, isRetired } of tables) {
    const table = all.table(definition.name)
    // Others of its kind may be gone: what nobody defines holds its rows and refers to nothing.
    const plain = { ...table, definition: { ...definition, foreignKeys: [] } }
    if (isRetired) await run(createTable(plain, all, differences, { kept }))
    else
      for (const { name, type } of kept)
        await run(sql`alter table ${table.ref} add column ${sql.id(name)} ${sql.raw(type)}`)
  }
  const meta = tableRef(ledgerName(differences.names), differences.names)
  await run(sql`delete from ${meta}`)
  for (const [key, value] of ledger) await run(sql`insert into ${meta} ("key", "value") values (${key}, ${value})`)
  return tables.map((table) => ({ ...table, stored: all.table(table.definition.name) }))
}

const insert = async (
  run: Run,
  table: StoredTable,
  columns: readonly string[],
  rows: BackedUpRows["rows"],
): Promise<void> => {
  const names = sql.join(columns.map((name) => sql.id(name)))
  const size = Math.max(1, Math.floor(MOST_PARAMETERS / columns.length))
  for (let start = 0; start < rows.length; start += size) {
    const values = rows.slice(start, start + size).map((row) => {
      if (row.length !== columns.length) throw new BackupDamaged({ reason: "a row is not whole" })
      return sql`(${sql.join(row.map((cell) => sql`${cell}`))})`
    })
    await run(sql`insert into ${table.ref} (${names}) values ${sql.join(values)}`)
  }
}

const assertAsDefined = async (connection: Connection, differences: Differences, compile: Compile): Promise<void> => {
  const ledger = await readLedger(connection, differences, compile)
  const tables = storedTables([...ledger.tables.values()], differences)
  const [difference] = await differencesOf(connection, tables, differences, ledger)
  if (difference !== undefined) throw new BackupDamaged({ reason: difference })
}
