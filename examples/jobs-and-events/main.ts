// A quote is won: a worker sends a letter that fails the first time, plans a call three days later, and counts each night.
import { createEngine, fixedClock, type Instant, standard, type WorkProgress } from "@anbud/core"
import { exampleStore } from "../store.ts"
import { courtesy, type Mailer } from "./courtesy.ts"

let isPostOfficeOpen = false
const mailer: Mailer = {
  send: async ({ about }) => {
    if (!isPostOfficeOpen) throw new Error("the post office is closed")
    console.log("  letter about", about)
  },
}

const clock = fixedClock("2025-03-14T08:00:00.000Z")
const idle = { heard: (): void => undefined }
const engine = await createEngine({
  store: await exampleStore("jobs_and_events"),
  plugins: { ...standard, courtesy: courtesy(mailer) },
  clock,
  log: (level, event, fields) => {
    if (event === "worker.idle") idle.heard()
    if (level !== "debug" && event.startsWith("job."))
      console.log("  log:", level, event, fields["kind"], fields["error"])
  },
})

/** Moves the clock, and lets a worker work until nothing is due. */
const workUntil = async (at: string): Promise<void> => {
  clock.set(at as Instant)
  console.log(at.slice(0, 16))
  const stop = new AbortController()
  let quietRounds = 0
  idle.heard = () => {
    quietRounds += 1
    if (quietRounds > 3) stop.abort()
  }
  const onProgress = ({ kind, outcome, attempt }: WorkProgress): void => {
    quietRounds = 0
    // What the standard plugins do every night is another story.
    if (kind.startsWith("courtesy")) console.log(" ", kind, outcome, attempt === 1 ? "" : `(attempt ${attempt})`)
  }
  await engine.work({ signal: stop.signal, pollMilliseconds: 10, concurrency: 1, onProgress })
}

await engine.tenants.create({ id: "acme", name: "Acme AB", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
const ada = engine.as({ tenant: "acme", user: "ada" })
await workUntil("2025-03-14T08:00:00.000Z")

const pump = {
  number: "P30",
  name: "Heat pump",
  kind: "goods",
  unit: "H87",
  category: "Pumps",
  priceGroup: "VP",
} as const
const prices = { listPrice: "12000", unitCost: "8000", vatRatePpm: 250_000 }
const { id: product } = await ada.catalogue.products.create({ ...pump, ...prices })
const granen = { number: "K1", name: "Brf Granen", country: "SE", currency: "SEK" }
const { id: customer } = await ada.parties.companies.create(granen)
const { user: seller } = await ada.organisation.me({})
const lines = [{ key: "1", section: "pumps", product, description: "Heat pump", quantity: "2" }]
const { id: quote } = await ada.quotes.create({ title: "Two pumps", customer, currency: "SEK", seller, lines })
await ada.quotes.send({ quote })
const won = await ada.quotes.accept({ quote, acceptedBy: "Per Lund" })
console.log("won:", won.order.number)

await workUntil("2025-03-14T08:00:00.000Z")
isPostOfficeOpen = true
await workUntil("2025-03-14T08:00:30.000Z")
// Nobody works for three days; then each night that was missed is made up for, oldest first.
await workUntil("2025-03-17T09:00:00.000Z")
await workUntil("2025-03-19T09:00:00.000Z")

const [call] = (await ada.courtesy.calls.list()).items
console.log("call planned on", call?.plannedOn, "and", call?.days, "nights old")
const { isWell, outbox, jobs } = await engine.health()
console.log("well:", isWell, "events:", outbox.waiting + outbox.parked, "jobs:", jobs.waiting + jobs.parked)
await engine.close()
