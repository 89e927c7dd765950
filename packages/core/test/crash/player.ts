/** A player: `child.ts` as a process of its own, with what it has said so far. */
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { bundle } from "../../../../test/bundle.ts"
import type { Acknowledged } from "./database.ts"

/** Where a player plays: its dialect, then the file, or the address and the schema. */
export type Target = readonly ["sqlite", string] | readonly ["postgres", string, string]

/** A process that plays rounds. */
export interface Player {
  readonly process: ChildProcess
  /** Opens the firm and plays these rounds, without a last one for ever. */
  play(first: number, last?: number): void
  /** Waits until it has said a line that begins like this, or has ended. */
  said(beginning: string): Promise<void>
  readonly ended: Promise<void>
  lines(): readonly string[]
}

/** How to start players at this target. */
export const playersAt = async (target: Target): Promise<() => Player> => {
  const script = await bundle(fileURLToPath(new URL("./child.ts", import.meta.url)))
  return () => startPlayer(script, target)
}

const startPlayer = (script: string, target: Target): Player => {
  const child = spawn(process.execPath, ["--enable-source-maps", script, ...target], {
    stdio: ["pipe", "pipe", "inherit"],
  })
  let output = ""
  let hasEnded = false
  const watchers = new Set<() => void>()
  const changed = (): void => {
    for (const watcher of watchers) watcher()
  }
  child.stdin?.on("error", () => undefined)
  child.stdout?.on("data", (chunk: Buffer) => {
    output += chunk.toString()
    changed()
  })
  const ended = new Promise<void>((resolve) => {
    child.on("close", () => {
      hasEnded = true
      changed()
      resolve()
    })
  })
  const said = (beginning: string): Promise<void> =>
    new Promise((resolve) => {
      const watcher = (): void => {
        if (!hasEnded && !`\n${output}`.includes(`\n${beginning}`)) return
        watchers.delete(watcher)
        resolve()
      }
      watchers.add(watcher)
      watcher()
    })
  return {
    process: child,
    play: (first, last) => void child.stdin?.write(`${first}${last === undefined ? "" : ` ${last}`}\n`),
    said,
    ended,
    // A line counts once its end was printed: a killed process may leave half of one.
    lines: () => output.split("\n").slice(0, -1),
  }
}

/** What a player said: the commands that were answered, the one that was not, and what went wrong. */
export interface Told {
  readonly answered: readonly Acknowledged[]
  /** The name of the command that was sent and not answered, null where there was none. */
  readonly inFlight: string | null
  /** How often each refusal of the storage came. */
  readonly refused: Readonly<Record<string, number>>
  /** Errors that are no refusals. */
  readonly untyped: readonly string[]
}

/** Reads what a player said. */
export const toldBy = (lines: readonly string[]): Told => {
  const answered: Acknowledged[] = []
  const refused: Record<string, number> = {}
  const untyped: string[] = []
  let inFlight: string | null = null
  for (const line of lines) {
    const [sign, first = "", ...rest] = line.split(" ")
    if (sign === ">") inFlight = rest.join(" ")
    if (sign === "=") {
      answered.push({ key: first, seq: Number(rest[0]) })
      inFlight = null
    }
    if (sign === "!") refused[first] = (refused[first] ?? 0) + 1
    if (sign === "?") untyped.push(line)
  }
  return { answered, inFlight, refused, untyped }
}
