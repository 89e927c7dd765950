/**
 * Proof: a disk that fails loses no command that was answered and leaves none half applied. Every write and every flush
 * of SQLite fails in turn, at the system call, while commands commit, while the log is copied and while tables are built:
 * refused by the kernel, without space, without effect and cut short, once and from then on.
 *
 * After each fault the store says what became of the command and writes no more; opened again it has all that was
 * answered, and in the end its tables are those of a run without a fault, row by row. Every tenth call by default;
 * `--full` is each. `crash` runs this, too.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import { type Judged, sweepAll, sweepsOf } from "../test/crash/faults.ts"
import { cannotInject } from "../test/crash/strace.ts"
import { seeded } from "../test/journalProof/tamper.ts"

const FULL = { stride: 1, secondsPerSweep: 3_600 }
const TENTH = { stride: 10, secondsPerSweep: 20 }

export const prove = async ({ seed, full }: MeasurementOptions): Promise<Measurement> => {
  const { stride, secondsPerSweep } = full ? FULL : TENTH
  const missing = cannotInject()
  if (missing !== null) console.log(`No faults are injected: ${missing}`)
  const first = 1 + Math.floor(seeded(seed)() * stride)
  const swept = missing === null ? await sweepInFolder(first, stride, secondsPerSweep) : []
  return {
    goal: "a fault of the disk loses nothing, leaves nothing half applied, has a type, and the file opens again",
    reached: missing === null && swept.every(isHarmless),
    missing,
    sweeps: swept.length,
    complete: sum(swept, ({ isComplete }) => Number(isComplete)),
    faults: sum(swept, ({ faults }) => faults),
    lost: sum(swept, ({ lost }) => lost),
    halfApplied: sum(swept, ({ halfApplied }) => halfApplied),
    different: sum(swept, ({ isSame }) => Number(!isSame)),
    unsound: sum(swept, ({ isSound }) => Number(!isSound)),
    untrue: sum(swept, ({ untrue }) => untrue),
    wroteOn: sum(swept, ({ wroteOn }) => wroteOn),
    stopped: sum(swept, ({ stopped }) => stopped),
    survived: sum(swept, ({ survived }) => survived),
    untyped: swept.flatMap(({ untyped }) => untyped),
  }
}

const sweepInFolder = async (first: number, stride: number, secondsPerSweep: number): Promise<readonly Judged[]> => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-faults-"))
  const onSwept = (swept: unknown): void => console.log(JSON.stringify(swept))
  try {
    const sweeps = sweepsOf(first, stride, secondsPerSweep)
    return await sweepAll(folder, sweeps, { atOnce: availableParallelism(), onSwept })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((all, item) => all + of(item), 0)

const isHarmless = ({ faults, wroteOn, untrue, untyped, lost, halfApplied, isSound, isSame }: Judged): boolean =>
  faults > 0 && wroteOn + untrue + untyped.length + lost + halfApplied === 0 && isSound && isSame
