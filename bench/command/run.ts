/**
 * Commands on SQLite beside hand-written better-sqlite3: a 40-line quote created and sent, a company patched, a time
 * bank debited.
 *
 * The hand-written side writes exactly the rows that the engine wrote, journal, claims and counters included, with
 * prepared statements in one transaction per command: the engine's own statements and values, recorded in an earlier
 * pass and replayed on a copy of the same file. The bare side writes the records only. Both skip what the engine does
 * beside writing: decoding, rights, reading facts, pricing, hashing.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, fixedClock, fixedIds, type Session, type Standard, standard } from "@anbud/core"
import Database from "better-sqlite3"
import { recorder, type Written } from "./recorder.ts"

const LINES = 40
const GOAL = 2

/** Runs the benchmark. */
export const bench = async (options: { readonly budgetSeconds: number }) => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-bench-"))
  try {
    const seed = join(folder, "seed.db")
    const facts = await prepared(seed)
    const rounds = Math.max(20, Math.min(400, Math.round(options.budgetSeconds * 4)))
    const figures: Record<string, unknown> = {}
    let worst = 0
    for (const [name, calls] of Object.entries(commandsOf(facts))) {
      const recorded = await record(copyOf(seed, folder, `${name}-recorded`), calls, rounds)
      const engine = await timeEngine(copyOf(seed, folder, `${name}-engine`), calls, rounds)
      const honest = timeReplay(copyOf(seed, folder, `${name}-honest`), recorded)
      const bare = timeReplay(copyOf(seed, folder, `${name}-bare`), recorded.map(onlyRecords))
      const ratio = engine / honest
      worst = Math.max(worst, ratio)
      figures[name] = {
        rounds,
        statements: Math.round(recorded.reduce((sum, one) => sum + one.length, 0) / rounds),
        engineMicroseconds: Math.round((engine * 1000) / rounds),
        toHonest: round(ratio),
        toBare: round(engine / bare),
      }
      process.stdout.write(`${name}: ${JSON.stringify(figures[name])}\n`)
    }
    return {
      goal: `at most ${GOAL} times hand-written SQL that writes the same rows`,
      reached: worst <= GOAL,
      ...figures,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Facts {
  readonly products: readonly string[]
  readonly customer: string
  readonly seller: string
  readonly account: string
}

type Ada = Session<Standard>
type Call = (ada: Ada, round: number) => Promise<unknown>

const openOn = (file: string) =>
  createEngine({
    store: sqlite({ file }),
    plugins: standard,
    clock: fixedClock("2025-03-14T08:00:00.000Z"),
    ids: fixedIds("bench"),
  })

const prepared = async (file: string): Promise<Facts> => {
  const engine = await openOn(file)
  await engine.tenants.create({ id: "acme", name: "Acme", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
  const ada = engine.as({ tenant: "acme", user: "ada" })
  const products: string[] = []
  for (let n = 0; n < LINES; n++) {
    const product = await ada.catalogue.products.create({
      number: `P${n}`,
      name: `Product ${n}`,
      kind: "goods",
      unit: "H87",
      category: "Pumps",
      priceGroup: "A",
      listPrice: `${100 + n}.50`,
      unitCost: `${60 + n}`,
      vatRatePpm: 250_000,
    })
    products.push(product.id)
  }
  const company = { number: "K1", name: "Brf Granen", country: "SE", currency: "SEK" }
  const { id: customer } = await ada.parties.companies.create(company)
  const { user: seller } = await ada.organisation.me({})
  const { id: account } = await ada.timeBank.open({ customer, name: "Hours" })
  await ada.timeBank.topUp({ account, effectiveOn: "2025-01-01", seconds: 3600 * 10_000 })
  await engine.close()
  return { products, customer, seller, account }
}

const commandsOf = ({ products, customer, seller, account }: Facts): Readonly<Record<string, Call>> => ({
  createQuote: (ada, round) =>
    ada.quotes.create(
      {
        title: `Quote ${round}`,
        customer,
        currency: "SEK",
        seller,
        lines: products.map((product, n) => ({
          key: `L${n}`,
          section: "all",
          product,
          description: `Line ${n}`,
          quantity: "2.5",
        })),
      },
      { idempotencyKey: `create/${round}` },
    ),
  patchCompany: (ada, round) =>
    ada.parties.companies.patch(
      { id: customer, set: { nickname: `Granen ${round}` } },
      { idempotencyKey: `patch/${round}` },
    ),
  debit: (ada, round) =>
    ada.timeBank.debit({ account, effectiveOn: "2025-03-14", seconds: 60 }, { idempotencyKey: `debit/${round}` }),
})

const copyOf = (seed: string, folder: string, name: string): string => {
  const file = join(folder, `${name}.db`)
  copyFileSync(seed, file)
  return file
}

/** What each round wrote, statement by statement. */
const record = async (file: string, call: Call, rounds: number): Promise<readonly (readonly Written[])[]> => {
  const engine = await openOn(file)
  const ada = engine.as({ tenant: "acme", user: "ada" })
  const written: (readonly Written[])[] = []
  for (let round = 0; round < rounds; round++) {
    const tape = recorder()
    await call(ada, round)
    written.push(tape.stop())
  }
  await engine.close()
  return written
}

const timeEngine = async (file: string, call: Call, rounds: number): Promise<number> => {
  const engine = await openOn(file)
  const ada = engine.as({ tenant: "acme", user: "ada" })
  const started = performance.now()
  for (let round = 0; round < rounds; round++) await call(ada, round)
  const spent = performance.now() - started
  await engine.close()
  return spent
}

const timeReplay = (file: string, rounds: readonly (readonly Written[])[]): number => {
  const database = new Database(file)
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"]) database.pragma(pragma)
  const statements = new Map(rounds.flat().map(({ sql }) => [sql, database.prepare(sql)]))
  const [begin, commit] = [database.prepare("begin immediate"), database.prepare("commit")]
  const started = performance.now()
  for (const written of rounds) {
    begin.run()
    for (const { sql, values } of written) {
      const statement = statements.get(sql)
      if (statement?.reader) statement.all(...values)
      else statement?.run(...values)
    }
    commit.run()
  }
  const spent = performance.now() - started
  database.close()
  return spent
}

/** Without journal, claims and counters. */
const onlyRecords = (written: readonly Written[]): readonly Written[] =>
  written.filter(({ sql }) => !/"anbud_(journal|journal_change|journal_part|claim|counter)"/.test(sql))

const round = (value: number): number => Math.round(value * 100) / 100
