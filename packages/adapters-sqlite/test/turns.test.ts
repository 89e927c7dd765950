import { sqlite } from "@anbud/adapter-sqlite"
import Database from "better-sqlite3"
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

test("row 86: everybody waits for a writer that does not end, no longer than they may, and nobody for themselves", async () => {
  for (const file of [temporaryFile(), ":memory:"]) {
    const store = sqlite({ file, writeTimeoutMilliseconds: 100 })
    await store.open([STEP])
    const tags: unknown[] = []
    const tagOf = (error: { readonly _tag?: string }) => error._tag
    const holding = store.write(async () => {
      tags.push(await store.write(async () => "nested").catch(tagOf))
      tags.push(await store.read(async () => "nested").catch(tagOf))
      await new Promise((resolve) => setTimeout(resolve, 250))
    })
    const waiting = Array.from({ length: 12 }, () => writeBatch(store, "a").catch(tagOf))
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["Contention"]))
    await holding
    expect(tags).toEqual(["UseContext", "UseContext"])
    expect(await writeBatch(store, "a")).toBe(1)
    await store.close()
  }
})

test("row 85: a host whose deferred transaction others have overtaken hears Contention and begins again", async () => {
  const file = temporaryFile()
  const store = sqlite({ file })
  await store.open([STEP])
  const host = new Database(file, { timeout: 0 })
  host.pragma("foreign_keys = on")
  const joining = async (begin: string): Promise<unknown> => {
    host.exec(begin)
    host.prepare("select count(*) from anbud_step").get()
    if (begin === "begin") await writeBatch(store, "other")
    const ended = await store
      .join(host, (tx) => tx.next("t", "seq"))
      .catch(({ _tag }: { readonly _tag?: string }) => _tag)
    host.exec(typeof ended === "number" ? "commit" : "rollback")
    return ended
  }
  expect(await joining("begin")).toBe("Contention")
  expect(await joining("begin immediate")).toBe(1)
  host.close()
  await store.close()
})

test("the work of a read is given nothing that writes", async () => {
  const store = sqlite({ file: temporaryFile() })
  await store.open([STEP])
  const keys = await store.read(async (reader) => Object.keys(reader).sort())
  expect(keys).toEqual(["count", "select", "sum", "tabulate", "tenants"])
  await store.close()
})
