/**
 * The quickstart's story: a firm's own files become a quote, the quote an order, and the order money left to invoice.
 *
 * Every command is sent under a key of its own. Run it twice, or kill it anywhere and run it again: what was done is
 * replayed, what was not is done, and the journal ends with the same hash.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import {
  createEngine,
  type Engine,
  fixedClock,
  fixedIds,
  type Quote,
  type Session,
  type Standard,
  type Store,
  standard,
} from "@anbud/core"
import type { OccupancyRow } from "@anbud/scheduling"
import { counted, type Send, type Tally } from "./firm/calls.ts"
import type { Folder } from "./firm/files.ts"
import { FIRM, importFirm } from "./firm/importFirm.ts"
import { quoteInput, readRequest } from "./firm/request.ts"
import { debitTheBank, logTheWeek, openTheBank } from "./firm/week.ts"
import { showAcceptance, showBank, showRemaining, showWeek, type Won } from "./show/afterwards.ts"
import { showCapacity } from "./show/capacity.ts"
import { customerCopy, internalCopy, type Seen } from "./show/copies.ts"
import { showImports } from "./show/imports.ts"
import { showMargins } from "./show/margins.ts"
import { pictures } from "./show/pictures.ts"
import { showPrice, showWhy } from "./show/price.ts"
import { type Print, say } from "./show/print.ts"
import { showPromise } from "./show/promise.ts"
import { showRights } from "./show/rights.ts"

/** Where the story happens. */
export interface Stage {
  /** Where the firm's data is; closed at the end. */
  readonly store: Store
  readonly folder: Folder
  /** Where the quote and the pictures are written; null draws and writes none. */
  readonly out: string | null
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
    store: stage.store,
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

type User = Session<Standard>

const play = async (engine: Engine<Standard>, clock: ReturnType<typeof fixedClock>, stage: Stage): Promise<Ending> => {
  const tally: Tally = { sent: 0, replayed: 0 }
  const send = counted(tally)
  await engine.tenants.create({ ...FIRM, admin: "carin" })
  const as = (user: string): User => engine.as({ tenant: FIRM.id, user })

  say(stage.print, "1  The firm's own files")
  showImports(stage.print, await importFirm(as("carin"), stage.folder, send))
  const quote = await sell(as, stage, send)
  const won = await win(as, quote, stage, send)
  clock.set("2025-03-24T08:00:00.000Z")
  await work(as, won, stage, send)
  await invoice(as("bjorn"), won, stage, send)
  say(stage.print, "8  Who may see what: a seller sees the quotes of her unit, and nobody's costs")
  await showRights(stage.print, as, quote.id)
  return end(engine, tally, stage)
}

/** From the request to a price with its reasons. */
const sell = async (as: (user: string) => User, { print, folder }: Stage, send: Send): Promise<Quote> => {
  const anna = as("anna")
  say(print, "2  The price: the customer's lists and discounts, freight and travel in the essential lines")
  const request = readRequest(folder)
  const input = await quoteInput(anna, request)
  const quote = await send(anna.quotes.create(input, { idempotencyKey: `quote/${request.key}` }))
  const price = await anna.quotes.preview({ quote: quote.id })
  showPrice(print, price, request)
  showWhy(print, price, "L03")

  say(print, "3  The pre-calculation: what we will earn, and which line is too thin")
  // Costs are not the seller's to see: the project manager calculates.
  showMargins(print, await as("bjorn").quotes.preview({ quote: quote.id }))
  return quote
}

/** From the price to a promise, and from the promise to an order. */
const win = async (as: (user: string) => User, quote: Quote, stage: Stage, send: Send): Promise<Won> => {
  const anna = as("anna")
  const { print, folder, out } = stage
  const request = readRequest(folder)
  say(print, "4  The promise: when we can deliver, and why not earlier")
  const promised = await anna.capacity.promise({ quote: quote.id })
  const load = await anna.capacity.load({ from: "2025-03-17", to: "2025-04-27", bucket: "week", quote: quote.id })
  showPromise(print, promised, request.wantedOn)
  showCapacity(print, load)

  say(print, "5  Sent, and accepted: order, project, billing plan and reservations in one transaction")
  const promise = { promisedOn: promised.date, promiseReason: promised.reason.sv }
  await send(anna.quotes.send({ quote: quote.id, ...promise }, { idempotencyKey: `send/${quote.number}` }))
  if (out !== null) {
    const price = await as("bjorn").quotes.preview({ quote: quote.id })
    await writeCopies(out, as("bjorn"), { price, promised, request }, load)
  }
  const acceptance = { quote: quote.id, acceptedBy: request.contact }
  const won = await send(anna.quotes.accept(acceptance, { idempotencyKey: `accept/${quote.number}` }))
  showAcceptance(print, won)
  return won
}

/** A week on the project, and prepaid hours beside it. */
const work = async (as: (user: string) => User, won: Won, { print, folder }: Stage, send: Send): Promise<void> => {
  say(print, "6  A week of work, and prepaid hours drawn from the time bank")
  showWeek(print, await logTheWeek(as, won.project.id, folder, send))
  const bjorn = as("bjorn")
  const { id: account } = await openTheBank(bjorn, won.order.customer, folder, send)
  await debitTheBank(bjorn, account, folder, send)
  const dates = ["2025-01-31", "2025-03-17", "2025-03-31"] as const
  showBank(print, await Promise.all(dates.map((asOf) => bjorn.timeBank.balance({ account, asOf }))))
}

/** The first part is invoiced; the rest is what is left. */
const invoice = async (bjorn: User, { invoicePlan }: Won, { print }: Stage, send: Send): Promise<void> => {
  say(print, "7  What is left to invoice")
  const [first] = invoicePlan.parts
  if (!first) throw new Error("The billing plan has no parts")
  const part = { plan: invoicePlan.id, part: first.id }
  await send(bjorn.invoicing.invoicePart(part, { idempotencyKey: `invoice/${first.id}` }))
  showRemaining(print, await bjorn.invoicing.remaining({}))
}

const writeCopies = async (out: string, bjorn: User, seen: Seen, load: readonly OccupancyRow[]): Promise<void> => {
  const drawn = await pictures(seen.price, seen.promised, load)
  mkdirSync(out, { recursive: true })
  const write = (name: string, text: string): void => writeFileSync(join(out, name), text)
  write("quote.html", await customerCopy(bjorn, seen))
  write("quote-internal.html", await internalCopy(bjorn, seen, drawn))
  write("margin-waterfall.svg", drawn.waterfall)
  write("capacity-by-week.svg", drawn.capacity)
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
