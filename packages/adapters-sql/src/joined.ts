/** Joined connections: kysely's transactions, on which hosts of either database may have begun. */
import { type Cell, NoTransaction, type StoredRow } from "@anbud/core"
import { CompiledQuery, type QueryResult } from "kysely"
import type { Bound } from "./differences.ts"

/** A transaction of kysely, told by what is needed of it. */
export interface KyselyTransaction {
  readonly isTransaction: boolean
  executeQuery(query: CompiledQuery): Promise<QueryResult<unknown>>
}

/** A transaction of kysely, or null if the client is none; kysely without a transaction, or after it, is `NoTransaction`. */
export const kyselyTransaction = (client: object): KyselyTransaction | null => {
  if (!("executeQuery" in client && "isTransaction" in client)) return null
  const hasEnded = ("isCommitted" in client && client.isCommitted) || ("isRolledBack" in client && client.isRolledBack)
  if (client.isTransaction !== true || hasEnded) throw new NoTransaction({})
  return client as KyselyTransaction
}

/** Runs one statement on kysely's transaction. */
export const runOnKysely = async (
  transaction: KyselyTransaction,
  sql: string,
  parameters: readonly Bound[],
): Promise<{ readonly rows: readonly StoredRow[]; readonly changed: number }> => {
  const { rows, numAffectedRows } = await transaction.executeQuery(CompiledQuery.raw(sql, [...parameters]))
  return { rows: rows as readonly Readonly<Record<string, Cell>>[], changed: Number(numAffectedRows ?? 0) }
}
