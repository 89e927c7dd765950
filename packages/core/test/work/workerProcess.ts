/** Starts `workerChild.ts` as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const CHILD = fileURLToPath(new URL("./workerChild.ts", import.meta.url))

/** A process that works. */
export interface WorkerProcess {
  readonly process: ChildProcess
  readonly lines: () => readonly string[]
  /** Waits until it works, or has ended. */
  readonly working: Promise<void>
  readonly ended: Promise<void>
}

/** Starts a worker on a file. */
export const workerProcess = (file: string, leaseMilliseconds: number): WorkerProcess => {
  const args = ["--import", "tsx", "--conditions=@anbud/source", CHILD, file, String(leaseMilliseconds)]
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
  let output = ""
  let begin = (): void => undefined
  const working = new Promise<void>((resolve) => {
    begin = resolve
  })
  child.stdout?.on("data", (chunk: Buffer) => {
    output += chunk.toString()
    if (output.includes("working")) begin()
  })
  const ended = new Promise<void>((resolve) => {
    child.on("close", () => {
      begin()
      resolve()
    })
  })
  return { process: child, lines: () => output.split("\n").slice(0, -1), working, ended }
}
