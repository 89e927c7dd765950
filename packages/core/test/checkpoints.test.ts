/** Checkpoints: what the chain alone cannot show, and how a verification resumes, reports and stops. */
import { generateKeyPairSync } from "node:crypto"
import { copyFileSync } from "node:fs"
import { sqlite } from "@anbud/adapter-sqlite"
import { type Checkpoint, createEngine, ed25519Signer, fixedClock, fixedIds, isGenuine } from "@anbud/core"
import Database from "better-sqlite3"
import { describe, expect, test } from "vitest"
import { closing, machine, plugins, START, TENANT, temporaryFile } from "./workshop.ts"

const pair = generateKeyPairSync("ed25519")
const publicKeys = { k1: pair.publicKey }
const signer = ed25519Signer("k1", pair.privateKey)

const opened = async (file: string, sink?: (one: Checkpoint) => Promise<void>, ids = file) => {
  const checkpoints = { signer, everyEntries: 4, ...(sink ? { sink } : {}) }
  const clock = fixedClock(START as never)
  const engine = await createEngine({ store: sqlite({ file }), plugins, clock, ids: fixedIds(ids), checkpoints })
  closing(engine)
  await engine.tenants.create(TENANT)
  return { engine, anna: engine.as({ tenant: TENANT.id, user: "anna" }) }
}

type Shop = Awaited<ReturnType<typeof opened>>
const make = async ({ anna }: Shop, from: number, to: number) => {
  for (let n = from; n <= to; n++) await anna.workshop.machines.create(machine(`M${n}`))
}

/** Ten entries, and the checkpoints that the sink was given: at 4 and at 8 by themselves, at 10 on call. */
const filled = async () => {
  const file = temporaryFile()
  const kept: Checkpoint[] = []
  const shop = await opened(file, async (one) => void kept.push(one))
  await make(shop, 2, 10)
  await shop.engine.journal.checkpoint({ tenant: TENANT.id })
  return { file, shop, kept }
}

const verified = ({ engine }: Shop, options: object = {}) => engine.journal.verify({ tenant: TENANT.id, ...options })

const tamper = (file: string, ...statements: string[]) => {
  const database = new Database(file)
  database.pragma("foreign_keys = off")
  for (const statement of statements) expect(database.prepare(statement).run().changes, statement).toBeGreaterThan(0)
  database.close()
}

const CUT = ["journal_change", "journal"].map((table) => `delete from anbud_${table} where seq > 7`)
const COUNTER = "update anbud_counter set value = 7 where name = 'seq'"

describe("a checkpoint", () => {
  test("is made every so many entries and on call, signed, stored and handed to the sink once", async () => {
    const { shop, kept } = await filled()
    expect(kept.map(({ size }) => size)).toEqual([4, 8, 10])
    for (const one of kept) expect(isGenuine(one, publicKeys)).toBe(true)
    expect(await shop.engine.journal.checkpoints({ tenant: TENANT.id })).toEqual(kept)
    const { seq, hash } = await shop.engine.journal.head({ tenant: TENANT.id })
    expect(kept.at(-1)).toMatchObject({ tenant: TENANT.id, size: seq, hash, at: START, keyId: "k1" })
  })

  test("that the sink does not take is handed over with the next one, and no command fails for it", async () => {
    const file = temporaryFile()
    const kept: number[] = []
    let isDown = true
    const shop = await opened(file, async ({ size }) => {
      if (isDown) throw new Error("no network")
      kept.push(size)
    })
    await make(shop, 2, 5)
    expect(kept).toEqual([])
    isDown = false
    await make(shop, 6, 8)
    expect(kept).toEqual([4, 8])
  })

  test.each(["tenant", "size", "hash", "at", "keyId", "signature"] as const)(
    "with another %s is not genuine",
    async (name) => {
      const { kept } = await filled()
      const one = kept[0] as Checkpoint
      const other = name === "size" ? one.size + 1 : `${one[name]}x`
      expect(isGenuine({ ...one, [name]: other } as Checkpoint, publicKeys)).toBe(false)
    },
  )
})

describe("against a trusted checkpoint", () => {
  test("a cut tail, with its counter, is a gap; the chain alone does not see it", async () => {
    const { file, shop, kept } = await filled()
    tamper(file, ...CUT, COUNTER)
    expect(await verified(shop)).toMatchObject({ broken: null, entries: 7 })
    expect(await verified(shop, { checkpoints: kept })).toMatchObject({ broken: { seq: 8, kind: "gap" } })
  })

  test("a cut tail alone is a gap by the counter", async () => {
    const { file, shop } = await filled()
    tamper(file, ...CUT)
    expect(await verified(shop)).toMatchObject({ broken: { seq: 8, kind: "gap" } })
  })

  test("an old copy that was restored and written on is a fork", async () => {
    const { file, shop, kept } = await filled()
    await shop.engine.close()
    tamper(file, ...CUT, COUNTER)
    const copy = temporaryFile()
    copyFileSync(file, copy)
    const restored = await opened(copy, undefined, "another life")
    await make(restored, 20, 26)
    expect(await verified(restored)).toMatchObject({ broken: null, entries: 14 })
    expect(await verified(restored, { checkpoints: kept })).toMatchObject({ broken: { seq: 8, kind: "fork" } })
    expect(await verified(restored, { from: kept[1] })).toMatchObject({ broken: { seq: 8, kind: "fork" } })
  })

  test("the stored checkpoints count where their keys are known: a fork, and one that is not signed", async () => {
    const { file, shop } = await filled()
    expect(await verified(shop, { publicKeys })).toMatchObject({ broken: null })
    tamper(file, "update anbud_journal_checkpoint set hash = 'x' where size = 8")
    expect(await verified(shop)).toMatchObject({ broken: null })
    expect(await verified(shop, { publicKeys })).toMatchObject({ broken: { seq: 8, kind: "checkpoint" } })
  })

  test("a given checkpoint of another tenant or with a bad signature is named before anything is read", async () => {
    const { shop, kept } = await filled()
    const one = kept[0] as Checkpoint
    const given = (checkpoint: Checkpoint) => verified(shop, { checkpoints: [checkpoint], publicKeys })
    expect(await given({ ...one, tenant: "other" })).toMatchObject({ broken: { seq: 4, kind: "checkpoint" } })
    expect(await given({ ...one, at: "2020-01-01" })).toMatchObject({ broken: { seq: 4, kind: "checkpoint" } })
    expect(await given(one)).toMatchObject({ broken: null, entries: 10 })
  })

  test("a verification resumes after it, and does not look before it", async () => {
    const { file, shop, kept } = await filled()
    tamper(file, "update anbud_journal set actor = 'x' where seq = 3")
    expect(await verified(shop)).toMatchObject({ broken: { seq: 3, kind: "hash" } })
    expect(await verified(shop, { from: kept[0] })).toMatchObject({ broken: null, entries: 10 })
    tamper(file, "update anbud_journal set actor = 'x' where seq = 9")
    expect(await verified(shop, { from: kept[0] })).toMatchObject({ broken: { seq: 9, kind: "hash" } })
  })
})

describe("a row that belongs to no entry", () => {
  const insert = (seq: number) => `insert into anbud_journal_change
    select tenant, ${seq}, 0, entity, record, root, verb, version, body from anbud_journal_change where seq = 3 limit 1`
  test.each([
    ["a change after the last entry", insert(99), { seq: 99, kind: "changes" }],
    ["a change before the first", insert(0), { seq: 0, kind: "changes" }],
    [
      "a part of a change that is not there",
      "insert into anbud_journal_part values ('fjall', '3/99/0', 3, 99, 0, 's', 0, 'x', '{}')",
      { seq: 3, kind: "part" },
    ],
    [
      "a head before the first",
      "insert into anbud_journal select tenant, -1, at, actor, command, reason, records, changes_hash, previous_hash, hash from anbud_journal where seq = 3",
      { seq: -1, kind: "gap" },
    ],
  ])("%s is found", async (_, sql, broken) => {
    const { file, shop } = await filled()
    tamper(file, sql)
    expect(await verified(shop)).toMatchObject({ broken })
  })
})

test("a verification says how far it is, and stops when it is told to", async () => {
  const shop = await opened(temporaryFile())
  await make(shop, 2, 450)
  const seen: object[] = []
  await verified(shop, { onProgress: (progress: object) => seen.push(progress) })
  expect(seen).toEqual([200, 400, 450].map((entries) => ({ entries, of: 450 })))
  const controller = new AbortController()
  const stopped = verified(shop, {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error("enough")),
  })
  await expect(stopped).rejects.toThrow("enough")
})

test("without a signer a checkpoint is the host's bug", async () => {
  const engine = closing(await createEngine({ store: sqlite({ file: ":memory:" }), plugins }))
  await expect(engine.journal.checkpoint({ tenant: TENANT.id })).rejects.toThrow("without a signer")
  await expect(engine.journal.rewrap({ tenant: TENANT.id })).rejects.toThrow("without keys")
})
