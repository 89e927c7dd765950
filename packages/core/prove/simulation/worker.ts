/** One process of the simulation: the blocks of runs that fall to it, each with the seed of its number. */
import { postgres } from "@anbud/adapter-pg"
import { sqlite } from "@anbud/adapter-sqlite"
import { type Simulated, simulating } from "../../test/simulation/simulating.ts"

/** What falls to a process. */
export interface Share {
  readonly databaseUrl: string
  readonly seed: number
  readonly maxCommands: number
  readonly runsPerBlock: number
  readonly blocks: number
  /** Of `of` processes, which one: it takes every `of`-th block from `process` on. */
  readonly process: number
  readonly of: number
  readonly seconds: number
}

/** What came of a block. */
export interface Block extends Simulated {
  readonly seed: number
}

const run = async (share: Share, tell: (block: Block) => Promise<void>): Promise<void> => {
  const endsAt = performance.now() + share.seconds * 1_000
  for (let block = share.process; block < share.blocks && performance.now() < endsAt; block += share.of) {
    const seed = share.seed + block
    const schema = `simulation_${block}`
    const stores = [sqlite({ file: ":memory:" }), postgres({ connectionString: share.databaseUrl, schema })]
    const found = await simulating({ stores, seed, runs: share.runsPerBlock, maxCommands: share.maxCommands })
    await tell({ ...found, seed })
    if (found.failure !== null) return
  }
}

process.once("message", async (share: Share) => {
  await run(share, (block) => new Promise((sent) => process.send?.(block, () => sent())))
  process.disconnect()
})
