/**
 * The quickstart's story: a firm's own files become a quote, the quote an order, and the order money left to invoice.
 *
 * Every command is sent under a key of its own. Run it twice, or kill it anywhere and run it again: what was done is
 * replayed, what was not is done, and the journal ends with the same hash.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, type Engine, fixedClock, fixedIds, type Standard, standard } from "@anbud/core"
import { counted, type Tally } from "./firm/calls.ts"
import type { Folder } from "./firm/files.ts"
import { FIRM, importFirm } from "./firm/importFirm.ts"
import { quoteInput, readRequest } from "./firm/request.ts"
import { debitTheBank, logTheWeek, openTheBank } from "./firm/week.ts"
import { showCapacity } from "./show/capacity.ts"
import { internalCopy, customerCopy } from "./show/copies.ts"
import { showImports } from "./show/imports.ts"
import { type Print, say } from "./show/print.ts"
import { showMargins } from "./show/margins.ts"
import { showPrice, showWhy } from "./show/price.ts"
import { showPromise } from "./show/promise.ts"
import { showAcceptance, showBank, showRemaining, showWeek } from "./show/afterwards.ts"
import { pictures } from "./show/pictures.ts"

/** Where the story happens. */
export interface Stage {
  /** The SQLite file. */
  readonly file: string
  readonly folder: Folder
  /** Where the quote and the pictures are written. */
  readonly out: string
  readonly print: Print
}

/** How a run ended. */
export interface Ending extends Tally {
  readonly head: { readonly seq: number; readonly hash: string }
  readonly verified: boolean
}

/** Plays the whole story. */
export const playStory = async (stage: Stage): Promise<Ending> => {
  const clock = fixedClock("2025-03-14T08:00:00.000Z")
  const engine = await createEngine({
    store: sqlite({ file: stage.file }),
    plugins: standard,
    clock,
    ids: fixedIds("quickstart"),
  })
  try {
    return await play(engine, clock, stage)
  } finally {
    await engine.close()
  }
}

const play = async (engine: Engine<Standard>, clock: ReturnType<typeof fixedClock>, stage: Stage): Promise<Ending> => {
  const tally: Tally = { sent: 0, replayed: 0 }
  const send = counted(tally)
  const { print } = stage
  await engine.tenants.create({ ...FIRM, admin: "carin" })
  const as = (user: string) => engine.as({ tenant: FIRM.id, user })
  const [carin, anna, bjorn] = [as("carin"), as("anna"), as("bjorn")]

  say(print, "1  The firm's own files")
  showImports(print, await importFirm(carin, stage.folder, send))

  say(print, "2  The price: the customer's lists and discounts, freight and travel in the essential lines")
  const request = readRequest(stage.folder)
  const quote = await send(anna.quotes.create(await quoteInput(anna, request), { idempotencyKey: "quote/Q" }))
  const price = await anna.quotes.preview({ quote: quote.id })
  showPrice(print, price, request)
  showWhy(print, price, "L03")

  say(print, "3  The pre-calculation: what we will earn, and which line is too thin")
  showMargins(print, price)

  say(print, "4  The promise: when we can deliver, and why not earlier")
  const promised = await anna.capacity.promise({ quote: quote.id })
  const load = await anna.capacity.load({ from: "2025-03-17", to: "2025-04-27", bucket: "week", quote: quote.id })
  showPromise(print, promised, request.wantedOn)
  showCapacity(print, load)

  say(print, "5  Sent, and accepted: order, project, billing plan and reservations in one transaction")
  const sent = await send(
    anna.quotes.send(
      { quote: quote.id, promisedOn: promised.date, promiseReason: promised.reason.sv },
      { idempotencyKey: "send/Q" },
    ),
  )
  const drawn = await pictures(price, promised, load)
  mkdirSync(stage.out, { recursive: true })
  const write = (name: string, text: string): void => writeFileSync(join(stage.out, name), text)
  const seen = { price: { ...price, ...sent }, promised, request }
  write("quote.html", await customerCopy(anna, seen))
  write("quote-internal.html", await internalCopy(anna, seen, drawn))
  write("margin-waterfall.svg", drawn.waterfall)
  write("capacity-by-week.svg", drawn.capacity)
  const won = await send(
    anna.quotes.accept({ quote: quote.id, acceptedBy: request.contact }, { idempotencyKey: "accept/Q" }),
  )
  showAcceptance(print, won)

  say(print, "6  A week of work, and prepaid hours drawn from the time bank")
  clock.set("2025-03-24T08:00:00.000Z")
  showWeek(print, await logTheWeek(as, won.project.id, stage.folder, send))
  const bank = await openTheBank(bjorn, won.order.customer, stage.folder, send)
  await debitTheBank(bjorn, bank, stage.folder, send)
  showBank(print, await bankStates(bjorn, bank.id))

  say(print, "7  What is left to invoice")
  const first = won.invoicePlan.parts[0]
  if (first)
    await send(
      bjorn.invoicing.invoicePart({ plan: won.invoicePlan.id, part: first.id }, { idempotencyKey: "invoice/1" }),
    )
  showRemaining(print, await bjorn.invoicing.remaining({}))
  return end(engine, tally, stage)
}

const bankStates = async (bjorn: ReturnType<Engine<Standard>["as"]>, account: string) => {
  const dates = ["2025-01-31", "2025-03-17", "2025-03-31"] as const
  return Promise.all(dates.map((asOf) => bjorn.timeBank.balance({ account, asOf })))
}

const end = async (engine: Engine<Standard>, tally: Tally, { print }: Stage): Promise<Ending> => {
  const verification = await engine.journal.verify({ tenant: FIRM.id })
  const { head } = verification
  const verified = verification.broken === null
  say(print, "The journal")
  print(`  ${head.seq} entries, ${verified ? "every hash holds" : "BROKEN"}; head ${head.hash.slice(0, 16)}\n`)
  print(`  ${tally.sent} commands sent, ${tally.replayed} of them replayed from an earlier run\n`)
  return { ...tally, head: { seq: head.seq, hash: head.hash }, verified }
}
