/** The differential test of stores: one log, SQLite in memory beside PostgreSQL. */
import { isDeepStrictEqual } from "node:util"
import { postgres } from "@anbud/adapter-pg"
import { sqlite } from "@anbud/adapter-sqlite"
import { CONTRACT_TABLES } from "@anbud/core/testkit"
import { type Counts, compare } from "./compare.ts"
import { seeded } from "./random.ts"
import { everything, storeOperations } from "./storeOperations.ts"

/** Runs so many operations that follow from the seed; throws at the first difference, and counts them by kind. */
export const compareStores = async (
  url: string,
  seed: number,
  operations: number,
  counts: Counts = {},
): Promise<Counts> => {
  const sides = [sqlite({ file: ":memory:" }), postgres({ connectionString: url, schema: `store_${seed}` })] as const
  try {
    for (const store of sides) await store.open(CONTRACT_TABLES)
    await compare(storeOperations(seeded(seed), operations), sides, counts)
    const [first, second] = await Promise.all(sides.map(everything))
    if (!isDeepStrictEqual(first, second)) throw new Error(`The rows differ after the operations of seed ${seed}.`)
    return counts
  } finally {
    for (const store of sides) await store.close()
  }
}
