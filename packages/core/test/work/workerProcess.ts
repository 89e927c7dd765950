/** Starts `workerChild.ts` as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { bundle } from "../../../../test/bundle.ts"

/** A process that works. */
export interface WorkerProcess {
  readonly process: ChildProcess
  readonly lines: () => readonly string[]
  /** Waits until it works, or has ended. */
  readonly working: Promise<void>
  readonly ended: Promise<void>
}

/** How a worker works: where, how long its leases are, and by how much its clock is wrong. */
export interface WorkerOptions {
  readonly target: string
  readonly leaseMilliseconds: number
  readonly clockOffMilliseconds: number
}

/** Reads the sources once and gives what starts a worker. */
export const workerProcesses = async (): Promise<(options: WorkerOptions) => WorkerProcess> => {
  const script = await bundle(fileURLToPath(new URL("./workerChild.ts", import.meta.url)))
  return (options) => workerProcess(script, options)
}

const workerProcess = (script: string, options: WorkerOptions): WorkerProcess => {
  const { target, leaseMilliseconds, clockOffMilliseconds } = options
  const args = ["--enable-source-maps", script, target, String(leaseMilliseconds), String(clockOffMilliseconds)]
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
