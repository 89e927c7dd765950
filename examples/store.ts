/** The store of an example: SQLite in memory or, with `--postgres URL`, an empty schema of that PostgreSQL database. */
import { parseArgs } from "node:util"
import { postgres } from "@anbud/adapter-pg"
import { sqlite } from "@anbud/adapter-sqlite"
import type { Store } from "@anbud/core"
import pg from "pg"

/** The store that the command line asks for; the schema is called after the example. */
export const exampleStore = async (example: string): Promise<Store> => {
  const { values } = parseArgs({ options: { postgres: { type: "string" } } })
  if (values.postgres === undefined) return sqlite({ file: ":memory:" })
  return postgres({
    connectionString: values.postgres,
    schema: await emptySchema(values.postgres, `example_${example}`),
  })
}

/** Drops what an earlier run has left. */
export const emptySchema = async (connectionString: string, schema: string): Promise<string> => {
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query(`drop schema if exists ${schema} cascade`).finally(() => client.end())
  return schema
}
