/** Joined: a connection on which a host has begun a transaction, of `pg` or of kysely. */
import { type Bound, type Connection, type KyselyTransaction, kyselyTransaction, runOnKysely } from "@anbud/adapter-sql"
import { NoTransaction, type StoredRow } from "@anbud/core"
import type { QueryResult } from "pg"
import { cellTypes } from "./cellTypes.ts"

interface PgClient {
  query(query: { text: string; values: unknown[]; types: typeof cellTypes }): Promise<QueryResult<StoredRow>>
}

/** The host's client as a connection; nothing is set on it, and it is never begun, committed or given back. */
export const joined = (client: object): Connection => {
  const transaction = kyselyTransaction(client)
  if (transaction) return onKysely(transaction)
  // A pool would give each statement to another connection.
  if (!("query" in client) || "totalCount" in client) throw new NoTransaction({})
  return onClient(client as PgClient)
}

const onClient = (client: PgClient): Connection => {
  const query = (text: string, values: readonly Bound[]) =>
    client.query({ text, values: [...values], types: cellTypes })
  return {
    run: async (sql, parameters) => (await query(sql, parameters)).rows,
    runEach: async (sql, each) => {
      const changed: number[] = []
      for (const parameters of each) changed.push((await query(sql, parameters)).rowCount ?? 0)
      return changed
    },
  }
}

/** Kysely reads by the types that the host has set for all: rows come as JSON, which nobody can set otherwise. */
const onKysely = (transaction: KyselyTransaction): Connection => ({
  run: async (sql, parameters) => {
    const text = jsonRows(sql)
    const { rows } = await runOnKysely(transaction, text ?? sql, parameters)
    return text === null ? [] : rows.map(({ row }) => JSON.parse(String(row)) as StoredRow)
  },
  runEach: async (sql, each) => {
    const changed: number[] = []
    for (const parameters of each) changed.push((await runOnKysely(transaction, sql, parameters)).changed)
    return changed
  },
})

const READS = /^\s*(?:select|with)\b/i
const RETURNS = /\breturning\b/i

/** A statement that gives the rows of another one as JSON; null for one that gives none. */
const jsonRows = (sql: string): string | null =>
  READS.test(sql) || RETURNS.test(sql)
    ? `with r as (${sql}) select pg_catalog.to_json(r)::pg_catalog.text as row from r`
    : null
