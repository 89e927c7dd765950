/** Sweeps of faults over every write and every flush of the twenty commands: what the tests and the proof share. */
import { spawn } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { isDeepStrictEqual } from "node:util"
import { sqlite } from "@anbud/adapter-sqlite"
import { bundle } from "../../../../test/bundle.ts"
import { FIRM, openFirm } from "./business.ts"
import { contentHash, inFile } from "./database.ts"
import type { Fault } from "./strace.ts"
import { type Standing, undisturbed } from "./undisturbed.ts"

/** Which call fails in which way: the `first`, then each that is `stride` further on. */
export interface Sweep {
  /**
   * `commands`: a call in each command. `checkpoint`: a call on the file itself, while a commit copies the log there.
   * `opening`: a call while the tables are built.
   */
  readonly during: "commands" | "checkpoint" | "opening"
  readonly fault: Fault
  readonly isSticky: boolean
  readonly first: number
  readonly stride: number
  /** No new faults after this long. */
  readonly seconds: number
  /** Of the commands only each one that is so much further on; all by default. */
  readonly everyCommand?: number
}

/** What a sweep found. */
export interface Swept {
  /** Calls that failed. */
  readonly faults: number
  /** Of these, how many did no harm to the command: it had been committed, and the log was being copied. */
  readonly survived: number
  /** How often the store refused the next call, too. */
  readonly stopped: number
  /** How often it wrote or flushed then, although it refused. */
  readonly wroteOn: number
  /** How often `StorageFailed` said that nothing was written, and the command would be there after a crash. */
  readonly untrue: number
  readonly refused: Readonly<Record<string, number>>
  readonly untyped: readonly string[]
  readonly lost: number
  readonly halfApplied: number
  readonly isSound: boolean
  readonly rounds: number
  /** Whether the sweep came to its last call. */
  readonly isComplete: boolean
}

/** What a sweep found, and whether the firm is the one of a run without a fault afterwards. */
export interface Judged extends Swept {
  readonly sweep: Sweep
  readonly isSame: boolean
}

const KINDS: readonly (readonly [Fault, boolean])[] = [
  ["EIO", false],
  ["EIO", true],
  ["ENOSPC", false],
  ["ENOSPC", true],
  ["nothingWritten", false],
  ["nothingWritten", true],
  // A short write lasts by nature: the file may not grow.
  ["shortWrite", true],
  ["fsyncEIO", false],
  ["fsyncEIO", true],
]

/** Every kind of fault, once and lasting, in every phase. A command flushes once, so no flush is left out. */
export const sweepsOf = (first: number, stride: number, seconds: number): readonly Sweep[] =>
  (["commands", "checkpoint", "opening"] as const).flatMap((during) =>
    // Where there is no log yet, the kernel cannot be told where to cut a write.
    KINDS.filter(([fault]) => during === "commands" || fault !== "shortWrite").map(([fault, isSticky]) => {
      const steps = fault === "fsyncEIO" ? { first: 1, stride: 1 } : { first, stride }
      return { during, fault, isSticky, ...steps, seconds }
    }),
  )

/** How sweeps are run. */
export interface Sweeping {
  /** How many at once; one by default. */
  readonly atOnce?: number
  /** Called when one has ended, before its file is compared with others. */
  readonly onSwept?: (swept: Swept & { readonly sweep: Sweep }) => void
}

/** Runs the sweeps, each on a file of its own in the folder. */
export const sweepAll = async (
  folder: string,
  sweeps: readonly Sweep[],
  { atOnce = 1, onSwept }: Sweeping = {},
): Promise<readonly Judged[]> => {
  const script = await bundle(fileURLToPath(new URL("./faultChild.ts", import.meta.url)))
  const done: (Swept & { readonly sweep: Sweep; readonly standing: Standing | null })[] = []
  const waiting = sweeps.entries()
  const lane = async (): Promise<void> => {
    for (const [index, sweep] of waiting) {
      const file = join(folder, `sweep-${index}.db`)
      const swept = { ...(await sweptBy(script, file, sweep)), sweep }
      onSwept?.(swept)
      // A file that was only opened has no rounds to compare.
      done[index] = { ...swept, standing: sweep.during === "opening" ? null : await standingOf(file) }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  const expected = await undisturbed(done.map(({ rounds }) => rounds))
  return done.map(({ standing, ...swept }) => {
    if (standing === null) return { ...swept, isSame: swept.lost + swept.halfApplied === 0 }
    return { ...swept, isSame: isDeepStrictEqual(standing, expected.get(swept.rounds)) }
  })
}

const standingOf = async (file: string): Promise<Standing> => {
  const { engine } = await openFirm(sqlite({ file }))
  const { broken, head } = await engine.journal.verify({ tenant: FIRM.id })
  await engine.close()
  const raw = inFile(file)
  const content = await contentHash(raw)
  await raw.close()
  return { head: broken === null ? head.hash : "broken", content }
}

const sweptBy = (script: string, file: string, sweep: Sweep): Promise<Swept> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--enable-source-maps", script, file, JSON.stringify(sweep)], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    let output = ""
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.on("close", (code, signal) => {
      if (code === 0) resolve(JSON.parse(output) as Swept)
      else reject(new Error(`The process whose disk fails ended with ${signal ?? code}: ${JSON.stringify(sweep)}`))
    })
  })
