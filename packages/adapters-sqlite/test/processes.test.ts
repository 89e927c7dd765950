import { sqlite } from "@anbud/adapter-sqlite"
import Database from "better-sqlite3"
import { expect, test, vi } from "vitest"
import { batchSizes, ROWS_PER_BATCH, STEP, writeBatch } from "./batches.ts"
import { temporaryFile } from "./temporaryFile.ts"
import { writerProcess } from "./writerProcess.ts"

// Each process starts anew and reads the sources; on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 180_000 })

const opened = async (file: string) => {
  const store = sqlite({ file, writeTimeoutMilliseconds: 30_000 })
  await store.open([STEP])
  return store
}

const checks = (file: string): readonly unknown[] => {
  const database = new Database(file)
  const results = [database.pragma("integrity_check", { simple: true }), database.pragma("foreign_key_check")]
  database.close()
  return results
}

test("two processes and this one write the same file: one builds it, no batch is lost or split, no number is used twice", async () => {
  const file = temporaryFile()
  const others = [writerProcess(file, "a", 15), writerProcess(file, "b", 15)]
  const store = await opened(file)
  const own: number[] = []
  for (let count = 0; count < 15; count += 1) own.push(await writeBatch(store, "c"))
  await Promise.all(others.map(({ ended }) => ended))
  const numbers = [...own, ...others.flatMap(({ lines }) => lines().slice(1).map(Number))].sort((a, b) => a - b)
  expect(numbers).toEqual(Array.from({ length: 45 }, (_, index) => index + 1))
  const sizes = await batchSizes(store)
  expect([...sizes.keys()]).toEqual(numbers)
  expect(new Set(sizes.values())).toEqual(new Set([ROWS_PER_BATCH]))
  await store.close()
  expect(checks(file)).toEqual(["ok", []])
})

test("kill -9 at any moment: the file opens, every acknowledged batch is there, and none is there in part", async () => {
  const file = temporaryFile()
  const acknowledged: number[] = []
  for (const linesBeforeKill of [0, 1, 4, 9]) {
    const writer = writerProcess(file, `killed-after-${linesBeforeKill}`, 100_000)
    await (linesBeforeKill === 0 ? new Promise((resolve) => setTimeout(resolve, 900)) : writer.printed(linesBeforeKill))
    writer.process.kill("SIGKILL")
    await writer.ended
    acknowledged.push(...writer.lines().slice(1).map(Number))
    const store = await opened(file)
    const sizes = await batchSizes(store)
    expect(acknowledged.filter((seq) => !sizes.has(seq))).toEqual([])
    expect([...sizes.values()].filter((size) => size !== ROWS_PER_BATCH)).toEqual([])
    expect([...sizes.keys()]).toEqual(Array.from(sizes, (_, index) => index + 1))
    await store.close()
    expect(checks(file)).toEqual(["ok", []])
  }
  expect(acknowledged.length).toBeGreaterThan(10)
})

test("row 85: while another process holds the file, a call waits without blocking this process, and is then refused with Contention", async () => {
  const file = temporaryFile()
  const store = sqlite({ file, writeTimeoutMilliseconds: 400 })
  await store.open([STEP])
  const other = new Database(file)
  other.exec("begin immediate")
  let longestPauseMilliseconds = 0
  let tickedAt = performance.now()
  const ticks = setInterval(() => {
    longestPauseMilliseconds = Math.max(longestPauseMilliseconds, performance.now() - tickedAt)
    tickedAt = performance.now()
  }, 5)
  const refused = await writeBatch(store, "a").catch((error: unknown) => error)
  clearInterval(ticks)
  expect(refused).toMatchObject({ _tag: "Contention" })
  const { waitedMilliseconds } = (refused as { readonly params: { readonly waitedMilliseconds: number } }).params
  expect(waitedMilliseconds).toBeGreaterThanOrEqual(390)
  expect(longestPauseMilliseconds).toBeLessThan(200)
  const waiting = writeBatch(store, "a")
  other.exec("commit")
  other.close()
  expect(await waiting).toBe(1)
  await store.close()
})

test("row 89: a disk that is full in the middle of the work: StorageFailed, then no more writing, earlier batches stay, and the file opens again", async () => {
  const file = temporaryFile()
  const kilobytes = 400
  const writer = writerProcess(file, "full", 100_000, `ulimit -f ${kilobytes}; trap '' XFSZ`)
  await writer.ended
  const [later, refused, ...acknowledged] = [...writer.lines()].reverse().slice(0, -1)
  // A commit that failed in the file leaves in doubt what is on disk, so the store writes no more.
  const reason = JSON.parse(refused?.slice("StorageFailed ".length) ?? "{}").reason
  expect(["the disk is full", "reading or writing the file failed"]).toContain(reason)
  expect(later).toBe(`StorageFailed {"reason":"${reason}; open the store again to go on"}`)
  const store = await opened(file)
  const sizes = await batchSizes(store)
  expect(acknowledged.map(Number).filter((seq) => !sizes.has(seq))).toEqual([])
  expect([...sizes.values()].filter((size) => size !== ROWS_PER_BATCH)).toEqual([])
  expect(await writeBatch(store, "after")).toBe(sizes.size + 1)
  await store.close()
  expect(acknowledged.length).toBeGreaterThan(0)
  expect(checks(file)).toEqual(["ok", []])
})
