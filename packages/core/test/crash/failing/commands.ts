/**
 * In every command the n-th call fails, for n from `first` on in steps of `stride`, each in a round of its own, until no
 * command has so many calls. A command that is refused is asked once more while the store is as it is, then the store
 * is opened again and the command sent again under its key.
 */
import { sqlite } from "@anbud/adapter-sqlite"
import { COMMANDS_PER_ROUND, openFirm, playRound, type Send } from "../business.ts"
import { survives } from "../database.ts"
import type { Sweep, Swept } from "../faults.ts"
import { type Armed, arm } from "../strace.ts"
import { keyOf } from "../undisturbed.ts"
import { type Diary, diary } from "./diary.ts"

const FAULTS_PER_LOOK = 20

/** A firm on a disk that fails. */
interface Stage {
  readonly file: string
  readonly sweep: Sweep
  readonly notes: Diary
  firm: Awaited<ReturnType<typeof openFirm>>
}

/** A command under its key. */
interface Attempt {
  (): Promise<unknown>
  readonly key: string
}

/** Sweeps the commands. */
export const sweepCommands = async (file: string, sweep: Sweep): Promise<Swept> => {
  const endsAt = performance.now() + sweep.seconds * 1_000
  const notes = diary()
  const stage: Stage = { file, sweep, notes, firm: await open(file) }
  /** The next call to fail in each command, null when it has not so many. */
  const nth: (number | null)[] = Array.from({ length: COMMANDS_PER_ROUND }, (_, index) =>
    index % (sweep.everyCommand ?? 1) === 0 ? sweep.first : null,
  )
  let round = 0
  for (; performance.now() < endsAt && nth.some((one) => one !== null); round += 1) {
    let command = 0
    const send: Send = async (_, call) => {
      const index = command++
      const key = keyOf(round, index)
      const sent = async () => {
        const outcome = await call(stage.firm.anna, { idempotencyKey: key }).result()
        if (!outcome.ok) throw outcome.error
        return outcome
      }
      const attempt = Object.assign(sent, { key })
      const which = nth[index] ?? null
      if (which !== null && performance.now() < endsAt) {
        nth[index] = (await fail(stage, which, attempt)) ? which + sweep.stride : null
        if (notes.counts.faults % FAULTS_PER_LOOK === 0) await notes.look(file)
      }
      const { value, seq } = await attempt()
      notes.answered.push({ key, seq: Number(seq) })
      return value
    }
    await playRound(round, send)
  }
  await notes.look(file)
  await stage.firm.engine.close()
  const isComplete = nth.every((one) => one === null)
  return notes.end(round, isComplete)
}

const open = (file: string) => openFirm(sqlite({ file }))

/** Sends a command while its n-th call fails; gives whether there was such a call. */
const fail = async (stage: Stage, nth: number, attempt: Attempt): Promise<boolean> => {
  const { file, sweep, notes } = stage
  const armed = await arm({ file, nth, ...sweep })
  const tag = await notes.refusedBy(attempt)
  const hasFailed = armed.trace().hasFailed
  if (hasFailed) notes.counts.faults += 1
  // "Nothing was written" must hold even if the process ends here and the log is all that is left.
  if (tag === "StorageFailed" && survives(file, attempt.key)) notes.counts.untrue += 1
  if (tag !== null) await reopen(stage, armed, attempt)
  else await armed.disarm()
  if (hasFailed && tag === null) notes.counts.survived += 1
  return hasFailed
}

/** The store writes no more until it is opened again, which is tried on the broken disk, too. */
const reopen = async (stage: Stage, armed: Armed, again: Attempt): Promise<void> => {
  const { file, sweep, notes } = stage
  const before = armed.trace().calls.length
  if ((await notes.refusedBy(again)) !== null) {
    notes.counts.stopped += 1
    if (armed.trace().calls.length > before) notes.counts.wroteOn += 1
  }
  if (!sweep.isSticky) await armed.disarm()
  await stage.firm.engine.close()
  if (sweep.isSticky) {
    await notes.refusedBy(async () => (await open(file)).engine.close())
    await armed.disarm()
  }
  stage.firm = await open(file)
}
