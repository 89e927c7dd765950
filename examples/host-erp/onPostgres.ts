/** The ERP on PostgreSQL: a pool of its own, which it shares with the engine. */
import { postgres } from "@anbud/adapter-pg"
import { Contention } from "@anbud/core"
import pg from "pg"
import { type Database, type Row, TABLES, type Transaction } from "./database.ts"

const MAX_TRIES = 5
/** serialization_failure and deadlock_detected: nothing was written, and the next try may well succeed. */
const PASSING = new Set<unknown>(["40001", "40P01"])
const BIGINT = 20

/** How the ERP reads whole numbers, on its own connections only. */
const types = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === BIGINT ? Number : pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
}

/** The schema that holds the ERP's tables and the engine's. */
const SCHEMA = "host_erp"

/** Connects to a database, and makes the schema where there is none. */
export const onPostgres = (connectionString: string, schema = SCHEMA): Database => {
  const pool = new pg.Pool({ connectionString, types, options: `-c search_path=${schema}` })
  // An idle connection that is lost would end the process; the next call finds another one.
  pool.on("error", () => undefined)
  const transaction: Database["transaction"] = (work) => repeated(() => inTransaction(pool, work))
  return {
    store: postgres({ pool, schema }),
    prepare: () =>
      transaction(async ({ run }) => {
        for (const statement of [`create schema if not exists ${schema}`, ...TABLES]) await run(statement)
      }),
    transaction,
    close: () => pool.end(),
  }
}

const inTransaction = async <T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> => {
  const client = await pool.connect()
  let isBroken = false
  try {
    await client.query("begin")
    const run: Transaction["run"] = async (sql, values = []) => (await client.query<Row>(sql, [...values])).rows
    const value = await work({ client, run })
    await client.query("commit")
    return value
  } catch (error) {
    // A connection that cannot even roll back is thrown away, which does the same.
    await client.query("rollback").catch(() => {
      isBroken = true
    })
    throw error
  } finally {
    client.release(isBroken)
  }
}

/** The transaction is the ERP's, and so is the decision to begin it again. */
const repeated = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      const isPassing = Contention.is(error) || PASSING.has((error as { readonly code?: unknown }).code)
      if (!isPassing || tries === MAX_TRIES) throw error
    }
  }
}

/** Empties the schema, for a story that begins at the beginning. */
export const emptied = async (connectionString: string, schema = SCHEMA): Promise<void> => {
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query(`drop schema if exists ${schema} cascade`).finally(() => client.end())
}
