/** What became of each record of a mass update or an undo. */
import { type RefusalOf, refusal } from "./errors.ts"
import { json, text } from "./field.ts"

/** Why one record was left as it is. */
export interface RecordRefused {
  readonly id: string
  readonly tag: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message: string
}

/** What became of each record of a mass update or an undo. */
export interface MassOutcome {
  readonly updated: readonly string[]
  readonly unchanged: readonly string[]
  readonly failed: readonly RecordRefused[]
  /** The batch that did it, where there were more records than one command takes: `undo` takes it. */
  readonly batch?: string
}

/**
 * Some records cannot be updated, and the caller wants all or none: nothing was written.
 *
 * Correct the records that are named, leave them out, or call with `refused: "skip"`.
 */
export const MassUpdateRefused = refusal(
  "MassUpdateRefused",
  { entity: text(), failed: json<readonly RecordRefused[]>() },
  {
    en: "Some records of {entity} cannot be updated; nothing was written: {failed}.",
    sv: "Några poster i {entity} kan inte ändras; inget skrevs: {failed}.",
  },
)
export type MassUpdateRefused = RefusalOf<typeof MassUpdateRefused>
