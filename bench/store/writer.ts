/** A process that changes a company until its time is over: `writer.ts PLACE TENANT SECONDS`. Prints how often it did. */
import { createEngine, standard } from "@anbud/core"
import { adaIn } from "../command/firm.ts"
import { storeAt } from "./database.ts"

const [place = "", tenant = "", seconds = ""] = process.argv.slice(2)
const engine = await createEngine({ store: storeAt(place), plugins: standard })
const ada = adaIn(engine, tenant)
const key = `${process.pid}`
const { id } = await ada.parties.companies.create({ number: key, name: "Brf Granen", country: "SE", currency: "SEK" })
const warm = performance.now() + 2000
let written = 0
for (const end = warm + Number(seconds) * 1000; performance.now() < end; ) {
  await ada.parties.companies.patch({ id, set: { nickname: `Granen ${written} ${performance.now()}` } })
  if (performance.now() >= warm) written++
}
await engine.close()
process.stdout.write(`${written}\n`)
