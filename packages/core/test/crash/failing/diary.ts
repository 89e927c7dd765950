/** What a process whose disk fails writes down: its answers, its refusals and what it finds in the file. */
import { isRefusal } from "@anbud/core"
import { type Acknowledged, damageOf, inFile } from "../database.ts"
import type { Swept } from "../faults.ts"

/** Counts while a sweep goes on. */
export interface Diary {
  readonly answered: Acknowledged[]
  readonly counts: { faults: number; survived: number; stopped: number; wroteOn: number; untrue: number; lost: number }
  /** Runs an attempt; gives the tag of what was refused, null where nothing was. An error without a type is kept. */
  refusedBy(attempt: () => Promise<unknown>): Promise<string | null>
  /** Looks at the file. */
  look(file: string): Promise<void>
  end(rounds: number, isComplete: boolean): Swept
}

/** An empty diary. */
export const diary = (): Diary => {
  const answered: Acknowledged[] = []
  const counts = { faults: 0, survived: 0, stopped: 0, wroteOn: 0, untrue: 0, lost: 0 }
  const refused: Record<string, number> = {}
  const untyped: string[] = []
  let halfApplied = 0
  let isSound = true
  return {
    answered,
    counts,
    refusedBy: async (attempt) => {
      try {
        await attempt()
        return null
      } catch (error) {
        const tag = isRefusal(error) ? error._tag : "untyped"
        if (tag === "untyped") untyped.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
        refused[tag] = (refused[tag] ?? 0) + 1
        return tag
      }
    },
    look: async (file) => {
      const raw = inFile(file)
      const damage = await damageOf(raw, answered)
      counts.lost = Math.max(counts.lost, damage.lost)
      halfApplied = Math.max(halfApplied, damage.halfApplied)
      isSound &&= damage.isSound
      await raw.close()
    },
    end: (rounds, isComplete) => ({ ...counts, refused, untyped, halfApplied, isSound, rounds, isComplete }),
  }
}
