/** A reader process: `readerChild.ts LAST_SEQ sqlite FILE`. It prints what it reads, a line per change, to that `seq`. */
import { openFirm } from "./feedFirm.ts"

const [last = "0", ...where] = process.argv.slice(2)
const engine = await openFirm(where)
console.log("reading")
for await (const { seq, records } of engine.as({ tenant: "acme", user: "ada" }).changes({ pollMilliseconds: 10 })) {
  console.log(`${seq} ${records.map(({ after }) => after["number"] ?? "").join(" ")}`)
  if (seq >= Number(last)) break
}
await engine.close()
