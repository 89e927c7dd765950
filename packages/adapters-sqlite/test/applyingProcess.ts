/** Starts `applying.ts` as a process of its own. */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const APPLYING = fileURLToPath(new URL("./applying.ts", import.meta.url))

/** How a process ended, and what it printed. */
export interface Ended {
  readonly signal: string | null
  readonly output: string
}

/** Starts a process that applies the evolved tables and kills itself before a statement, if one is given. */
export const applyingProcess = (file: string, statement: number): { readonly ended: Promise<Ended> } => {
  const args = ["--import", "tsx", "--conditions=@anbud/source", APPLYING, file, String(statement)]
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
  let output = ""
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString()
  })
  return { ended: new Promise((resolve) => child.on("close", (_, signal) => resolve({ signal, output }))) }
}
