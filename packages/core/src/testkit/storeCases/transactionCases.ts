/** What a transaction is: all or nothing, claims, savepoints, its end. */
import type { Claim, Transaction } from "../../kernel/store.ts"
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

const CLAIM: Claim = { tenant: TENANT, actor: "ada", command: "quotes.accept", key: "k-1", requestHash: "h-1" }

/** The cases about the whole of a transaction. */
export const transactionCases: readonly StoreCase[] = [
  {
    sentence: "one transaction that commits when the work returns and rolls back when it throws.",
    run: async (store, expect) => {
      const answer = await store.write(async (tx) => {
        await tx.insert("company", TENANT, [company("a")])
        return "done"
      })
      expect(answer).toBe("done")
      const reason = new Error("no")
      const failing = store.write(async (tx) => {
        await tx.insert("company", TENANT, [company("b")])
        await tx.update("company", TENANT, [{ id: "a", expectedVersion: 1, set: { name: "x" } }])
        throw reason
      })
      expect(await errorOf(failing)).toBe(reason)
      expect(await companies(store)).toEqual([company("a")])
      const thrown = store.write((() => {
        throw reason
      }) as never)
      expect(await errorOf(thrown)).toBe(reason)
      expect(await outcomeOf(insertCompanies(store, [company("c")]))).toBe("nothing")
    },
  },
  {
    sentence: "It reads its own writes.",
    run: async (store, expect) => {
      await store.write(async (tx) => {
        await tx.insert("company", TENANT, [company("a")])
        expect(await tx.count({ table: "company", tenant: TENANT })).toBe(1)
        await tx.update("company", TENANT, [{ id: "a", expectedVersion: 1, set: { balance: 3 } }])
        expect(await tx.sum({ table: "company", tenant: TENANT }, "balance")).toBe(3)
      })
    },
  },
  {
    sentence:
      "Once a call has thrown, every further call throws the same until `rollbackTo` undoes it; a transaction that returns without that rolls back and throws it.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a")])
      const clash = (tx: Transaction) => errorOf(tx.insert("company", TENANT, [company("a")]))
      await store.write(async (tx) => {
        await tx.savepoint("before")
        const first = await clash(tx)
        expect(await errorOf(tx.count({ table: "company", tenant: TENANT }))).toBe(first)
        expect(await errorOf(tx.savepoint("after"))).toBe(first)
        expect(await errorOf(tx.lock("company", TENANT, ["a"]))).toBe(first)
        expect(await errorOf(tx.insert("company", TENANT, []))).toBe(first)
        await tx.rollbackTo("before")
        await tx.insert("company", TENANT, [company("b")])
      })
      const swallowing = store.write(async (tx) => {
        await tx.insert("company", TENANT, [company("c")])
        await clash(tx)
      })
      expect(await outcomeOf(swallowing)).toBe("UniqueTaken")
      expect(await ids(store)).toEqual(["a", "b"])
    },
  },
  {
    sentence: "After its end every call throws.",
    run: async (store, expect) => {
      const kept: Transaction[] = []
      await store.write(async (tx) => {
        kept.push(tx)
        await tx.savepoint("here")
      })
      const [tx] = kept
      if (!tx) throw new Error("The work did not run.")
      expect(await outcomeOf(tx.insert("company", TENANT, [company("a")]))).toBe("bug")
      expect(await outcomeOf(tx.count({ table: "company", tenant: TENANT }))).toBe("bug")
      expect(await outcomeOf(tx.rollbackTo("here"))).toBe("bug")
      expect(await outcomeOf(tx.lock("company", TENANT, ["a"]))).toBe("bug")
      expect(await outcomeOf(tx.update("company", TENANT, []))).toBe("bug")
      expect(await ids(store)).toEqual([])
    },
  },
  {
    sentence: "Marks a point; `rollbackTo` undoes all that came after it and the transaction goes on.",
    run: async (store, expect) => {
      await store.write(async (tx) => {
        await tx.insert("company", TENANT, [company("a")])
        await tx.savepoint("outer")
        await tx.insert("company", TENANT, [company("b")])
        await tx.savepoint("inner")
        await tx.insert("company", TENANT, [company("c")])
        await tx.rollbackTo("inner")
        await tx.insert("company", TENANT, [company("d")])
        await tx.rollbackTo("outer")
        expect(await outcomeOf(tx.rollbackTo("inner"))).toBe("bug")
        await tx.insert("company", TENANT, [company("e")])
        await tx.rollbackTo("outer")
        await tx.insert("company", TENANT, [company("f")])
      })
      expect(await ids(store)).toEqual(["a", "f"])
    },
  },
]

/** The cases about claims. */
export const claimCases: readonly StoreCase[] = [
  {
    sentence:
      "Records the claim and returns null when its key is new; returns what the earlier command left when it is not.",
    run: async (store, expect) => {
      const claimed = (claim: Claim) =>
        store.write(async (tx) => {
          const before = await tx.claim(claim)
          if (!before) await tx.settle(claim, `{"for":"${claim.key}"}`)
          return before
        })
      expect(await claimed(CLAIM)).toBe(null)
      expect(await claimed({ ...CLAIM, requestHash: "h-2" })).toEqual({ requestHash: "h-1", outcome: '{"for":"k-1"}' })
      expect(await claimed({ ...CLAIM, key: "k-2" })).toBe(null)
      expect(await claimed({ ...CLAIM, actor: "bo" })).toBe(null)
      expect(await claimed({ ...CLAIM, command: "quotes.send" })).toBe(null)
      expect(await claimed({ ...CLAIM, tenant: "other" })).toBe(null)
    },
  },
  {
    sentence: "A claim by a parallel transaction makes this one wait until that one ends.",
    run: async (store, expect) => {
      const { opened, open } = gate()
      const claiming = gate()
      const once = (outcome: string, wait: Promise<void>) =>
        store.write(async (tx) => {
          const before = await tx.claim(CLAIM)
          claiming.open()
          if (before) return before.outcome
          await wait
          await tx.settle(CLAIM, outcome)
          return "first"
        })
      const first = once('"one"', opened)
      await claiming.opened
      const second = once('"two"', Promise.resolve())
      await aMoment()
      open()
      expect(await Promise.all([first, second])).toEqual(["first", '"one"'])
    },
  },
  {
    sentence: "A claim that is not settled by the end keeps the transaction from committing.",
    run: async (store, expect) => {
      const unsettled = store.write(async (tx) => {
        await tx.insert("company", TENANT, [company("a")])
        await tx.claim(CLAIM)
      })
      expect(await outcomeOf(unsettled)).toBe("bug")
      expect(await ids(store)).toEqual([])
      const undone = store.write(async (tx) => {
        await tx.savepoint("before")
        await tx.claim(CLAIM)
        await tx.rollbackTo("before")
      })
      expect(await outcomeOf(undone)).toBe("nothing")
      expect(await store.write(async (tx) => settled(tx, await tx.claim(CLAIM)))).toBe(null)
    },
  },
  {
    sentence: "Stores the outcome of a claim made in this transaction.",
    run: async (store, expect) => {
      await store.write(async (tx) => {
        await tx.claim(CLAIM)
        await tx.savepoint("decided")
        await tx.insert("company", TENANT, [company("a")])
        await tx.rollbackTo("decided")
        await tx.settle(CLAIM, '"refused"')
      })
      expect((await store.write((tx) => tx.claim(CLAIM)))?.outcome).toBe('"refused"')
      expect(await ids(store)).toEqual([])
      expect(await outcomeOf(store.write((tx) => tx.settle(CLAIM, '"again"')))).toBe("bug")
    },
  },
]

const settled = async <T>(tx: Transaction, before: T): Promise<T> => {
  await tx.settle(CLAIM, "{}")
  return before
}
