/** Schemas of a test: each has a name of its own, so that tests share one database. */
import { randomUUID } from "node:crypto"
import pg from "pg"
import { inject } from "vitest"

/** Where the tests' database is. */
export const databaseUrl = (): string => inject("databaseUrl")

/** A name that no other test uses. */
export const schemaName = (beginning = "anbud"): string => `${beginning}_${randomUUID().slice(0, 8)}`

/** Runs statements as the owner of the database. */
export const asOwner = async (...statements: readonly string[]): Promise<readonly pg.QueryResult[]> => {
  const client = new pg.Client({ connectionString: databaseUrl() })
  await client.connect()
  try {
    const results: pg.QueryResult[] = []
    for (const statement of statements) results.push(await client.query(statement))
    return results
  } finally {
    await client.end()
  }
}

/** How many connections a pool of the tests has: enough for every writer of a case to wait in the database. */
const CONNECTIONS = 5

/**
 * A pool whose connections are all open. A new connection needs some milliseconds longer for its first statements, so
 * that calls made one after the other would reach the server in another order.
 */
export const warmPool = async (config: pg.PoolConfig): Promise<pg.Pool> => {
  const pool = new pg.Pool({ max: CONNECTIONS, idleTimeoutMillis: 0, ...config })
  pool.on("error", () => undefined)
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.connect()))
  for (const client of clients) client.release()
  return pool
}
