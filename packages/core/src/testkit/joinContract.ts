/** The contract of `join`: a store that works in a host's own transaction, for each client that a host may have. */
import type { Store, Transaction } from "../kernel/store.ts"
import type { Expect, Runner } from "./runner.ts"
import {
  aMoment,
  CONTRACT_TABLES,
  company,
  errorOf,
  gate,
  ids,
  insertCompanies,
  outcomeOf,
  TENANT,
} from "./storeCase.ts"

/** A host with a transaction of its own. */
export interface HostTransaction {
  /** What is handed to `join`. */
  readonly client: object
  /** Writes a row into a table of the host's, in its transaction. */
  note(text: string): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
}

/** A store and the host beside it, in one database. */
export interface JoinUnderTest {
  /** Empty, and not opened yet. */
  readonly store: Store
  /** Begins a transaction. */
  begin(): Promise<HostTransaction>
  /** A client on which no transaction has begun. */
  idle(): Promise<object>
  /** What the host has noted and committed. */
  notes(): Promise<readonly string[]>
  /** Runs after the store was closed. */
  dispose(): Promise<void>
}

/** A case of the contract of `join`. */
export interface JoinCase {
  readonly sentence: string
  readonly run: (site: JoinUnderTest, expect: Expect) => Promise<void>
}

const insert = (id: string) => (tx: Transaction) => tx.insert("company", TENANT, [company(id)])

/** The cases, each with words of the port. */
export const joinCases: readonly JoinCase[] = [
  {
    sentence:
      "Runs work in the transaction that a host has begun on its own client, a connection of the same database.",
    run: async ({ store, begin, notes }, expect) => {
      const host = await begin()
      await host.note("before")
      const profile = `{"emoji":"😀","zero":0}`
      const row = company("a", { balance: 9_007_199_254_740_991, is_active: 0, profile, name: "007" })
      const seen = await store.join(host.client, async (tx) => {
        await tx.insert("company", TENANT, [row])
        const [taken] = await tx.take({ table: "company", tenant: TENANT })
        const changed = await tx.update("company", TENANT, [{ id: "a", expectedVersion: 1, set: { rank: 5 } }])
        const sum = await tx.sum({ table: "company", tenant: TENANT }, "balance")
        return { taken, changed, sum, next: [await tx.next(TENANT, "series"), await tx.next(TENANT, "series")] }
      })
      expect(seen).toEqual({ taken: row, changed: ["a"], sum: 9_007_199_254_740_991, next: [1, 2] })
      await host.note("after")
      expect(await notes()).toEqual([])
      await host.commit()
      expect([await ids(store), await notes()]).toEqual([["a"], ["before", "after"]])
    },
  },
  {
    sentence: "The host commits or rolls back;",
    run: async ({ store, begin, notes }, expect) => {
      const host = await begin()
      await host.note("a")
      await store.join(host.client, insert("a"))
      await host.rollback()
      expect([await ids(store), await notes()]).toEqual([[], []])
    },
  },
  {
    sentence: "work that throws leaves nothing in the transaction, which can go on.",
    run: async ({ store, begin, notes }, expect) => {
      await insertCompanies(store, [company("taken")])
      const host = await begin()
      await store.join(host.client, insert("kept"))
      const own = new Error("the host's own")
      const work = async (tx: Transaction): Promise<never> => {
        await insert("gone")(tx)
        throw own
      }
      expect(await errorOf(store.join(host.client, work))).toBe(own)
      const twice = store.join(host.client, async (tx) => {
        await insert("gone")(tx)
        await insert("taken")(tx)
      })
      expect(await outcomeOf(twice)).toBe("UniqueTaken")
      await host.note("goes on")
      await host.commit()
      expect([await ids(store), await notes()]).toEqual([["kept", "taken"], ["goes on"]])
    },
  },
  {
    sentence: "A client without a transaction throws `NoTransaction`.",
    run: async ({ store, begin, idle }, expect) => {
      expect(await outcomeOf(store.join(await idle(), insert("a")))).toBe("NoTransaction")
      expect(await outcomeOf(store.join({}, insert("a")))).toBe("NoTransaction")
      const host = await begin()
      await host.commit()
      expect(await outcomeOf(store.join(host.client, insert("a")))).toBe("NoTransaction")
      expect(await ids(store)).toEqual([])
    },
  },
  {
    sentence: "Of several on one client each waits for the one before.",
    run: async ({ store, begin }, expect) => {
      const host = await begin()
      const steps: string[] = []
      const first = gate()
      const one = store.join(host.client, async (tx) => {
        await insert("a")(tx)
        steps.push("one begins")
        await first.opened
        steps.push("one ends")
        throw new Error("undone")
      })
      const two = store.join(host.client, async (tx) => {
        steps.push("two")
        await insert("b")(tx)
      })
      await aMoment()
      first.open()
      expect([await outcomeOf(one), await outcomeOf(two)]).toEqual(["bug", "nothing"])
      expect(steps).toEqual(["one begins", "one ends", "two"])
      await host.commit()
      expect(await ids(store)).toEqual(["b"])
    },
  },
  {
    sentence: "A call of `read` or `write` inside the work of another throws `UseContext`: it would wait for itself.",
    run: async ({ store, begin }, expect) => {
      const host = await begin()
      const calls = [
        () => store.write(insert("b")),
        () => store.read((reader) => reader.count({ table: "company", tenant: TENANT })),
        () => store.join(host.client, insert("b")),
      ]
      const outcomes = await store.join(host.client, async (tx) => {
        const found: string[] = []
        for (const call of calls) found.push(await outcomeOf(call()))
        await insert("a")(tx)
        return found
      })
      expect(outcomes).toEqual(["UseContext", "UseContext", "UseContext"])
      await host.commit()
      expect(await ids(store)).toEqual(["a"])
    },
  },
]

/** Declares one test per sentence, each on a store and a host of its own. */
export const joinContract = (runner: Runner, name: string, makeSite: () => Promise<JoinUnderTest>): void => {
  runner.describe(`a host's transaction on ${name}`, () => {
    for (const { sentence, run } of joinCases) {
      runner.it(sentence, async () => {
        const site = await makeSite()
        try {
          await site.store.open(CONTRACT_TABLES)
          await run(site, runner.expect)
        } finally {
          await site.store.close()
          await site.dispose()
        }
      })
    }
  })
}
