/** Applying: the whole plan in one transaction, checked at its end, or nothing of it. */
import { type SchemaAbout, SchemaOutOfDate, type SchemaPlan } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import type { Compile } from "../compiler.ts"
import type { Connection, Differences } from "../differences.ts"
import { type StoredTables, TENANT } from "../storedTable.ts"
import { createLedger, ledgerName, ledgerStatements, readLedger } from "./ledger.ts"
import { actionsOf, type Planned, planSchema } from "./planned.ts"
import type { Action } from "./plannedStep.ts"
import { differencesOf } from "./schemaDifferences.ts"

const ROWS_PER_PAGE = 1_000

/**
 * Plans and carries the plan out. The connection is inside a transaction that may change the schema and holds the
 * schema's lock; what is committed is the new schema, verified, with its ledger.
 *
 * Refuses with `SchemaOutOfDate` if any of the plan is refused; nothing was changed then.
 */
export const applySchema = async (
  connection: Connection,
  tables: StoredTables,
  differences: Differences,
  compile: Compile,
  about: SchemaAbout,
): Promise<SchemaPlan> => {
  const planned = await planSchema(connection, tables, differences, compile, about)
  const { plan, draft, ledger } = planned
  if (plan.state === "refused") {
    throw new SchemaOutOfDate({ differences: plan.refused.map(({ table, text }) => `table ${table}: ${text}`), plan })
  }
  const run = async (fragment: RawBuilder<unknown>): Promise<void> => {
    const statement = compile(fragment)
    await connection.run(statement.sql, statement.parameters)
  }
  if (plan.isEmpty) {
    await differences.schema.prepare(connection)
    await run(createLedger(differences))
  }
  for (const action of actionsOf(draft.steps)) await act(action, connection, differences, compile, run)
  const about_ = { tables: tables.all.map(({ definition }) => definition), about }
  const next = { ...about_, kept: keptColumns(planned), retired: draft.retired }
  for (const fragment of ledgerStatements(ledger, next, differences.names)) await run(fragment)
  if (draft.touched.length > 0) {
    const touched = draft.touched.map(({ stored }) => stored)
    for (const fragment of differences.schema.finish([ledgerName(differences.names), ...touched])) await run(fragment)
  }
  await assertWhole(connection, tables, differences, compile)
  return plan
}

type Run = (fragment: RawBuilder<unknown>) => Promise<void>

/** The columns that stay: those of the tables that were planned, and what is known of the others. */
const keptColumns = ({ draft, ledger }: Planned): ReadonlyMap<string, readonly string[]> =>
  new Map([...[...ledger.kept].filter(([name]) => ledger.tables.has(name)), ...draft.keptColumns])

const act = async (
  action: Action,
  connection: Connection,
  differences: Differences,
  compile: Compile,
  run: Run,
): Promise<void> => {
  if (action.kind === "run") return run(action.fragment)
  if (action.kind === "replace") {
    await differences.schema.replace(connection, action.table.stored, async () => {
      for (const fragment of action.fragments) await run(fragment)
    })
    return
  }
  await backfill(action, connection, compile)
}

/** Reads page by page in the order of the key and writes each page's values back. */
const backfill = async (
  { table, column, from, make }: Extract<Action, { readonly kind: "backfill" }>,
  connection: Connection,
  compile: Compile,
): Promise<void> => {
  const keys = [sql.id(TENANT), ...table.definition.primaryKey.map((name) => table.column(name).ref)]
  const names = keys.map((_, index) => `k${index}`)
  const selected = sql.join([
    ...keys.map((key, index) => sql`${key} as ${sql.id(names[index] ?? "")}`),
    sql`${from.ref} as "value"`,
  ])
  const page = async (after: readonly unknown[] | null) => {
    const isLater = after === null ? sql`true` : sql`(${sql.join(keys)}) > (${sql.join(after)})`
    const { sql: text, parameters } = compile(
      sql`select ${selected} from ${table.ref} where ${isLater} order by ${sql.join(keys)} limit ${sql.lit(ROWS_PER_PAGE)}`,
    )
    return connection.run(text, parameters)
  }
  const isRow = sql.join(
    keys.map((key) => sql`${key} = ${""}`),
    sql` and `,
  )
  const update = compile(sql`update ${table.ref} set ${column.ref} = ${""} where ${isRow}`).sql
  for (let rows = await page(null); rows.length > 0; ) {
    const keyOf = (row: (typeof rows)[number]) => names.map((name) => row[name] ?? null)
    await connection.runEach(
      update,
      rows.map((row) => [make(row["value"] ?? null), ...keyOf(row)]),
    )
    const last = rows.at(-1)
    rows = last === undefined || rows.length < ROWS_PER_PAGE ? [] : await page(keyOf(last))
  }
}

/** What is committed agrees with the definitions, and every reference leads somewhere. */
const assertWhole = async (
  connection: Connection,
  tables: StoredTables,
  differences: Differences,
  compile: Compile,
): Promise<void> => {
  const dangling = await differences.danglingTable(
    connection,
    tables.all.filter(({ definition }) => definition.foreignKeys.length > 0).map(({ stored }) => stored),
  )
  if (dangling !== undefined) throw new Error(`A reference of ${dangling} would point nowhere after the plan.`)
  const ledger = await readLedger(connection, differences, compile)
  const left = await differencesOf(connection, tables, differences, ledger)
  if (left.length > 0) throw new Error(`The plan did not bring the store up to date: ${left.join("; ")}.`)
}
