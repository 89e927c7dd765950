/**
 * A process that writes batches to a file: `writer.ts FILE NAME BATCHES`.
 *
 * Prints the number of each batch on a line of its own once it is committed and `open` before the first. After a
 * refusal it prints what was refused, tries once more, and prints what came of it.
 */

import { sqlite } from "@anbud/adapter-sqlite"
import { isRefusal } from "@anbud/core"
import { STEP, writeBatch } from "./batches.ts"

const [file = "", name = "", batches = "0"] = process.argv.slice(2)

const refusalText = (error: unknown): string =>
  isRefusal(error) ? `${error._tag} ${JSON.stringify(error.params)}` : String(error)

const store = sqlite({ file, writeTimeoutMilliseconds: 30_000 })
// A pause inside the transaction: others meet a writer that is in the middle of its work.
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))

try {
  await store.open([STEP])
  console.log("open")
  for (let count = 0; count < Number(batches); count += 1) console.log(await writeBatch(store, name, pause))
} catch (error) {
  console.log(refusalText(error))
  console.log(await writeBatch(store, name).catch(refusalText))
} finally {
  await store.close()
}
