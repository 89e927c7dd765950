/** Opening the schema: an empty store is built in one transaction, any other store is verified or brought up to date. */
import { type SchemaAbout, SchemaNewer, SchemaOutOfDate } from "@anbud/core"
import type { Compile } from "../compiler.ts"
import type { Connection, Differences } from "../differences.ts"
import type { StoredTables } from "../storedTable.ts"
import { applySchema } from "./applySchema.ts"
import { newerPlugin, readLedger } from "./ledger.ts"
import { planSchema } from "./planned.ts"
import { differencesOf } from "./schemaDifferences.ts"

/**
 * Builds the tables if the store is empty and may be built, brings them up to date if it may, verifies them otherwise.
 * The connection is inside a transaction that may change the schema, so that of two processes one builds and the other
 * finds the tables.
 *
 * Refuses with `SchemaNewer`, and with `SchemaOutOfDate`, every difference in plain words and the plan.
 */
export const openSchema = async (
  connection: Connection,
  tables: StoredTables,
  differences: Differences,
  compile: Compile,
  about: SchemaAbout,
): Promise<void> => {
  await differences.schema.begin(connection)
  const ledger = await readLedger(connection, differences, compile)
  const isEmpty = ledger.format === undefined
  const definitions = tables.all.map(({ definition }) => definition)
  const newer = newerPlugin(ledger, definitions, about)
  if (newer) throw new SchemaNewer(newer)
  const found = isEmpty ? [] : await differencesOf(connection, tables, differences, ledger)
  if (!isEmpty && found.length === 0) return
  if (differences.openMode === "apply" || (isEmpty && differences.openMode === "create")) {
    await applySchema(connection, tables, differences, compile, about)
    return
  }
  const { plan } = await planSchema(connection, tables, differences, compile, about)
  throw new SchemaOutOfDate({ differences: isEmpty ? [EMPTY] : found, plan })
}

const EMPTY = "the store is empty, and it was opened to be verified only"
