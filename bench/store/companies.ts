/** A house full of companies: the import that fills it, lists and searches in it, and the feed of what was written. */
import { adaOf, openWith } from "../command/firm.ts"
import { isWrite, type Ran } from "../command/recorder.ts"
import type { BenchDatabase, Hand, HandTable, House, Row } from "./database.ts"
import { p95, timed, twoPlaces } from "./timing.ts"

/** How many companies there are, and how many are read or imported against the clock. */
export interface Sizes {
  readonly companies: number
  readonly imported: number
  readonly questions: number
}

/** The rows of one import, by what of them names the company. */
const BY_COMPANY = { company: "id", search_token: "record", journal_change: "record", batch_row: "record" } as const
/** Companies to a transaction, as the engine has it. */
const CHUNK = 200

/** Imports, then lists, searches and follows the feed in what was imported. */
export const measureCompanies = async (database: BenchDatabase, sizes: Sizes) => {
  const [house, handHouse, bareHouse] = [database.house(), database.house(), database.house()]
  for (const each of [house, handHouse, bareHouse]) await settle(each)
  const engine = await openWith(house.store())
  const ada = adaOf(engine)
  const importing = (from: number, count: number) =>
    ada.parties.companies.import(
      {
        file: "companies.csv",
        delimiter: ",",
        text: csvOf(from, count),
        key: ["number"],
        columns: { number: "number", name: "name", country: "country", currency: "currency", segment: "segment" },
      },
      { idempotencyKey: `from ${from}`, onProgress: ({ done, total }) => told(database.name, from + done, total) },
    )
  const importMilliseconds = await timed(() => importing(0, sizes.imported))
  const byHand = await importByHand(house, handHouse, bareHouse)
  const feed = await measureFeed(house, ada)
  for (let from = sizes.imported; from < sizes.companies; from += sizes.imported)
    await importing(from, Math.min(sizes.imported, sizes.companies - from))
  const hand = await house.hand()
  if (database.name === "postgresql") await hand.run("analyze")
  const { companies } = ada.parties
  const questions = Array.from({ length: sizes.questions }, (_, n) => (n * 7919) % sizes.companies)
  const list = await beside(database, hand, questions, (n) =>
    companies.list({
      where: { country: COUNTRIES[n % COUNTRIES.length] ?? "SE", number: { gte: numberOf(n) } },
      order: [{ field: "number" }],
    }),
  )
  const search = await beside(database, hand, questions, (n) => companies.search({ text: nameOf(n).slice(0, -2) }))
  await hand.close()
  await engine.close()
  return {
    companies: sizes.companies,
    import: {
      rows: sizes.imported,
      seconds: twoPlaces(importMilliseconds / 1000),
      speedToHand: twoPlaces(byHand.handMilliseconds / importMilliseconds),
      speedToBare: twoPlaces(byHand.bareMilliseconds / importMilliseconds),
    },
    list,
    search,
    feed,
  }
}

const settle = async (house: House): Promise<void> => {
  const engine = await openWith(house.store())
  await engine.tenants.create({ id: "acme", name: "Acme", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
  await engine.close()
}

const told = (name: string, done: number, total: number): void => {
  if (done % (total / 2) < CHUNK) console.log(`${name}: ${done} companies`)
}

const COUNTRIES = ["SE", "NO", "FI", "DK", "IT"]
const WORDS = ["Granen", "Björken", "Fjällvinden", "Hamnkranen", "Solkraft", "Värmepumpen", "Lagerhuset", "Verkstaden"]
const numberOf = (n: number): string => `K${String(n).padStart(8, "0")}`
const nameOf = (n: number): string => `${WORDS[n % WORDS.length]} ${n.toString(36)} AB`

const csvOf = (from: number, count: number): string => {
  const lines = ["number,name,country,currency,segment"]
  for (let n = from; n < from + count; n++)
    lines.push([numberOf(n), nameOf(n), COUNTRIES[n % COUNTRIES.length], "SEK", `segment ${n % 50}`].join())
  return `${lines.join("\n")}\n`
}

/** The same rows written by hand, and the companies alone. */
const importByHand = async (from: House, handHouse: House, bareHouse: House) => {
  const [source, hand, bare] = [await from.hand(), await handHouse.hand(), await bareHouse.hand()]
  const wide = new Map<string, string>(Object.entries(BY_COMPANY).map(([name, column]) => [from.table(name), column]))
  const sources = await source.tables()
  const mapped = async (house: House, to: Hand): Promise<ReadonlyMap<string, HandTable>> => {
    const own = new Map((await to.tables()).map((table) => [table.name, table]))
    return new Map(sources.map((table) => [table.name, own.get(house.here(table.name)) ?? table]))
  }
  const [handTables, bareTables] = [await mapped(handHouse, hand), await mapped(bareHouse, bare)]
  let handMilliseconds = 0
  let bareMilliseconds = 0
  const small = sources.filter(({ name }) => !wide.has(name))
  // What others refer to comes first.
  const rows: (readonly [string, readonly Row[]])[] = []
  for (const { name } of small) rows.push([name, await source.run(`select * from ${name}`)])
  handMilliseconds += await timed(() => writeAll(hand, handTables, rows))
  const ids = (await source.run(`select id from ${from.table("company")} order by id`)).map(({ id }) => String(id))
  for (let at = 0; at < ids.length; at += CHUNK) {
    const chunk = ids.slice(at, at + CHUNK)
    const listed = chunk.map((id) => `'${id}'`).join()
    const found: (readonly [string, readonly Row[]])[] = []
    for (const [name, column] of wide)
      found.push([name, await source.run(`select * from ${name} where tenant = 'acme' and ${column} in (${listed})`)])
    handMilliseconds += await timed(() => writeAll(hand, handTables, found))
    bareMilliseconds += await timed(() => writeAll(bare, bareTables, found.slice(0, 1)))
  }
  for (const each of [source, hand, bare]) await each.close()
  return { handMilliseconds, bareMilliseconds }
}

const writeAll = async (
  hand: Hand,
  tables: ReadonlyMap<string, HandTable>,
  rows: readonly (readonly [string, readonly Row[]])[],
): Promise<void> => {
  await hand.run("begin")
  for (const [name, some] of rows) {
    const table = tables.get(name)
    if (table) await hand.insert(table, some)
  }
  await hand.run("commit")
}

/** A question asked of the engine and then, in the statements that it came to, of the database alone. */
const beside = async (
  database: BenchDatabase,
  hand: Hand,
  questions: readonly number[],
  ask: (n: number) => Promise<unknown>,
) => {
  const asked: (readonly Ran[])[] = []
  for (const n of questions) {
    const tape = database.record()
    await ask(n)
    asked.push(tape.stop().filter((one) => !isWrite(one) && !ABOUT_CALLER.test(one.sql)))
  }
  const times = { engine: [] as number[], raw: [] as number[] }
  for (const [at, n] of questions.entries()) {
    times.engine.push(await timed(() => ask(n)))
    times.raw.push(
      await timed(async () => {
        for (const { sql, values } of asked[at] ?? []) await hand.run(sql, values)
      }),
    )
  }
  return {
    p95Milliseconds: twoPlaces(p95(times.engine)),
    toRaw: twoPlaces(p95(times.engine) / p95(times.raw)),
  }
}

/** What the engine asks about who calls; the raw query is that of the records alone. */
const ABOUT_CALLER = /from (?:"house\d+"\.)?"(?:anbud_)?(?:counter|tenant|user|role|unit|group)"/

const measureFeed = async (house: House, ada: ReturnType<typeof adaOf>) => {
  let records = 0
  const engine = await timed(async () => {
    for await (const change of ada.changes({ until: "head" })) records += change.records.length
  })
  const hand = await house.hand()
  const raw = await timed(async () => {
    let seq = 0
    for (;;) {
      const page = await hand.run(
        `select * from ${house.table("journal_change")} where tenant = 'acme' and seq > ${seq} and seq <= ${seq + 5} order by seq, ordinal`,
      )
      if (page.length === 0) return
      for (const { body } of page) JSON.parse(String(body))
      seq += 5
    }
  })
  await hand.close()
  return { records, recordsPerSecond: Math.round((records * 1000) / engine), toRaw: twoPlaces(engine / raw) }
}
