/**
 * A process that accepts quotes in a file: `acceptor.ts FILE NAME`.
 *
 * Prints `ready`, then for each line `QUOTE [KEY]` on its input one line: `accepted ORDER`, `replayed ORDER`, or the
 * tag of what was refused.
 */
import { createInterface } from "node:readline"
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, fixedClock, standard } from "@anbud/core"

const [file = "", acceptedBy = ""] = process.argv.slice(2)
const store = sqlite({ file, writeTimeoutMilliseconds: 30_000 })
const engine = await createEngine({ store, plugins: standard, clock: fixedClock("2025-03-14T09:00:00.000Z") })
const anna = engine.as({ tenant: "fjall", user: "anna" })

console.log("ready")
for await (const asked of createInterface({ input: process.stdin })) {
  const [quote = "", idempotencyKey] = asked.split(" ")
  const input = { quote, acceptedBy: idempotencyKey === undefined ? acceptedBy : "Per Lund" }
  const outcome = await anna.quotes.accept(input, idempotencyKey === undefined ? {} : { idempotencyKey }).result()
  if (outcome.ok) console.log(`${outcome.replayed ? "replayed" : "accepted"} ${outcome.value.order.number}`)
  else console.log(outcome.error._tag)
}
await engine.close()
