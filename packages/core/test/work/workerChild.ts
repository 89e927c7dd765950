/**
 * A worker process: `workerChild.ts TARGET LEASE_MILLISECONDS CLOCK_OFF_MILLISECONDS`. It prints what it has done, and
 * works until it is killed.
 */
import { openFirm } from "./firm.ts"

const [target = "", lease = "1000", clockOff = "0"] = process.argv.slice(2)
const engine = await openFirm(target, Number(clockOff))
console.log("working")
await engine.work({
  signal: new AbortController().signal,
  pollMilliseconds: 25,
  leaseMilliseconds: Number(lease),
  onProgress: ({ kind, outcome }) => console.log(`${kind} ${outcome}`),
})
