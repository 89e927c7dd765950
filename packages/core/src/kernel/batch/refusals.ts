/** The refusal of work that was asked for as a batch. */
import { type RefusalOf, refusal } from "../errors.ts"
import { text } from "../field.ts"

/**
 * The batch was cancelled before it was done; what it had written by then is in its rows.
 *
 * Read the rows with `batches.rows`, take back what was written with `undo({ batch })`, or begin again.
 */
export const BatchCancelled = refusal(
  "BatchCancelled",
  { batch: text() },
  { en: "The batch {batch} was cancelled.", sv: "Arbetet {batch} har avbrutits." },
)
export type BatchCancelled = RefusalOf<typeof BatchCancelled>
