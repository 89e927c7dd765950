/** The run without a crash that all others are compared with: where its journal and its tables stand after each round. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import { FIRM, openFirm, playRound } from "./business.ts"
import { contentHash, inFile } from "./database.ts"

/** Where a firm stands: the last entry of its journal and all its rows, as hashes. */
export interface Standing {
  readonly head: string
  readonly content: string
}

/** Plays without a crash and gives where the firm stands after each of these numbers of rounds. */
export const undisturbed = async (rounds: Iterable<number>): Promise<ReadonlyMap<number, Standing>> => {
  const wanted = [...new Set(rounds)].sort((a, b) => a - b)
  const folder = mkdtempSync(join(tmpdir(), "anbud-undisturbed-"))
  const file = join(folder, "firm.db")
  const { engine, anna } = await openFirm(sqlite({ file }))
  const raw = inFile(file)
  const found = new Map<number, Standing>()
  try {
    let played = 0
    for (const count of wanted) {
      for (; played < count; played += 1) {
        let command = 0
        const round = played
        await playRound(round, (_, call) => call(anna, { idempotencyKey: keyOf(round, command++) }))
      }
      const { hash: head } = await engine.journal.head({ tenant: FIRM.id })
      found.set(count, { head, content: await contentHash(raw) })
    }
    return found
  } finally {
    await raw.close()
    await engine.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The key of a command, by its round and its place there. */
export const keyOf = (round: number, command: number): string => `${round}/${command}`
