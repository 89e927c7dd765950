/** The store's contract: one case per sentence of the port, the same for every database. */
import type { Store } from "../kernel/store.ts"
import type { Runner } from "./runner.ts"
import { CONTRACT_TABLES, type StoreCase } from "./storeCase.ts"
import { evolutionCases } from "./storeCases/evolutionCases.ts"
import { queueCases } from "./storeCases/queueCases.ts"
import { conditionCases, existsCases, selectCases } from "./storeCases/readCases.ts"
import { schemaCases } from "./storeCases/schemaCases.ts"
import { aggregateCases, tabulateCases } from "./storeCases/tabulateCases.ts"
import { claimCases, transactionCases } from "./storeCases/transactionCases.ts"
import { turnCases } from "./storeCases/turnCases.ts"
import { valueCases } from "./storeCases/valueCases.ts"
import { insertCases, updateCases } from "./storeCases/writeCases.ts"

/** A store to try, and how to remove what it leaves behind. */
export interface StoreUnderTest {
  /** Empty, not opened yet, and waiting for its turn between 500 and 2 000 milliseconds before `Contention`. */
  readonly store: Store
  /** Runs after the store was closed. */
  readonly dispose?: () => Promise<void>
}

/** The cases, each with the words of its sentence. */
export const storeCases: readonly StoreCase[] = [
  ...schemaCases,
  ...evolutionCases,
  ...valueCases,
  ...conditionCases,
  ...existsCases,
  ...selectCases,
  ...tabulateCases,
  ...aggregateCases,
  ...insertCases,
  ...updateCases,
  ...transactionCases,
  ...claimCases,
  ...turnCases,
  ...queueCases,
]

/**
 * Declares one test per sentence of `store.ts`, each on a store of its own.
 *
 * @example storeContract({ describe, it, expect }, "sqlite", async () => ({ store: sqlite({ file: ":memory:" }) }))
 */
export const storeContract = (runner: Runner, name: string, makeStore: () => Promise<StoreUnderTest>): void => {
  runner.describe(`the store contract on ${name}`, () => {
    for (const { sentence, run } of storeCases) {
      runner.it(sentence, async () => {
        const { store, dispose } = await makeStore()
        try {
          await store.open(CONTRACT_TABLES)
          await run(store, runner.expect)
        } finally {
          await store.close()
          await dispose?.()
        }
      })
    }
  })
}
