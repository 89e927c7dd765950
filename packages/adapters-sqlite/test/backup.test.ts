import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { type BackupProgress, sqlite } from "@anbud/adapter-sqlite"
import Database from "better-sqlite3"
import { describe, expect, test, vi } from "vitest"
import { batchSizes, ROWS_PER_BATCH, STEP, writeBatch } from "./batches.ts"
import { restoringProcess } from "./restoringProcess.ts"
import { temporaryFile } from "./temporaryFile.ts"
import { writerProcess } from "./writerProcess.ts"

vi.setConfig({ testTimeout: 180_000 })

const withBatches = async (file: string, count: number): Promise<void> => {
  const store = sqlite({ file })
  await store.open([STEP])
  for (let index = 0; index < count; index += 1) await writeBatch(store, "a")
  await store.close()
}

/** The batches of a file that must be whole: the file opens, its pages fit together, no batch is there in part. */
const batches = async (file: string): Promise<number> => {
  const database = new Database(file)
  expect(database.pragma("integrity_check", { simple: true })).toBe("ok")
  database.close()
  const store = sqlite({ file, schema: "verify", writeTimeoutMilliseconds: 30_000 })
  await store.open([STEP])
  const sizes = await batchSizes(store)
  await store.close()
  expect([...sizes.values()].filter((size) => size !== ROWS_PER_BATCH)).toEqual([])
  expect([...sizes.keys()]).toEqual(Array.from(sizes, (_, index) => index + 1))
  return sizes.size
}

describe("backup", () => {
  test("while this process and another one write, each copy is one moment: whole batches, none missing", async () => {
    const file = temporaryFile()
    await withBatches(file, 300)
    const store = sqlite({ file, writeTimeoutMilliseconds: 30_000 })
    await store.open([STEP])
    const other = writerProcess(file, "b", 100_000)
    await other.printed(3)
    let isWriting = true
    const writing = (async () => {
      while (isWriting) await writeBatch(store, "c")
    })()
    const seen: BackupProgress[] = []
    const counts: number[] = []
    for (const name of ["one", "two", "three"]) {
      const progress = await store.backup(`${file}.${name}`, { onProgress: (at) => seen.push(at) })
      expect(progress.done).toBe(progress.total)
      counts.push(await batches(`${file}.${name}`))
    }
    isWriting = false
    await writing
    other.process.kill("SIGKILL")
    await other.ended
    expect(counts).toEqual([...counts].sort((a, b) => a - b))
    expect(counts[2]).toBeGreaterThan(Number(counts[0]))
    expect(counts[0]).toBeGreaterThan(300)
    expect(seen.length).toBeGreaterThanOrEqual(3)
    await store.close()
  })

  test("what is aborted leaves nothing, and what is there is not overwritten unasked", async () => {
    const file = temporaryFile()
    await withBatches(file, 200)
    const store = sqlite({ file })
    const controller = new AbortController()
    const aborted = store.backup(`${file}.copy`, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    })
    await expect(aborted).rejects.toThrow("enough")
    expect(readdirSync(dirname(file)).filter((name) => name.includes("copy"))).toEqual([])
    writeFileSync(`${file}.copy`, "a letter")
    await expect(store.backup(`${file}.copy`)).rejects.toMatchObject({ _tag: "FileExists" })
    expect(statSync(`${file}.copy`).size).toBe(8)
    await store.backup(`${file}.copy`, { overwrite: true })
    expect(await batches(`${file}.copy`)).toBe(200)
    await expect(sqlite({ file: ":memory:" }).backup(`${file}.none`)).rejects.toMatchObject({ _tag: "StorageFailed" })
    await store.close()
  })
})

describe("restore", () => {
  test("refuses a file that is there, in use, or a backup that is damaged, and leaves all as it was", async () => {
    const file = temporaryFile()
    await withBatches(file, 5)
    const store = sqlite({ file })
    await store.open([STEP])
    await store.backup(`${file}.copy`)
    await writeBatch(store, "after")
    await expect(store.restore(`${file}.copy`)).rejects.toMatchObject({ _tag: "FileExists" })
    const overwrite = { overwrite: true }
    await expect(store.restore(`${file}.copy`, overwrite)).rejects.toMatchObject({ _tag: "FileInUse" })
    await store.close()
    const bytes = Buffer.alloc(20_000, "a letter to Anna ")
    writeFileSync(`${file}.bad`, bytes)
    await expect(store.restore(`${file}.bad`, overwrite)).rejects.toMatchObject({ _tag: "BackupDamaged" })
    await expect(store.restore(`${file}.none`, overwrite)).rejects.toMatchObject({ _tag: "StorageFailed" })
    expect(existsSync(`${file}.restoring`)).toBe(false)
    expect(await batches(file)).toBe(6)
    await store.restore(`${file}.copy`, overwrite)
    expect(await batches(file)).toBe(5)
  })

  test("a file that is damaged beyond opening is replaced, and what lies beside it is not read", async () => {
    const file = temporaryFile()
    await withBatches(file, 5)
    const store = sqlite({ file })
    await store.backup(`${file}.copy`)
    await store.close()
    writeFileSync(file, Buffer.alloc(9_000, "x"))
    writeFileSync(`${file}-wal`, Buffer.alloc(9_000, "y"))
    await store.restore(`${file}.copy`, { overwrite: true })
    expect(await batches(file)).toBe(5)
  })

  test("row 90: kill -9 at any moment of a restore: the file is the old one or the new one", async () => {
    const file = temporaryFile()
    const [small, large] = [`${file}.small`, `${file}.large`]
    await withBatches(small, 3)
    await withBatches(large, 400)
    await sqlite({ file }).restore(small)
    const found = new Set<number>()
    for (const milliseconds of [60, 130]) {
      const restoring = restoringProcess(file, small, large)
      await restoring.begun
      await new Promise((resolve) => setTimeout(resolve, milliseconds))
      restoring.process.kill("SIGKILL")
      await restoring.ended
      found.add(await batches(file))
    }
    expect([...found].filter((count) => count !== 3 && count !== 400)).toEqual([])
  })
})
