/** A process that is killed while it works on a batch leaves whole chunks, and the next one goes on from there. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { setTimeout as pause } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, standard } from "@anbud/core"
import { expect, test, vi } from "vitest"
import { closing, temporaryFile } from "../workshop.ts"

// The process reads the sources anew; on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 120_000 })

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url))

const startChild = async (file: string) => {
  const args = ["--import", "tsx", "--conditions=@anbud/source", CHILD, file]
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
  await once(child.stdout, "data")
  return child
}

test("kill -9 in the middle of a batch: the next worker goes on, every record is written once", async () => {
  const file = temporaryFile()
  const store = sqlite({ file, writeTimeoutMilliseconds: 60_000 })
  const engine = closing(await createEngine({ store, plugins: standard }))
  await engine.tenants.create({ id: "acme", name: "Acme", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
  const { companies } = engine.as({ tenant: "acme", user: "ada" }).parties
  const lines = Array.from({ length: 1600 }, (_, n) => `K${n};Company ${n}`)
  const columns = { number: "number", name: "name", country: () => "SE", currency: () => "SEK" }
  await companies.import({ file: "k.csv", text: ["number;name", ...lines].join("\n"), key: ["number"], columns })
  const ids: never[] = []
  for await (const { id } of companies.each({ limit: 1000 })) ids.push(id as never)

  const child = await startChild(file)
  const { id } = await companies.batches.massUpdate({ ids, set: { segment: "Bostad" }, refused: "skip" })
  const done = async () => (await companies.batches.get(id)).done
  while ((await done()) === 0) await pause(2)
  child.kill("SIGKILL")
  await once(child, "close")
  const left = await done()
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThan(1600)
  expect(left % 200).toBe(0)
  expect(await companies.count({ where: { segment: "Bostad" } })).toBe(left)

  const ended = await companies.batches.wait(id)
  expect(ended).toMatchObject({ state: "done", done: 1600, counts: { changed: 1600 } })
  const versions = new Map<number, number>()
  for await (const { version } of companies.each({ limit: 1000 }))
    versions.set(version, (versions.get(version) ?? 0) + 1)
  expect([...versions]).toEqual([[2, 1600]])
  const { seq } = await engine.journal.head({ tenant: "acme" })
  expect(seq).toBe(1 + 8 + 8)
  expect((await engine.journal.verify({ tenant: "acme" })).broken).toBeNull()
})
