/** A worker process: `workerChild.ts FILE LEASE_MILLISECONDS`. It prints what it has done, and works until it is killed. */
import { openFirm } from "./firm.ts"

const [file = "", lease = "1000"] = process.argv.slice(2)
const engine = await openFirm(file)
console.log("working")
await engine.work({
  signal: new AbortController().signal,
  pollMilliseconds: 25,
  leaseMilliseconds: Number(lease),
  onProgress: ({ kind, outcome }) => console.log(`${kind} ${outcome}`),
})
