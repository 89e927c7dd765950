/**
 * A process that writes batches to a file: `writer.ts FILE NAME BATCHES`.
 *
 * Prints the number of each batch on a line of its own once it is committed, `open` before the first, and the tag of
 * a refusal.
 */

import { sqlite } from "@anbud/adapter-sqlite"
import { isRefusal } from "@anbud/core"
import { STEP, writeBatch } from "./batches.ts"

const [file = "", name = "", batches = "0"] = process.argv.slice(2)

const run = async (): Promise<void> => {
  const store = sqlite({ file, writeTimeoutMilliseconds: 30_000 })
  await store.open([STEP])
  console.log("open")
  // A pause inside the transaction: others meet a writer that is in the middle of its work.
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))
  for (let count = 0; count < Number(batches); count += 1) console.log(await writeBatch(store, name, pause))
  await store.close()
}

await run().catch((error: unknown) => {
  console.log(isRefusal(error) ? `${error._tag} ${JSON.stringify(error.params)}` : String(error))
  process.exitCode = 1
})
