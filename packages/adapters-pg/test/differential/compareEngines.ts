/** The differential test of engines: one log of calls, on SQLite in memory beside PostgreSQL. */
import { isDeepStrictEqual } from "node:util"
import { postgres } from "@anbud/adapter-pg"
import { sqlite } from "@anbud/adapter-sqlite"
import type { Store } from "@anbud/core"
import { type Counts, compare } from "./compare.ts"
import { engineOperations, headOf, type Side } from "./engineOperations.ts"
import { openFirm } from "./firm.ts"
import { seeded } from "./random.ts"

/** Runs so many calls that follow from the seed; throws at the first difference, and counts them by kind. */
export const compareEngines = async (
  url: string,
  seed: number,
  operations: number,
  counts: Counts = {},
): Promise<Counts> => {
  const stores = [sqlite({ file: ":memory:" }), postgres({ connectionString: url, schema: `engine_${seed}` })] as const
  const [first, second] = [await newSide(stores[0], seed), await newSide(stores[1], seed)]
  try {
    await compare(engineOperations(seeded(seed), operations), [first, second], counts)
    const heads = await Promise.all([headOf(first), headOf(second)])
    if (!isDeepStrictEqual(heads[0], heads[1])) throw new Error(`The journals differ after the calls of seed ${seed}.`)
    return counts
  } finally {
    await first.engine.close()
    await second.engine.close()
  }
}

const newSide = async (store: Store, seed: number): Promise<Side> => ({
  ...(await openFirm(store, `${seed}`)),
  drafts: [],
  sent: [],
  accounts: [],
})
