/**
 * The n-th call fails while a new file is built, for n from `first` on in steps of `stride`, each on a file of its own:
 * the tables are all there afterwards or none is, and opening again builds the firm.
 */
import { sqlite } from "@anbud/adapter-sqlite"
import { FIRM, openFirm } from "../business.ts"
import { inFile } from "../database.ts"
import type { Sweep, Swept } from "../faults.ts"
import { arm } from "../strace.ts"
import { diary } from "./diary.ts"

/** Sweeps the opening of new files. */
export const sweepOpening = async (folder: string, sweep: Sweep): Promise<Swept> => {
  const endsAt = performance.now() + sweep.seconds * 1_000
  const notes = diary()
  let nth = sweep.first
  let hasFailed = true
  for (; hasFailed && performance.now() < endsAt; nth += sweep.stride) {
    const file = `${folder}-${nth}`
    const open = () => openFirm(sqlite({ file }))
    // strace wants the files to be there.
    inFile(file).close()
    const armed = await arm({ file, nth, ...sweep })
    const tag = await notes.refusedBy(async () => (await open()).engine.close())
    await armed.disarm()
    hasFailed = armed.trace().hasFailed
    if (hasFailed) notes.counts.faults += 1
    if (hasFailed && tag === null) notes.counts.survived += 1
    await notes.look(file)
    const { engine } = await open()
    const { broken, head } = await engine.journal.verify({ tenant: FIRM.id })
    if (broken !== null || head.seq !== 1) notes.counts.lost += 1
    await engine.close()
    await notes.look(file)
  }
  return notes.end(0, !hasFailed)
}
