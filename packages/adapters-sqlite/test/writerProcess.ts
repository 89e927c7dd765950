/** Starts `writer.ts` as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const WRITER = fileURLToPath(new URL("./writer.ts", import.meta.url))

/** A process that writes. */
export interface WriterProcess {
  readonly process: ChildProcess
  /** The lines that it has printed so far. */
  readonly lines: () => readonly string[]
  /** Waits until it has printed this many lines, or has ended. */
  printed(count: number): Promise<void>
  /** Waits until it has ended. */
  readonly ended: Promise<void>
}

/** Starts a writer of `batches` batches; `limits` are shell commands that run before it, such as `ulimit`. */
export const writerProcess = (file: string, name: string, batches: number, limits = ""): WriterProcess => {
  const node = [process.execPath, "--import", "tsx", "--conditions=@anbud/source", WRITER, file, name, String(batches)]
  const command = limits === "" ? node : ["bash", "-c", `${limits}; exec "$@"`, "bash", ...node]
  const child = spawn(command[0] ?? "", command.slice(1), { stdio: ["ignore", "pipe", "inherit"] })
  let output = ""
  const watchers = new Set<() => void>()
  const changed = (): void => {
    for (const watcher of watchers) watcher()
  }
  child.stdout?.on("data", (chunk: Buffer) => {
    output += chunk.toString()
    changed()
  })
  let hasEnded = false
  const ended = new Promise<void>((resolve) => {
    child.on("close", () => {
      hasEnded = true
      changed()
      resolve()
    })
  })
  // A line counts once its end was printed: a killed process may leave half of one.
  const lines = (): readonly string[] => output.split("\n").slice(0, -1)
  const printed = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const watcher = (): void => {
        if (lines().length < count && !hasEnded) return
        watchers.delete(watcher)
        resolve()
      }
      watchers.add(watcher)
      watcher()
    })
  return { process: child, lines, printed, ended }
}
