/** The simulation on SQLite: a small budget of the proof, and stores with a fault of their own that it must find. */
import { sqlite } from "@anbud/adapter-sqlite"
import type { Store } from "@anbud/core"
import { expect, test } from "vitest"
import { simulating } from "./simulating.ts"

test("lists of commands at random, with failures and repetitions, leave what the model says", async () => {
  const stores = [sqlite({ file: ":memory:" })]
  const found = await simulating({ stores, seed: 1, runs: 3, maxCommands: 120 })
  expect(found.failure).toBeNull()
  expect(found.commands).toBeGreaterThan(20)
})

class Undone extends Error {
  readonly result: unknown
  constructor(result: unknown) {
    super("undone")
    this.result = result
  }
}

/** A store that answers a write now and then as if it were done, and undoes it. */
const forgetful = (store: Store): Store => {
  let writes = 0
  return {
    ...store,
    write: async (work, options) => {
      writes += 1
      if (writes % 25 !== 0) return store.write(work, options)
      try {
        return await store.write(async (tx) => {
          throw new Undone(await work(tx))
        }, options)
      } catch (error) {
        if (error instanceof Undone) return error.result as never
        throw error
      }
    },
  }
}

/** A store that knows no key again. */
const doubling = (store: Store): Store => ({
  ...store,
  write: (work, options) =>
    store.write((tx) => work({ ...tx, claim: async () => null, settle: async () => undefined }), options),
})

test.each([
  ["a store that forgets a write", [forgetful(sqlite({ file: ":memory:" }))]],
  ["a store that does a repeated command again", [doubling(sqlite({ file: ":memory:" }))]],
  ["a database that differs", [sqlite({ file: ":memory:" }), forgetful(sqlite({ file: ":memory:" }))]],
] as const)("%s is found, with the seed that shows it again", async (_, stores) => {
  const { failure } = await simulating({ stores, seed: 1, runs: 20, maxCommands: 160, isFirstEnough: true })
  expect(failure).toMatch(/^--seed 1, path /)
})

test("one seed gives one run: the same commands, the same failure, the same short list", async () => {
  const run = () => simulating({ stores: [doubling(sqlite({ file: ":memory:" }))], seed: 5, runs: 10, maxCommands: 40 })
  const [first, second] = [await run(), await run()]
  expect(first.failure).not.toBeNull()
  expect(second).toEqual(first)
})
