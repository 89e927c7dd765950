/** A reader in another process while several write: the same case on each database. */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect } from "vitest"
import { openFirm } from "./feedFirm.ts"

const CHILD = fileURLToPath(new URL("./readerChild.ts", import.meta.url))
const WRITERS = 4
const COMPANIES = 40

/** Four sessions write while the reader follows; it must have seen every entry once, in order. */
export const readByAnother = async (where: readonly string[]): Promise<void> => {
  const engine = await openFirm(where)
  const ada = engine.as({ tenant: "acme", user: "ada" })
  // The first entry creates the tenant.
  const args = ["--import", "tsx", "--conditions=@anbud/source", CHILD, String(1 + COMPANIES), ...where]
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
  let output = ""
  const reading = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes("reading")) resolve()
    })
  })
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve))
  await Promise.race([reading, ended])
  const numbers = Array.from({ length: COMPANIES }, (_, index) => `K${index}`)
  const write = async (writer: number): Promise<void> => {
    for (const number of numbers.filter((_, index) => index % WRITERS === writer))
      await ada.parties.companies.create({ number, name: `Firm ${number}`, country: "SE", currency: "SEK" })
  }
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
  expect(await ended).toBe(0)
  const lines = output.split("\n").slice(1, -1)
  expect(lines.map((line) => Number(line.split(" ")[0]))).toEqual(
    Array.from({ length: 1 + COMPANIES }, (_, index) => index + 1),
  )
  const read = lines.slice(1).map((line) => String(line.split(" ")[1]))
  expect(read.sort()).toEqual(numbers.sort())
  await engine.close()
}
