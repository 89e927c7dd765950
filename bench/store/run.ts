/**
 * Store: SQLite and PostgreSQL in one run. Commands beside SQL written by hand, an import of many companies, lists and
 * searches among all of them, and the feed of what was written; everything as a ratio, and the memory at its peak. Also
 * how many commands one, two and four processes commit in a second.
 *
 * `--full` fills each database with a million companies, 100 000 of them against the clock; the default is a tenth of
 * the import and a fiftieth of the companies, which says less about large indexes.
 */
import type { Measurement, MeasurementOptions } from "../../tools/measurement.ts"
import { measureCommands } from "./commands.ts"
import { measureCompanies, type Sizes } from "./companies.ts"
import { type BenchDatabase, postgresDatabase, sqliteDatabase } from "./database.ts"
import { measureThroughput } from "./throughput.ts"

const SIZES: Readonly<Record<"usual" | "full", Sizes>> = {
  usual: { companies: 20_000, imported: 10_000, questions: 200 },
  full: { companies: 1_000_000, imported: 100_000, questions: 200 },
}
const GOALS = { command: 2, read: 1.5, importSpeed: 0.3 }

/** Runs the benchmark. */
export const bench = async ({ budgetSeconds, full }: MeasurementOptions): Promise<Measurement> => {
  const results: Record<string, Awaited<ReturnType<typeof measure>>> = {}
  for (const start of [async () => sqliteDatabase(), postgresDatabase]) {
    const database = await start()
    try {
      results[database.name] = await measure(database, budgetSeconds, full)
    } finally {
      await database.stop()
    }
  }
  const all = Object.values(results)
  return {
    goal: `commands at most ${GOALS.command} × hand-written SQL, lists and searches at most ${GOALS.read} × the raw query at p95, imports at least ${GOALS.importSpeed} of the speed of SQL that writes the same rows`,
    reached: all.every(
      ({ commands, companies }) =>
        Object.values(commands).every(({ toHonest }) => toHonest <= GOALS.command) &&
        companies.list.toRaw <= GOALS.read &&
        companies.search.toRaw <= GOALS.read &&
        companies.import.speedToHand >= GOALS.importSpeed,
    ),
    ...results,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  }
}

const measure = async (database: BenchDatabase, budgetSeconds: number, full: boolean) => {
  const throughput = await measureThroughput(database)
  console.log(`${database.name}: ${JSON.stringify(throughput)}`)
  const commands = await measureCommands(database, Math.max(60, Math.min(400, Math.round(budgetSeconds / 2))))
  const companies = await measureCompanies(database, full ? SIZES.full : SIZES.usual)
  console.log(`${database.name}: ${JSON.stringify(companies)}`)
  return { throughput, commands, companies }
}
