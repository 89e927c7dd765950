/**
 * Commands on SQLite beside hand-written better-sqlite3: a 40-line quote created, one line of it changed, a quote
 * accepted, a company patched, a time bank debited.
 *
 * What the engine runs is recorded in a first pass, so that the hand-written side reads and writes the same; then the
 * three sides take turns, round by round, each on its own copy of the same file.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import { commandsOf, type Measured } from "./commands.ts"
import { adaOf, openOn, prepareFirm } from "./firm.ts"
import { bare, type HandWritten, honest } from "./handWritten.ts"
import { isWrite, type Ran, recorder } from "./recorder.ts"

const GOAL = 2
const WARM_UP = 200
const SIDES = ["engine", "honest", "bare"] as const

/** Runs the benchmark. */
export const bench = async (options: { readonly budgetSeconds: number }) => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-bench-"))
  try {
    const seed = join(folder, "seed.db")
    const rounds = WARM_UP + Math.max(20, Math.min(400, Math.round(options.budgetSeconds * 4)))
    const firm = await prepareFirm(sqlite({ file: seed }), rounds)
    const figures: Record<string, Figures> = {}
    for (const [name, command] of Object.entries(commandsOf(firm))) {
      figures[name] = await measured(seed, folder, name, command, rounds)
      process.stdout.write(`${name}: ${JSON.stringify(figures[name])}\n`)
    }
    return {
      goal: `at most ${GOAL} times hand-written SQL that does the same`,
      reached: Object.values(figures).every(({ toHonest }) => toHonest <= GOAL),
      ...figures,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Figures {
  readonly rounds: number
  readonly reads: number
  readonly writes: number
  readonly engineMicroseconds: number
  readonly toHonest: number
  readonly toBare: number
}

const measured = async (
  seed: string,
  folder: string,
  name: string,
  { call, quote }: Measured,
  rounds: number,
): Promise<Figures> => {
  const copyOf = (side: string): string => {
    const file = join(folder, `${name}-${side}.db`)
    copyFileSync(seed, file)
    return file
  }
  const recorded = await record(copyOf("recorded"), call, rounds)
  const engine = await openOn(copyOf("engine"))
  const ada = adaOf(engine)
  const byHand = { honest: honest(copyOf("honest"), recorded, quote), bare: bare(copyOf("bare"), recorded) }
  const spent = { engine: 0, honest: 0, bare: 0 }
  for (let round = 0; round < rounds; round++) {
    // Nobody comes always after the same other one, which leaves the disk and the caches as they are.
    for (const offset of SIDES.keys()) {
      const side = SIDES[(round + offset) % SIDES.length] ?? "engine"
      const time = await timed(() => (side === "engine" ? call(ada, round) : byHand[side].round(round)))
      if (round >= WARM_UP) spent[side] += time
    }
  }
  await engine.close()
  for (const side of Object.values<HandWritten>(byHand)) side.close()
  const counted = rounds - WARM_UP
  const ran = recorded.flat()
  const writes = ran.filter(isWrite).length
  return {
    rounds: counted,
    reads: Math.round((ran.length - writes) / rounds),
    writes: Math.round(writes / rounds),
    engineMicroseconds: Math.round((spent.engine * 1000) / counted),
    toHonest: twoPlaces(spent.engine / spent.honest),
    toBare: twoPlaces(spent.engine / spent.bare),
  }
}

/** What each round ran, statement by statement. */
const record = async (file: string, call: Measured["call"], rounds: number): Promise<readonly (readonly Ran[])[]> => {
  const engine = await openOn(file)
  const ada = adaOf(engine)
  const recorded: (readonly Ran[])[] = []
  for (let round = 0; round < rounds; round++) {
    const tape = recorder()
    await call(ada, round)
    recorded.push(tape.stop())
  }
  await engine.close()
  return recorded
}

const timed = async (work: () => unknown): Promise<number> => {
  const started = performance.now()
  await work()
  return performance.now() - started
}

const twoPlaces = (value: number): number => Math.round(value * 100) / 100
