/**
 * Proof: kill -9 at points spread evenly over the statements between the first and the last commit of the story. A
 * rerun must complete, the journal must verify, and its head must equal that of a run that was never killed: since
 * the head covers every change, nothing is missing and nothing is doubled.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** How many points to kill at: 50 with `--full` or by default, fewer for the tests. */
export interface ProveOptions {
  readonly points?: number
  readonly log?: (text: string) => void
}

/** What the proof found. */
export interface Proof {
  readonly goal: string
  readonly reached: boolean
  readonly points: number
  readonly killed: number
  readonly completed: number
  readonly equalHeads: number
  readonly statements: number
  readonly histogram: Readonly<Record<string, number>>
  readonly replayed: { readonly least: number; readonly most: number }
}

const CHILD = join(import.meta.dirname, "kill", "child.ts")
const DATA = join(import.meta.dirname, "..", "data")

interface Run {
  readonly signal: string | null
  readonly ending: {
    readonly head: { readonly hash: string }
    readonly verified: boolean
    readonly replayed: number
    readonly verbs: readonly string[]
  } | null
}

/** Runs the proof. */
export const prove = async ({
  points = 50,
  log = (text) => void process.stdout.write(text),
}: ProveOptions): Promise<Proof> => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-prove-"))
  try {
    const whole = run(join(folder, "whole.db"))
    if (!whole.ending) throw new Error("The story does not run to its end")
    const { verbs, head } = whole.ending
    const first = verbs.indexOf("commit")
    const last = verbs.lastIndexOf("commit")
    const histogram: Record<string, number> = {}
    const tally = { killed: 0, completed: 0, equalHeads: 0 }
    const replayed: number[] = []
    for (let point = 0; point < points; point++) {
      const at = Math.round(first + ((last - first) * (point + 0.5)) / points)
      const verb = verbs[at] ?? "?"
      histogram[verb] = (histogram[verb] ?? 0) + 1
      const file = join(folder, `${point}.db`)
      if (run(file, at).signal === "SIGKILL") tally.killed += 1
      const { ending } = run(file)
      if (ending?.verified) tally.completed += 1
      if (ending?.head.hash === head.hash) tally.equalHeads += 1
      replayed.push(ending?.replayed ?? 0)
      log(
        `point ${point + 1} of ${points}: before statement ${at} (${verb}), then ${ending?.replayed ?? "no"} replayed\n`,
      )
    }
    log(histogramText(histogram))
    return {
      goal: "after each kill -9 the rerun completes, verifies and ends with the head of an undisturbed run",
      reached: tally.killed === points && tally.completed === points && tally.equalHeads === points,
      points,
      ...tally,
      statements: last - first,
      histogram,
      replayed: { least: Math.min(...replayed), most: Math.max(...replayed) },
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const run = (file: string, killAt?: number): Run => {
  const args = ["--import", "tsx", "--conditions=@anbud/source", CHILD, file, DATA]
  if (killAt !== undefined) args.push(String(killAt))
  const child = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
  if (child.signal === null && child.status !== 0) throw new Error(child.stderr)
  return { signal: child.signal, ending: child.status === 0 ? (JSON.parse(child.stdout) as Run["ending"]) : null }
}

const histogramText = (histogram: Readonly<Record<string, number>>): string =>
  Object.entries(histogram)
    .sort(([, a], [, b]) => b - a)
    .map(([verb, count]) => `${verb.padEnd(10)} ${"█".repeat(count)} ${count}\n`)
    .join("")
