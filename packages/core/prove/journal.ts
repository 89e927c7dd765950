/**
 * Proof: whatever somebody with a database client does to a journal is found, as what it is and where it begins; no
 * erasure makes the verification cry wolf; and a long journal verifies in a time that a host can plan with.
 *
 * A tenth of the full size by default: 500 mutations, 100 erasures, 100 000 entries; `--full` is all.
 */
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import { eraseMany } from "../test/journalProof/erasures.ts"
import { seeded, tamper } from "../test/journalProof/tamper.ts"
import { verifyMany } from "../test/journalProof/volume.ts"

const FULL = { mutations: 5_000, erasures: 1_000, entries: 1_000_000 }
const TENTH = { mutations: 500, erasures: 100, entries: 100_000 }

export const prove = async ({ seed, full }: MeasurementOptions): Promise<Measurement> => {
  const size = full ? FULL : TENTH
  const { missed, byName } = await tamper(size.mutations, seeded(seed))
  for (const one of missed.slice(0, 20)) console.log(JSON.stringify(one))
  const erased = await eraseMany(size.erasures)
  const volume = await verifyMany(size.entries)
  return {
    goal: "every mutation is found with its kind and first entry, no erasure is a false alarm, and a long journal verifies",
    reached:
      missed.length === 0 &&
      erased.falseAlarms === 0 &&
      erased.accounted === erased.parts &&
      volume.isWhole &&
      volume.verified === size.entries,
    mutations: size.mutations,
    missed: missed.length,
    byName,
    erased,
    volume,
  }
}
