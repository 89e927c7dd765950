/**
 * A process that plays rounds until it is killed: `child.ts sqlite FILE` or `child.ts postgres URL SCHEMA`.
 *
 * It waits for a line `FIRST LAST` on its input, then opens the firm and plays these rounds, without a last one for
 * ever. Each command is a line before it is sent, `> KEY NAME`, and one after its answer, `= KEY SEQ`. A refusal by the
 * storage is a line `! TAG`, and the command is sent again under its key; anything else that goes wrong is `? ERROR`.
 */
import { writeSync } from "node:fs"
import { createInterface } from "node:readline"
import { setTimeout as pause } from "node:timers/promises"
import { postgres } from "@anbud/adapter-pg"
import { sqlite } from "@anbud/adapter-sqlite"
import { isRefusal, type Store } from "@anbud/core"
import { FIRM, openFirm, playRound, type Send } from "./business.ts"
import { keyOf } from "./undisturbed.ts"

const [dialect = "", target = "", schema = ""] = process.argv.slice(2)
/** What is safe to send again, and is worth it. */
const PASSING = new Set(["StorageFailed", "Contention", "CommitUnknown"])
const PAUSE_MILLISECONDS = 20

const say = (line: string): void => void writeSync(1, `${line}\n`)

const newStore = (): Store =>
  dialect === "sqlite" ? sqlite({ file: target }) : postgres({ connectionString: target, schema, maxConnections: 3 })

/** Tries until it works; what is not a passing trouble of the storage ends the process. */
const untilDone = async <T>(attempt: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!isRefusal(error) || !PASSING.has(error._tag)) {
        say(`? ${error instanceof Error ? (error.stack ?? error.message).replaceAll("\n", " ") : String(error)}`)
        process.exit(1)
      }
      say(`! ${error._tag}`)
      await pause(PAUSE_MILLISECONDS)
    }
  }
}

say("loaded")
const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const asked = await input.next()
// Whoever started it has gone.
if (asked.done) process.exit(0)
const [first = "0", last] = asked.value.split(" ")
const { engine, anna } = await untilDone(() => openFirm(newStore()))
say("open")
for (let round = Number(first); last === undefined || round <= Number(last); round += 1) {
  let command = 0
  const send: Send = async (name, call) => {
    const key = keyOf(round, command++)
    say(`> ${key} ${name}`)
    const answer = await untilDone(async () => {
      const outcome = await call(anna, { idempotencyKey: key }).result()
      if (!outcome.ok) throw outcome.error
      return outcome
    })
    say(`= ${key} ${answer.seq}`)
    return answer.value
  }
  await playRound(round, send)
}
const { broken, head } = await engine.journal.verify({ tenant: FIRM.id })
say(`end ${broken === null} ${head.hash}`)
await engine.close()
process.exit(0)
