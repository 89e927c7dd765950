/** A crash loses nothing that was answered and leaves nothing half done: a small budget of the proof. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import Database from "better-sqlite3"
import { expect, onTestFinished, test } from "vitest"
import { temporaryFile } from "../workshop.ts"
import { openFirm, playRound } from "./business.ts"
import { type Acknowledged, contentHash, damageOf, inFile } from "./database.ts"
import { sweepAll } from "./faults.ts"
import { killing } from "./killing.ts"
import { cannotInject } from "./strace.ts"
import { keyOf, undisturbed } from "./undisturbed.ts"

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-faults-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test("kill -9 at random points of twenty commands on SQLite: what was answered is there, nothing is half applied", async () => {
  const turns = [0.3, 0.9, 0.2, 0.5, 0.7]
  const found = await killing({
    kills: 2,
    random: () => turns.shift() ?? 0.4,
    newDatabase: async () => {
      const file = temporaryFile()
      return { target: ["sqlite", file], open: async () => inFile(file) }
    },
  })
  expect(found.answered).toBeGreaterThan(0)
  const damage = { lost: 0, halfApplied: 0, unsound: 0, untyped: [], different: 0 }
  expect(found).toMatchObject({ kills: 2, databases: 1, ...damage })
})

const missing = cannotInject()

test.skipIf(missing !== null)(
  `row 89: a write that fails is StorageFailed, a flush that fails is CommitUnknown, the store writes no more until it is opened again, and nothing is lost${missing === null ? "" : ` (${missing})`}`,
  async () => {
    const sweeps = [
      { during: "commands", fault: "shortWrite", isSticky: true, first: 2, stride: 90, seconds: 60, everyCommand: 19 },
      { during: "commands", fault: "fsyncEIO", isSticky: true, first: 1, stride: 1, seconds: 60, everyCommand: 10 },
    ] as const
    for (const { faults, stopped, refused, ...found } of await sweepAll(newFolder(), sweeps)) {
      expect(faults, JSON.stringify(found.sweep)).toBeGreaterThan(0)
      const unknown = found.sweep.fault === "fsyncEIO" ? ["CommitUnknown"] : []
      expect(Object.keys(refused)).toEqual([...unknown, "StorageFailed"])
      expect(stopped).toBe(faults)
      const damage = { wroteOn: 0, untrue: 0, untyped: [], lost: 0, halfApplied: 0, isSound: true, isSame: true }
      expect(found).toMatchObject({ ...damage, isComplete: true })
    }
  },
)

test("the proof sees what it looks for: a lost command, one that is half applied, a row that differs", async () => {
  const file = temporaryFile()
  const { engine, anna } = await openFirm(sqlite({ file }))
  const answered: Acknowledged[] = []
  await playRound(0, async (_, call) => {
    const key = keyOf(0, answered.length)
    const outcome = await call(anna, { idempotencyKey: key }).result()
    if (!outcome.ok) throw outcome.error
    answered.push({ key, seq: Number(outcome.seq) })
    return outcome.value
  })
  await engine.close()
  const whole = (await undisturbed([1])).get(1)?.content
  const after = async (statement: string) => {
    const database = new Database(file)
    database.exec(`begin; ${statement}`)
    // The look goes through the same connection, so that the next one begins from the whole file again.
    const raw = inFile(database)
    const { lost, halfApplied } = await damageOf(raw, answered)
    const isSame = (await contentHash(raw)) === whole
    database.exec("rollback")
    database.close()
    return { lost, halfApplied: halfApplied > 0, isSame }
  }
  expect(await after("select 1")).toEqual({ lost: 0, halfApplied: false, isSame: true })
  expect(await after("delete from anbud_claim where key = '0/7'")).toEqual({
    lost: 1,
    halfApplied: true,
    isSame: false,
  })
  const unsettled = "update anbud_claim set outcome = null where key = '0/3'"
  expect(await after(unsettled)).toEqual({ lost: 1, halfApplied: true, isSame: false })
  const unchanged = "delete from anbud_journal_change where seq = 9 and ordinal = 0"
  expect(await after(`pragma defer_foreign_keys = on; ${unchanged}`)).toMatchObject({ lost: 0, halfApplied: true })
  const unlinked = "update anbud_journal set previous_hash = hash where seq = 5"
  expect(await after(unlinked)).toEqual({ lost: 0, halfApplied: true, isSame: false })
  const counted = "update anbud_counter set value = value + 1 where name = 'seq'"
  expect(await after(counted)).toEqual({ lost: 0, halfApplied: true, isSame: false })
  const renamed = "update anbud_company set name = 'Brf Lönnen' where number = 'K0'"
  expect(await after(renamed)).toEqual({ lost: 0, halfApplied: false, isSame: false })
})
