/**
 * The n-th call on the file itself fails, for n from `first` on in steps of `stride`: that is, while SQLite copies its
 * log there after a commit. The command has been committed by then and is answered; nothing may be lost by it later.
 */
import { sqlite } from "@anbud/adapter-sqlite"
import { openFirm, playRound, type Send } from "../business.ts"
import type { Sweep, Swept } from "../faults.ts"
import { type Armed, arm } from "../strace.ts"
import { keyOf } from "../undisturbed.ts"
import { diary } from "./diary.ts"

/** A checkpoint copies about so many pages: further calls belong to the next one. */
const CALLS = 200
/** How many commands a lasting fault outlives. */
const COMMANDS_ON_BROKEN_FILE = 30

/** Sweeps the checkpoints. */
export const sweepCheckpoints = async (file: string, sweep: Sweep): Promise<Swept> => {
  const endsAt = performance.now() + sweep.seconds * 1_000
  const open = () => openFirm(sqlite({ file }))
  let firm = await open()
  const notes = diary()
  const most = sweep.fault === "fsyncEIO" ? 4 : CALLS
  let nth = sweep.first
  let armed: Armed | null = null
  let commandsSince = 0

  const settle = async (tag: string | null): Promise<void> => {
    if (!armed?.trace().hasFailed) return
    commandsSince += 1
    if (tag === null && sweep.isSticky && commandsSince < COMMANDS_ON_BROKEN_FILE) return
    notes.counts.faults += 1
    if (tag === null) notes.counts.survived += 1
    await armed.disarm()
    armed = null
    nth += sweep.stride
    await firm.engine.close()
    firm = await open()
    await notes.look(file)
  }

  let round = 0
  for (; performance.now() < endsAt && nth <= most; round += 1) {
    let command = 0
    const send: Send = async (_, call) => {
      const key = keyOf(round, command++)
      const attempt = async () => {
        const outcome = await call(firm.anna, { idempotencyKey: key }).result()
        if (!outcome.ok) throw outcome.error
        return outcome
      }
      if (armed === null && nth <= most && performance.now() < endsAt) {
        armed = await arm({ file, nth, isFileOnly: true, ...sweep })
        commandsSince = 0
      }
      await settle(await notes.refusedBy(attempt))
      const { value, seq } = await attempt()
      notes.answered.push({ key, seq: Number(seq) })
      return value
    }
    await playRound(round, send)
  }
  if (armed) await (armed as Armed).disarm()
  await notes.look(file)
  await firm.engine.close()
  return notes.end(round, nth > most)
}
