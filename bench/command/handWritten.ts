/**
 * The hand-written side: prepared statements in one transaction per command.
 *
 * The honest one reads what the engine reads, each thing once, prices a quote with the same package, makes and hashes
 * the journal's texts, and writes exactly the rows that the engine wrote, journal, claims and counters included. The
 * bare one writes the records only, with every value ready.
 */
import { createHash } from "node:crypto"
import { priceQuote, type Quote } from "@anbud/pricing"
import Database from "better-sqlite3"
import { isWrite, type Ran } from "./recorder.ts"

/** A program that does, round by round, what was recorded of the engine. */
export interface HandWritten {
  round(index: number): void
  close(): void
}

/** The tables that a program without journal and keys would not have. */
export const KERNEL = /"(?:anbud_)?(?:journal|journal_change|journal_part|claim|counter)"/

/** Writes the records and nothing else. */
export const bare = (file: string, rounds: readonly (readonly Ran[])[]): HandWritten => {
  const database = opened(file)
  const kept = rounds.map((ran) => ran.filter((one) => isWrite(one) && !KERNEL.test(one.sql)))
  const run = runner(database, kept)
  return { round: (index) => run(kept[index] ?? []), close: () => database.close() }
}

/** Does all that an honest program would; `quote` is what it must price in each round. */
export const honest = (file: string, rounds: readonly (readonly Ran[])[], quote: Quote | null): HandWritten => {
  const database = opened(file)
  const kept = rounds.map(withoutRepeats)
  const bodies = kept.map(journalBodies)
  const run = runner(database, kept)
  return {
    round: (index) => {
      if (quote) priceQuote(quote)
      for (const body of bodies[index] ?? []) createHash("sha256").update(JSON.stringify(body)).digest("hex")
      run(kept[index] ?? [])
    },
    close: () => database.close(),
  }
}

/** Nobody who writes by hand reads the same rows twice before writing. */
export const withoutRepeats = (ran: readonly Ran[]): readonly Ran[] => {
  const seen = new Set<string>()
  return ran.filter((one) => {
    if (isWrite(one)) return true
    const key = JSON.stringify([one.sql, one.values])
    return seen.size !== seen.add(key).size
  })
}

/** The texts of the journal's rows, as values again: a program has to write them out. */
export const journalBodies = (ran: readonly Ran[]): readonly unknown[] =>
  ran.flatMap(({ sql, values }) =>
    isWrite({ sql, values }) && sql.includes('"anbud_journal')
      ? values.flatMap((value) => (typeof value === "string" && /^[[{]/.test(value) ? [JSON.parse(value)] : []))
      : [],
  )

const opened = (file: string): Database.Database => {
  const database = new Database(file)
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"]) database.pragma(pragma)
  return database
}

const runner = (database: Database.Database, rounds: readonly (readonly Ran[])[]): ((ran: readonly Ran[]) => void) => {
  const statements = new Map(rounds.flat().map(({ sql }) => [sql, database.prepare(sql)]))
  const [begin, commit] = [database.prepare("begin immediate"), database.prepare("commit")]
  return (ran) => {
    begin.run()
    for (const { sql, values } of ran) {
      const statement = statements.get(sql)
      if (statement?.reader) statement.all(...values)
      else statement?.run(...values)
    }
    commit.run()
  }
}
