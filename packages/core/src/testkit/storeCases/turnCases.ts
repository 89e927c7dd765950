/** What happens between transactions: snapshots, turns, waiting, closing. */
import {
  aMoment,
  companies,
  company,
  errorOf,
  gate,
  ids,
  insertCompanies,
  outcomeOf,
  type StoreCase,
  TENANT,
} from "../storeCase.ts"

const ALL = { table: "company", tenant: TENANT } as const
const DEBITS = 20

/** The cases about parallel work. */
export const turnCases: readonly StoreCase[] = [
  {
    sentence:
      "Runs reads in one snapshot that sees every transaction committed before it began, and none committed later.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a")])
      const begun = gate()
      const written = gate()
      const read = store.read(async (reader) => {
        const before = await reader.count(ALL)
        begun.open()
        await written.opened
        return [before, await reader.count(ALL)]
      })
      await begun.opened
      const write = insertCompanies(store, [company("b")])
      await Promise.race([write, aMoment()])
      written.open()
      expect(await read).toEqual([1, 1])
      await write
      expect(await ids(store)).toEqual(["a", "b"])
    },
  },
  {
    sentence: "Locks the rows with these ids until the transaction ends, in the order given.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a", { balance: DEBITS }), company("b", { balance: 0 })])
      const move = (): Promise<void> =>
        store.write(async (tx) => {
          await tx.lock("company", TENANT, ["b", "a", "unknown"])
          const [a, b] = await tx.select({ ...ALL })
          // Gives the others their chance between reading and writing.
          await new Promise((resolve) => setTimeout(resolve, 0))
          const from = { id: "a", expectedVersion: null, set: { balance: Number(a?.["balance"]) - 1 } }
          const to = { id: "b", expectedVersion: null, set: { balance: Number(b?.["balance"]) + 1 } }
          await tx.update("company", TENANT, [from, to])
        })
      await Promise.all(Array.from({ length: DEBITS }, move))
      expect((await companies(store)).map((row) => row["balance"])).toEqual([0, DEBITS])
    },
  },
  {
    sentence: "Writers that must wait for one another go on in order of arrival.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a")])
      const order: number[] = []
      const allWait = gate()
      const writer = (index: number): Promise<void> =>
        store.write(async (tx) => {
          await tx.lock("company", TENANT, ["a"])
          order.push(index)
          if (index === 0) await allWait.opened
        })
      const writers: Promise<void>[] = []
      for (let index = 0; index < 4; index += 1) {
        writers.push(writer(index))
        // Whoever sets out later must not arrive earlier, over a connection that is quicker to open.
        await aMoment()
      }
      allWait.open()
      await Promise.all(writers)
      expect(order).toEqual([0, 1, 2, 3])
    },
  },
  {
    sentence:
      "Work that the database ends in favour of another's (a deadlock, a failed serialisation) is rolled back and run again from its beginning, at most five times, then it is `Contention`: so it does nothing outside of the transaction that must not be done twice.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a"), company("b")])
      const crossing = (first: string, second: string): Promise<void> =>
        store.write(async (tx) => {
          await tx.insert("company", TENANT, [company(first + second)])
          await tx.lock("company", TENANT, [first])
          await aMoment()
          await tx.lock("company", TENANT, [second])
        })
      await Promise.all([crossing("a", "b"), crossing("b", "a")])
      expect(await ids(store)).toEqual(["a", "ab", "b", "ba"])
    },
  },
  {
    sentence:
      "The wait ends with `Contention` when it takes too long, and with the signal's reason when the signal aborts.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a")])
      const locked = gate()
      const done = gate()
      const holding = store.write(async (tx) => {
        await tx.lock("company", TENANT, ["a"])
        locked.open()
        await done.opened
      })
      await locked.opened
      const reason = new Error("the user went home")
      const abort = new AbortController()
      const named = (name: string, signal?: AbortSignal): Promise<unknown> =>
        store.write(
          async (tx) => {
            await tx.lock("company", TENANT, ["a"])
            await tx.update("company", TENANT, [{ id: "a", expectedVersion: null, set: { name } }])
          },
          signal ? { signal } : {},
        )
      const impatient = errorOf(named("impatient", abort.signal))
      const patient = errorOf(named("patient"))
      await aMoment()
      abort.abort(reason)
      expect(await impatient).toBe(reason)
      expect(await errorOf(named("late", abort.signal))).toBe(reason)
      const contention = (await patient) as {
        readonly _tag?: string
        readonly params?: { waitedMilliseconds?: number }
      }
      expect(contention._tag).toBe("Contention")
      expect(contention.params?.waitedMilliseconds).toBeGreaterThanOrEqual(100)
      done.open()
      await holding
      expect((await companies(store)).map((row) => row["name"])).toEqual([null])
    },
  },
  {
    sentence: "A call of `read` or `write` inside the work of another throws `UseContext`: it would wait for itself.",
    run: async (store, expect) => {
      const write = () => insertCompanies(store, [company("a")])
      const read = () => ids(store)
      for (const inner of [write, read]) {
        expect(await outcomeOf(store.write(async () => inner()))).toBe("UseContext")
        expect(await outcomeOf(store.read(async () => inner()))).toBe("UseContext")
      }
      expect(await outcomeOf(store.write(async () => aMoment().then(() => store.close())))).toBe("UseContext")
      const left: Promise<unknown>[] = []
      await store.write(async () => {
        left.push(
          aMoment()
            .then(() => aMoment())
            .then(write),
        )
      })
      expect(await outcomeOf(Promise.all(left))).toBe("nothing")
    },
  },
  {
    sentence: "Waits for running work, then closes; later calls throw `StoreClosed`.",
    run: async (store, expect) => {
      const begun = gate()
      const running = store.write(async (tx) => {
        begun.open()
        await aMoment()
        await tx.insert("company", TENANT, [company("a")])
        return "done"
      })
      await begun.opened
      const waiting = ids(store)
      await store.close()
      expect(await running).toBe("done")
      expect(await outcomeOf(waiting)).toBe("nothing")
      expect(await outcomeOf(ids(store))).toBe("StoreClosed")
      expect(await outcomeOf(insertCompanies(store, [company("b")]))).toBe("StoreClosed")
      expect(await outcomeOf(store.open([]))).toBe("StoreClosed")
    },
  },
  {
    sentence: "Closing again does nothing.",
    run: async (store, expect) => {
      await Promise.all([store.close(), store.close()])
      expect(await outcomeOf(store.close())).toBe("nothing")
    },
  },
]
