/**
 * A host that makes everything as hard as it may: a schema that needs quotes and belongs to somebody else, tables with
 * our names where an unqualified name would find them first, a role whose settings are all different, and a driver
 * that reads numbers and texts its own way.
 */
import { STORE_TABLES } from "@anbud/core"
import { CONTRACT_TABLES } from "@anbud/core/testkit"
import type pg from "pg"
import { asOwner, databaseUrl, schemaName, warmPool } from "./temporarySchema.ts"

/** The prefix of the tables, in mixed case too. */
export const PREFIX = "Order_"

/** A host's pool, and the schemas that it leaves to stores. */
export interface HostileHost {
  readonly pool: pg.Pool
  /** Makes a schema in which the role may create tables and nothing more. */
  newSchema(): Promise<string>
  /** How many rows the decoys hold: they must stay empty. */
  rowsInDecoys(): Promise<number>
  remove(): Promise<void>
}

const DECOYS = ["meta", ...[...CONTRACT_TABLES, ...STORE_TABLES].map(({ name }) => name)].flatMap((name) => [
  name,
  PREFIX + name,
])

/** Makes a host with a role of its own, and the decoys. */
export const hostileHost = async (): Promise<HostileHost> => {
  const role = schemaName("app")
  await asOwner(
    ...DECOYS.map((name) => `create table if not exists public."${name}" (tenant text, id text, key text)`),
    `create role ${role} login password 'secret'`,
    `grant select, insert, update, delete on all tables in schema public to ${role}`,
    ...SETTINGS.map((setting) => `alter role ${role} set ${setting}`),
  )
  const url = new URL(databaseUrl())
  url.username = role
  url.password = "secret"
  const types = { getTypeParser: () => () => "not what the server said" }
  const pool = await warmPool({ connectionString: url.href, types })
  return {
    pool,
    newSchema: async () => {
      const schema = schemaName(`Firm "Ö" Data`)
      const quoted = `"${schema.replaceAll('"', '""')}"`
      await asOwner(`create schema ${quoted}`, `grant usage, create on schema ${quoted} to ${role}`)
      return schema
    },
    rowsInDecoys: async () => {
      const counts = await asOwner(...DECOYS.map((name) => `select count(*)::int as n from public."${name}"`))
      return counts.reduce((total, { rows }) => total + Number(rows[0]?.n), 0)
    },
    remove: async () => {
      await pool.end()
      await asOwner(`drop owned by ${role}`, `drop role ${role}`)
    },
  }
}

const SETTINGS = [
  "search_path = public, pg_catalog",
  "default_transaction_isolation = serializable",
  "default_transaction_read_only = on",
  "lock_timeout = '1ms'",
  "timezone = 'Asia/Kathmandu'",
]
