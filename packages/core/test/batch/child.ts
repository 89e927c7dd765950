/** A worker process for batches: `child.ts FILE`. It works until it is killed. */
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, standard } from "@anbud/core"

const [file = ""] = process.argv.slice(2)
const engine = await createEngine({ store: sqlite({ file, writeTimeoutMilliseconds: 60_000 }), plugins: standard })
console.log("working")
await engine.work({ signal: new AbortController().signal, pollMilliseconds: 10, leaseMilliseconds: 500 })
