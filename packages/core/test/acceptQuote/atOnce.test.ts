/** One quote accepted by several at once: one wins, the others hear so, and there is one order. */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, standard } from "@anbud/core"
import { expect, onTestFinished, test } from "vitest"
import { FIRM, type Firm, line, openFirm, sent, task } from "../quotes/firm.ts"

const ROUNDS = 20

const temporaryFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-accept-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, "firm.db")
}

/** A process that accepts what it is asked to, one line for one line. */
const acceptor = (file: string, name: string) => {
  const script = fileURLToPath(new URL("./acceptor.ts", import.meta.url))
  const options = ["--import", "tsx", "--conditions=@anbud/source", script, file, name]
  const child: ChildProcess = spawn(process.execPath, options, { stdio: ["pipe", "pipe", "inherit"] })
  const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> })[Symbol.asyncIterator]()
  const heard = async (): Promise<string> => String((await lines.next()).value)
  const ended = new Promise((resolve) => child.once("exit", resolve))
  onTestFinished(() => void child.kill())
  return {
    ready: heard(),
    asked: (text: string) => {
      child.stdin?.write(`${text}\n`)
      return heard()
    },
    end: () => {
      child.stdin?.end()
      return ended
    },
  }
}

const quotesToAccept = async (firm: Firm, count: number): Promise<readonly string[]> => {
  const plan = task("install", { dag: 4, nils: 4 })
  const ids: string[] = []
  for (let round = 0; round < count; round += 1)
    ids.push((await sent(firm, { lines: [line(firm, "L1", { product: firm.products.WORK, quantity: "8", plan })] })).id)
  return ids
}

/** One order, one plan and two reservations for each quote, and a journal whose hashes hold. */
const everythingOnce = async ({ engine, anna }: Firm, quotes: readonly string[]) => {
  const { orders } = await anna.invoicing.remaining({})
  expect(orders.map(({ order }) => order.quote).sort()).toEqual([...quotes].sort())
  expect(orders.map(({ order }) => order.number).sort()).toEqual(quotes.map((_, index) => `O-${1001 + index}`))
  const { items } = await anna.capacity.reservations.list({ limit: 1000 })
  expect(items).toHaveLength(2 * quotes.length)
  expect(await engine.journal.verify({ tenant: FIRM.id })).toMatchObject({ broken: null })
}

test(`row 80: two processes, ${ROUNDS} quotes: each has one winner; the other hears AlreadyDecided, or under one key the same order again`, async () => {
  const file = temporaryFile()
  const firm = await openFirm(file)
  const quotes = await quotesToAccept(firm, ROUNDS)
  const both = [acceptor(file, "Per"), acceptor(file, "Kari")]
  expect(await Promise.all(both.map(({ ready }) => ready))).toEqual(["ready", "ready"])
  for (const [round, quote] of quotes.entries()) {
    const isKeyed = round % 4 === 3
    const heard = await Promise.all(both.map(({ asked }) => asked(isKeyed ? `${quote} accept/${quote}` : quote)))
    const order = `O-${1001 + round}`
    const loser = isKeyed ? `replayed ${order}` : "AlreadyDecided"
    expect([...heard].sort()).toEqual([loser, `accepted ${order}`].sort())
  }
  await Promise.all(both.map(({ end }) => end()))
  await everythingOnce(firm, quotes)
})

test("two engines in one process on one file: one winner for each quote", async () => {
  const file = temporaryFile()
  const firm = await openFirm(file)
  const quotes = await quotesToAccept(firm, 10)
  const other = await createEngine({ store: sqlite({ file }), plugins: standard, clock: firm.clock })
  const both = [firm.anna, other.as({ tenant: FIRM.id, user: "anna" })]
  for (const quote of quotes) {
    const heard = await Promise.all(both.map((anna) => anna.quotes.accept({ quote, acceptedBy: "Per" }).result()))
    expect(heard.map((outcome) => (outcome.ok ? "accepted" : outcome.error._tag)).sort()).toEqual([
      "AlreadyDecided",
      "accepted",
    ])
  }
  await other.close()
  await everythingOnce(firm, quotes)
})

test("fifty calls in one engine: one accepts, forty-nine are refused, and the answer is the winner's", async () => {
  const firm = await openFirm()
  const [quote = ""] = await quotesToAccept(firm, 1)
  const heard = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      firm.anna.quotes.accept({ quote, acceptedBy: `Person ${index}` }).result(),
    ),
  )
  const winners = heard.flatMap((outcome, index) => (outcome.ok ? [{ index, ...outcome.value }] : []))
  expect(winners).toHaveLength(1)
  expect(winners[0]?.quote.acceptedBy).toBe(`Person ${winners[0]?.index}`)
  const refused = heard.flatMap((outcome) => (outcome.ok ? [] : [outcome.error._tag]))
  expect(refused).toEqual(Array.from({ length: 49 }, () => "AlreadyDecided"))
  await everythingOnce(firm, [quote])
})
