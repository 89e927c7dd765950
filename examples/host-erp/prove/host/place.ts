/** Where a run of the proof has its rows, and where it is killed. */
import type { Database } from "../../database.ts"
import { onPostgres } from "../../onPostgres.ts"
import { onSqlite } from "../../onSqlite.ts"

/** A database that is empty at first and lives through all kills. */
export type Place =
  | { readonly kind: "sqlite"; readonly file: string }
  | { readonly kind: "postgresql"; readonly url: string; readonly schema: string }

/** At which statement, or at which commit, a process ends, counted from its start or from its first request. */
export interface KillPoint {
  readonly from: "start" | "request"
  readonly of: "statements" | "commits"
  readonly number: number
  readonly moment: "before" | "sent"
}

/** A connection to the place from outside. */
export const databaseAt = (place: Place): Database =>
  place.kind === "sqlite" ? onSqlite(place.file) : onPostgres(place.url, place.schema)
