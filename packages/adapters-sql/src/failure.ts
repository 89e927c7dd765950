/** Failures: an error of the driver becomes a refusal that is the same on every database, or a plain error. */
import { Contention, missingIn, NoTransaction, type Refusal, StorageFailed, UniqueTaken } from "@anbud/core"
import type { Differences, Failure } from "./differences.ts"
import { primaryKeyName, uniqueName } from "./schema/tableSql.ts"
import { type StoredTables, TENANT } from "./storedTable.ts"

/** What to throw for an error of the driver. */
export type Translate = (error: unknown) => unknown

/**
 * Translates errors of the driver: a refusal where the caller can do something, an `Error` without SQL in its text
 * where the values were wrong, which is a bug. What is not the driver's is returned as it is.
 */
export const translator =
  (tables: StoredTables, differences: Pick<Differences, "failureOf">): Translate =>
  (error) => {
    const failure = differences.failureOf(error)
    switch (failure.kind) {
      case "unique":
        return uniqueTaken(failure, tables)
      case "reference":
        return missingIn(engineName(failure.table, tables))
      case "value":
        return new Error(`The store refused a value: ${failure.reason}`, { cause: error })
      default:
        return refusalOf(failure) ?? error
    }
  }

/** The refusals that need no table. */
export const refusalOf = (failure: Failure): Refusal | null => {
  if (failure.kind === "noTransaction") return new NoTransaction({})
  if (failure.kind === "contention") return new Contention({ waitedMilliseconds: failure.waitedMilliseconds })
  if (failure.kind === "conflict") return new Contention({ waitedMilliseconds: 0 })
  return failure.kind === "storage" ? new StorageFailed({ reason: failure.reason }) : null
}

/** Throws the refusal that an error means, or the error. */
export const rethrow =
  (differences: Pick<Differences, "failureOf">): ((error: unknown) => never) =>
  (error) => {
    throw refusalOf(differences.failureOf(error)) ?? error
  }

/** Whether a transaction can go on after `rollbackTo`: not when the store itself failed. */
export const isFinal = (error: unknown): boolean => StorageFailed.is(error) || Contention.is(error)

const uniqueTaken = (failure: Extract<Failure, { kind: "unique" }>, tables: StoredTables): Refusal => {
  for (const table of tables.all) {
    if (failure.table !== undefined && table.stored !== failure.table) continue
    const { primaryKey, uniques } = table.definition
    const stored = (columns: readonly string[]): readonly string[] => columns.map((name) => table.column(name).stored)
    const keys = [
      { columns: primaryKey, constraint: primaryKeyName(table.stored) },
      ...uniques.map((columns) => ({ columns, constraint: uniqueName(table.stored, stored(columns)) })),
    ]
    const key = keys.find(({ columns, constraint }) => isKey(failure, constraint, stored(columns)))
    if (key) return new UniqueTaken({ table: table.definition.name, columns: key.columns })
  }
  return new UniqueTaken({ table: engineName(failure.table, tables), columns: failure.columns ?? [] })
}

const isKey = (
  failure: Extract<Failure, { kind: "unique" }>,
  constraint: string,
  columns: readonly string[],
): boolean => {
  if (failure.constraint !== undefined) return failure.constraint === constraint
  const named = failure.columns?.filter((name) => name !== TENANT) ?? []
  return named.length === columns.length && named.every((name) => columns.includes(name))
}

/** The engine's name of a table of the database. */
export const engineName = (stored: string | undefined, tables: StoredTables): string =>
  (stored === undefined ? undefined : tables.byStoredName(stored)?.definition.name) ?? "unknown"
