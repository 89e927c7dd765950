/** A host's own transaction on the same SQLite file: on a handle of better-sqlite3, and on kysely. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import { type JoinUnderTest, joinContract } from "@anbud/core/testkit"
import Database from "better-sqlite3"
import { Kysely, SqliteDialect, sql } from "kysely"
import { describe, expect, it } from "vitest"

const runner = { describe, it, expect }

/** A store on a file, and the host's own connection to it with big integers, which only the host asked for. */
const onFile = async (clientsOf: (database: Database.Database) => Pick<JoinUnderTest, "begin" | "idle">) => {
  const folder = await mkdtemp(join(tmpdir(), "anbud-join-"))
  const file = join(folder, "store.db")
  const database = new Database(file)
  database.pragma("journal_mode = wal")
  database.pragma("foreign_keys = on")
  database.exec("create table host_note (text text not null) strict")
  return {
    store: sqlite({ file, writeTimeoutMilliseconds: 1_000, schema: "apply" }),
    ...clientsOf(database),
    notes: async () => {
      const other = new Database(file, { readonly: true })
      const notes = other.prepare("select text from host_note order by rowid").pluck().all() as string[]
      other.close()
      return notes
    },
    dispose: async () => {
      database.close()
      await rm(folder, { recursive: true })
    },
  }
}

joinContract(runner, "a handle of better-sqlite3", () =>
  onFile((database) => {
    database.defaultSafeIntegers(true)
    return {
      begin: async () => {
        database.exec("begin immediate")
        return {
          client: database,
          note: async (text) => void database.prepare("insert into host_note values (?)").run(text),
          commit: async () => void database.exec("commit"),
          rollback: async () => void database.exec("rollback"),
        }
      },
      idle: async () => database,
    }
  }),
)

joinContract(runner, "a transaction of kysely", () =>
  onFile((database) => {
    const kysely = new Kysely<Record<never, never>>({ dialect: new SqliteDialect({ database }) })
    return {
      begin: async () => {
        const transaction = await kysely.startTransaction().execute()
        return {
          client: transaction,
          note: async (text) => void (await sql`insert into host_note values (${text})`.execute(transaction)),
          commit: async () => void (await transaction.commit().execute()),
          rollback: async () => void (await transaction.rollback().execute()),
        }
      },
      idle: async () => kysely,
    }
  }),
)

it("a host's connection that does not enforce references is refused", async () => {
  const site = await onFile((database) => {
    database.pragma("foreign_keys = off")
    return { begin: async () => ({ client: database }) as never, idle: async () => database }
  })
  await site.store.open([])
  const client = (await site.idle()) as Database.Database
  client.exec("begin")
  await expect(site.store.join(client, async () => undefined)).rejects.toMatchObject({ _tag: "StorageFailed" })
  client.exec("rollback")
  await site.store.close()
  await site.dispose()
})
