/** Scopes: what a store knows of the work around a call, and what that costs those who have nothing to do with it. */
import { sqlite } from "@anbud/adapter-sqlite"
import type { Store } from "@anbud/core"
import { expect, test } from "vitest"
import { STEP, writeBatch } from "./batches.ts"

const opened = async (): Promise<Store> => {
  const store = sqlite({ file: ":memory:" })
  await store.open([STEP])
  return store
}

const tagOf = (error: { readonly _tag?: string }): string | undefined => error._tag

test("work on one store may use another, which may not come back to the first", async () => {
  const [outer, inner] = [await opened(), await opened()]
  const heard = await outer.write(() =>
    inner.write(async (tx) => {
      await tx.next("acme", "seq")
      return [await outer.read(async () => "read").catch(tagOf), await inner.close().catch(tagOf)]
    }),
  )
  expect(heard).toEqual(["UseContext", "UseContext"])
  await Promise.all([outer.close(), inner.close()])
})

test("what work leaves behind when it has ended may use the store", async () => {
  const store = await opened()
  let end = (): void => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  let later: Promise<number> = Promise.resolve(0)
  await store.write(async () => {
    later = ended.then(() => writeBatch(store, "later"))
  })
  end()
  expect(await later).toBe(1)
  await store.close()
})

test("a promise carries no more after many stores than after one", async () => {
  const used = async (): Promise<number> => {
    const store = await opened()
    await writeBatch(store, "a")
    await store.close()
    return Object.getOwnPropertySymbols(Promise.resolve()).length
  }
  const afterOne = await used()
  for (let count = 0; count < 5; count += 1) expect(await used()).toBe(afterOne)
})
