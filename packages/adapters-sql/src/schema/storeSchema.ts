/** The schema of a store on a database: plan, apply, verify, each in a transaction of its own. */
import { type SchemaAbout, SchemaNewer, type StoreSchema, type Table } from "@anbud/core"
import { type Compile, compiler } from "../compiler.ts"
import { type Connection, type Differences, TENANT_OF_ALL } from "../differences.ts"
import { rethrow, type Translate, translator } from "../failure.ts"
import { type StoredTables, storedTables } from "../storedTable.ts"
import { applySchema } from "./applySchema.ts"
import { newerPlugin, readLedger } from "./ledger.ts"
import { planSchema } from "./planned.ts"
import { differencesOf } from "./schemaDifferences.ts"

type InTurn = <T>(start: () => Promise<T>) => Promise<T>

interface Schema {
  readonly stored: StoredTables
  readonly compile: Compile
  readonly about: SchemaAbout
  readonly connection: Connection
}

/** The schema of a store; `inTurn` waits until the store is connected. */
export const schemaOf = (differences: Differences, inTurn: InTurn): StoreSchema => {
  const within = <T>(
    mode: "read" | "schema",
    tables: readonly Table[],
    about: SchemaAbout,
    work: (schema: Schema) => Promise<T>,
  ): Promise<T> =>
    inTurn(() => {
      const stored = storedTables(tables, differences)
      const compile = compiler(differences)
      return inSchema(differences, translator(stored, differences), mode, async (connection) => {
        if (mode === "schema") await differences.schema.begin(connection)
        await refuseNewer(connection, stored, differences, compile, about)
        return work({ stored, compile, about, connection })
      })
    })
  return {
    plan: (tables, about = {}) =>
      within("read", tables, about, async ({ connection, stored, compile }) => {
        const { plan } = await planSchema(connection, stored, differences, compile, about)
        return plan
      }),
    apply: (tables, about = {}) =>
      within("schema", tables, about, ({ connection, stored, compile }) =>
        applySchema(connection, stored, differences, compile, about),
      ),
    verify: (tables, about = {}) =>
      within("read", tables, about, async ({ connection, stored, compile }) => {
        const ledger = await readLedger(connection, differences, compile)
        if (ledger.format === undefined) return ["the store is empty"]
        return differencesOf(connection, stored, differences, ledger)
      }),
  }
}

const refuseNewer = async (
  connection: Connection,
  stored: StoredTables,
  differences: Differences,
  compile: Compile,
  about: SchemaAbout,
): Promise<void> => {
  const ledger = await readLedger(connection, differences, compile)
  const definitions = stored.all.map(({ definition }) => definition)
  const newer = newerPlugin(ledger, definitions, about)
  if (newer) throw new SchemaNewer(newer)
}

/** Tells the database that what follows is about every tenant: doubts are asked of all rows, backups hold all. */
export const tellOfAll = async (connection: Connection, differences: Differences): Promise<void> => {
  if (!differences.tenantBelt) return
  const statement = compiler(differences)(differences.tenantBelt.tell(TENANT_OF_ALL))
  await connection.run(statement.sql, statement.parameters)
}

/** Runs work on the schema in a transaction that commits when it returns and rolls back when it throws. */
export const inSchema = async <T>(
  differences: Differences,
  translate: Translate,
  mode: "read" | "schema",
  work: (connection: Connection) => Promise<T>,
): Promise<T> => {
  const connection = await differences.connections.begin(mode).catch(rethrow(differences))
  try {
    await tellOfAll(connection, differences)
    const result = await work(connection)
    await connection.commit()
    return result
  } catch (error) {
    await connection.rollback()
    throw translate(error)
  }
}
