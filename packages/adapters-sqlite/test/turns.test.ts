import { sqlite } from "@anbud/adapter-sqlite"
import { expect, test } from "vitest"
import { turns } from "../src/turns.ts"
import { STEP, TENANT, writeBatch } from "./batches.ts"
import { temporaryFile } from "./temporaryFile.ts"

const never = new AbortController().signal
const count = { table: "step", tenant: TENANT } as const

test("turns are given in order of arrival, and who gives up is passed over", async () => {
  const { take } = turns(["pen"])
  const first = await take(never)
  const giveUp = new AbortController()
  const order: string[] = []
  const second = take(never).then((held) => {
    order.push("second")
    held.giveBack()
  })
  const gone = take(giveUp.signal).catch((reason: unknown) => order.push(String(reason)))
  const third = take(never).then((held) => {
    order.push("third")
    held.giveBack()
  })
  giveUp.abort("gave up")
  await gone
  first.giveBack()
  // Giving back twice must not let two in at once.
  first.giveBack()
  await Promise.all([second, third])
  expect(order).toEqual(["gave up", "second", "third"])
  expect((await take(never)).thing).toBe("pen")
})

test("on a file, two reads go on while a transaction writes, and none sees it before it commits", async () => {
  const store = sqlite({ file: temporaryFile(), writeTimeoutMilliseconds: 2_000 })
  await store.open([STEP])
  const reads: Promise<number>[] = []
  const read = (): Promise<number> => store.read((reader) => reader.count(count))
  let letWrite = (): void => {}
  const paused = new Promise<void>((resolve) => {
    letWrite = resolve
  })
  const written = writeBatch(store, "a", () => paused)
  for (let index = 0; index < 5; index += 1) reads.push(read())
  expect(await Promise.all(reads)).toEqual([0, 0, 0, 0, 0])
  letWrite()
  await written
  expect(await read()).toBe(50)
  await store.close()
})

test("a third read waits for one of the two readers, and no longer than it may", async () => {
  const store = sqlite({ file: temporaryFile(), writeTimeoutMilliseconds: 100 })
  await store.open([STEP])
  let letRead = (): void => {}
  const paused = new Promise<void>((resolve) => {
    letRead = resolve
  })
  const long = [1, 2].map(() => store.read(() => paused))
  const refused = store.read((reader) => reader.count(count))
  await expect(refused).rejects.toMatchObject({ _tag: "Contention" })
  const waiting = store.read((reader) => reader.count(count))
  letRead()
  await Promise.all(long)
  expect(await waiting).toBe(0)
  await store.close()
})

test("the work of a read is given nothing that writes", async () => {
  const store = sqlite({ file: temporaryFile() })
  await store.open([STEP])
  const keys = await store.read(async (reader) => Object.keys(reader).sort())
  expect(keys).toEqual(["count", "select", "sum", "tabulate", "tenants"])
  await store.close()
})
