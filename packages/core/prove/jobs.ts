/**
 * Proof: two worker processes on one SQLite file are killed again and again while they run handlers, and one is stopped
 * for longer than its lease. Afterwards every job and every event has had its effect exactly once, nothing is stuck
 * and the journal verifies.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { killing } from "../test/work/killing.ts"

/** A kill with the start of the next worker takes about this long on an idle machine. */
const SECONDS_PER_KILL = 2

/** Runs the proof: as many kills as the budget allows; 1 000 with `full`. */
export const prove = async ({
  seed,
  budgetSeconds,
  full,
}: {
  readonly seed: number
  readonly budgetSeconds: number
  readonly full: boolean
}): Promise<Record<string, unknown> & { readonly goal: string; readonly reached: boolean }> => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-jobs-"))
  const kills = full ? 1_000 : Math.ceil(budgetSeconds / SECONDS_PER_KILL)
  try {
    const found = await killing({
      file: join(folder, "firm.db"),
      bookings: kills * 6,
      kills,
      seconds: full ? 6 * 3_600 : budgetSeconds,
      hasStop: true,
      random: sequence(seed),
    })
    const { missing, doubled, stuck, isJournalWhole } = found
    return {
      goal: "after kills inside handlers every effect is there exactly once and nothing is stuck",
      reached: missing.length === 0 && doubled.length === 0 && stuck === 0 && isJournalWhole,
      kills: found.kills,
      doneByWorkers: found.doneByWorkers,
      effects: found.effects,
      missing: missing.length,
      doubled: doubled.length,
      stuck,
      isJournalWhole,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
const sequence = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
