/** Starts `restoring.ts` as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const RESTORING = fileURLToPath(new URL("./restoring.ts", import.meta.url))

/** A process that restores. */
export interface RestoringProcess {
  readonly process: ChildProcess
  /** Waits until it begins to restore. */
  readonly begun: Promise<unknown>
  readonly ended: Promise<unknown>
}

/** Starts a process that puts one backup after the other in the place of the file. */
export const restoringProcess = (file: string, ...backups: readonly string[]): RestoringProcess => {
  const args = ["--import", "tsx", "--conditions=@anbud/source", RESTORING, file, ...backups]
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
  return {
    process: child,
    begun: new Promise((resolve) => child.stdout.once("data", resolve)),
    ended: new Promise((resolve) => child.on("close", resolve)),
  }
}
