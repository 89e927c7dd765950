/** Where the quickstart keeps its data: a SQLite file, or a schema of a PostgreSQL database. */
import { mkdirSync, rmSync } from "node:fs"
import { dirname } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import type { Store } from "@anbud/core"

const SCHEMA = "anbud_quickstart"

/** A store in a SQLite file; `fresh` starts over. */
export const inFile = (file: string, fresh: boolean): Store => {
  mkdirSync(dirname(file), { recursive: true })
  if (fresh) for (const tail of ["", "-wal", "-shm"]) rmSync(`${file}${tail}`, { force: true })
  return sqlite({ file })
}

/** A store in a schema of its own in a PostgreSQL database; `fresh` starts over. */
export const inPostgres = async (connectionString: string, fresh: boolean): Promise<Store> => {
  // Loaded only here: the story on a file needs no driver of PostgreSQL.
  const [{ postgres }, { default: pg }] = await Promise.all([import("@anbud/adapter-pg"), import("pg")])
  if (fresh) {
    const client = new pg.Client({ connectionString })
    await client.connect()
    await client.query(`drop schema if exists ${SCHEMA} cascade`).finally(() => client.end())
  }
  return postgres({ connectionString, schema: SCHEMA })
}
