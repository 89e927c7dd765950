/** Opening the schema: an empty store is built in one transaction, any other store is verified. */
import { SchemaOutOfDate } from "@anbud/core"
import { sql } from "kysely"
import type { Compile } from "./compiler.ts"
import type { Connection, Differences } from "./differences.ts"
import { createMeta, definitionText, FORMAT, FORMAT_KEY, insertMeta, metaName, selectMeta, TABLE_KEY } from "./meta.ts"
import { differencesOf } from "./schemaDifferences.ts"
import type { StoredTables } from "./storedTable.ts"
import { createTables } from "./tableSql.ts"

/**
 * Builds the tables if the store is empty and may be built, verifies them otherwise. The connection is inside a
 * transaction that may write, so that of two processes one builds and the other finds the tables.
 *
 * Refuses with `SchemaOutOfDate` and every difference in plain words.
 */
export const openSchema = async (
  connection: Connection,
  tables: StoredTables,
  differences: Differences,
  compile: Compile,
): Promise<void> => {
  await differences.schema.begin(connection)
  const isEmpty = (await differences.schema.introspect(connection, metaName(differences.names))) === null
  const found = isEmpty
    ? await differencesOfEmpty(connection, tables, differences)
    : await differencesOf(connection, tables, differences, await readMeta(connection, differences, compile))
  if (found.length > 0) throw new SchemaOutOfDate({ differences: found })
  if (isEmpty) await build(connection, tables, differences, compile)
}

const differencesOfEmpty = async (
  connection: Connection,
  tables: StoredTables,
  differences: Differences,
): Promise<readonly string[]> => {
  if (differences.openMode === "verify") return ["the store is empty, and it was opened to be verified only"]
  const found: string[] = []
  for (const table of tables.all) {
    const actual = await differences.schema.introspect(connection, table.stored)
    if (actual !== null) found.push(`table ${table.definition.name}: a table of this name exists, but it is not ours`)
  }
  return found
}

const readMeta = async (
  connection: Connection,
  differences: Differences,
  compile: Compile,
): Promise<ReadonlyMap<string, string>> => {
  const statement = compile(selectMeta(differences.names))
  const rows = await connection.run(statement.sql, statement.parameters)
  return new Map(rows.map((row) => [String(row["key"]), String(row["value"])]))
}

const build = async (
  connection: Connection,
  tables: StoredTables,
  differences: Differences,
  compile: Compile,
): Promise<void> => {
  await differences.schema.prepare(connection)
  const statements = [
    createMeta(differences),
    insertMeta(FORMAT_KEY, FORMAT, differences.names),
    ...createTables(tables, differences),
    ...tables.all.map(({ definition }) =>
      insertMeta(TABLE_KEY + definition.name, definitionText(definition), differences.names),
    ),
    ...differences.schema.finish([metaName(differences.names), ...tables.all.map(({ stored }) => stored)]),
  ]
  for (const fragment of statements) {
    const statement = compile(sql`${fragment}`)
    await connection.run(statement.sql, statement.parameters)
  }
}
