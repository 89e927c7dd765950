/** Personal values in the journal: sealed under a key per person, erased with their salts and keys, and accounted for. */
import { randomBytes } from "node:crypto"
import { sqlite } from "@anbud/adapter-sqlite"
import {
  createEngine,
  customFields,
  date,
  entity,
  fixedClock,
  fixedIds,
  type Keys,
  masterKey,
  optional,
  plugin,
  ref,
  rule,
  text,
} from "@anbud/core"
import Database from "better-sqlite3"
import { describe, expect, test } from "vitest"
import { organisation } from "../src/modules/organisation/organisation.ts"
import { parties } from "../src/modules/parties/parties.ts"
import { closing, NOBODY, TENANT, temporaryFile } from "./workshop.ts"

const Guest = entity("guest", {
  number: text({ unique: true, maxLength: 40, personal: { category: "C", of: "id", on: "anonymise" } }),
  name: text({ personal: { category: "I", of: "id", on: "anonymise" } }),
  email: optional(text({ personal: { category: "C", of: "id", on: "erase" } })),
  room: optional(text()),
})
const years = (from: string) => ({ ground: "Bookkeeping Act 7:2", years: 7, from })
const Receipt = entity("receipt", {
  guest: ref(Guest),
  paidOn: date(),
  signedBy: text({ personal: { category: "I", of: "guest", on: "keep", kept: years("paidOn") } }),
  remark: optional(text({ personal: { category: "S", of: "guest", on: "erase" } })),
})
const Note = entity(
  "note",
  { about: ref(Guest), words: text({ personal: { category: "S", of: "about", on: "anonymise" } }) },
  { ledger: true },
)
const hotel = plugin("hotel", {
  entities: [Guest, Receipt, Note],
  collections: { guests: Guest, receipts: Receipt },
  rules: [rule(Guest, ({ name }) => (name === "erased" ? { field: "name", rule: "must not be that" } : null))],
})

const opened = async (file: string, keys?: Keys) => {
  const clock = fixedClock("2025-03-14T08:00:00.000Z")
  const engine = await createEngine({
    store: sqlite({ file }),
    plugins: { organisation, parties, hotel },
    clock,
    ids: fixedIds(file),
    ...(keys ? { keys } : {}),
  })
  closing(engine)
  await engine.tenants.create(TENANT)
  return { engine, clock, anna: engine.as({ tenant: TENANT.id, user: "anna" }) }
}

type Firm = Awaited<ReturnType<typeof opened>>

/** A guest with a receipt, both changed once: four parts of the guest that go, one that stays. */
const stayOf = async ({ anna }: Firm, name: string) => {
  const guest = await anna.hotel.guests.create({ number: `n-${name}`, name, email: `${name}@x.se`, room: "7" })
  const receipt = await anna.hotel.receipts.create({
    guest: guest.id,
    paidOn: "2025-03-01" as never,
    signedBy: name,
    remark: `${name} likes tea`,
  })
  await anna.hotel.guests.patch({ id: guest.id, set: { email: `${name}@y.se` } })
  return { guest, receipt }
}

const rowsOf = (file: string, sql: string): readonly Record<string, unknown>[] => {
  const database = new Database(file, { readonly: true })
  const rows = database.prepare(sql).all() as Record<string, unknown>[]
  database.close()
  return rows
}

const change = (file: string, sql: string): void => {
  const database = new Database(file)
  database.pragma("foreign_keys = off")
  expect(database.prepare(sql).run().changes, sql).toBeGreaterThan(0)
  database.close()
}

const KEY = randomBytes(32)
const GROUND = "the guest asked for it"

describe.each([
  ["with a master key", masterKey(KEY)],
  ["without keys", undefined],
])("%s", (_, keys) => {
  const whole = async () => {
    const file = temporaryFile()
    const firm = await opened(file, keys)
    const [per, eva] = [await stayOf(firm, "WolframPer"), await stayOf(firm, "WolframEva")]
    return { file, firm, per, eva }
  }

  test("history shows personal values, and the file holds them in the clear only without keys", async () => {
    const { file, firm, per } = await whole()
    const {
      items: [patched, created],
    } = await firm.anna.hotel.guests.history(per.guest.id)
    expect(created).toMatchObject({ after: { name: "WolframPer", room: "7" }, isErased: false })
    expect(patched).toMatchObject({ before: { email: "WolframPer@x.se" }, after: { email: "WolframPer@y.se" } })
    const payloads = rowsOf(file, "select payload from anbud_journal_part").map(({ payload }) => String(payload))
    expect(payloads.some((payload) => payload.includes("Wolfram"))).toBe(keys === undefined)
    const held = rowsOf(file, `select count(*) as n from anbud_subject_key where subject = '${per.guest.id}'`)
    expect(held).toEqual([{ n: keys ? 2 : 0 }])
  })

  test("an erasure empties, makes anonymous and keeps as the fields say, and lists what it kept and why", async () => {
    const { firm, per, eva } = await whole()
    const report = await firm.engine.journal.erase({
      tenant: TENANT.id,
      user: "anna",
      subject: per.guest.id,
      ground: GROUND,
    })
    expect(report).toMatchObject({ subject: per.guest.id, records: 2, values: 4, parts: 3, keys: keys ? 1 : 0 })
    expect(report.kept).toEqual([
      {
        entity: "receipt",
        record: per.receipt.id,
        field: "signedBy",
        ground: "Bookkeeping Act 7:2",
        retainUntil: "2032-03-01",
      },
    ])
    const guest = await firm.anna.hotel.guests.get(per.guest.id)
    expect(guest).toMatchObject({ name: "erased", email: null, room: "7", version: 3 })
    expect(guest.number).toMatch(/^erased-[0-9a-f-]{33}$/)
    expect(await firm.anna.hotel.receipts.get(per.receipt.id)).toMatchObject({ signedBy: "WolframPer", remark: null })
    expect(await firm.anna.hotel.guests.get(eva.guest.id)).toMatchObject({ name: "WolframEva", version: 2 })
  })

  test("what is erased is in no table, and the chain accounts for it by the entry that erased it", async () => {
    const { file, firm, per, eva } = await whole()
    const before = await firm.engine.journal.verify({ tenant: TENANT.id })
    expect(before).toMatchObject({ broken: null, erased: [] })
    const { seq } = await firm.engine.journal.erase({
      tenant: TENANT.id,
      reason: "the guest asked",
      subject: per.guest.id,
      ground: GROUND,
    })
    const after = await firm.engine.journal.verify({ tenant: TENANT.id })
    expect(after).toMatchObject({ entries: before.entries + 1, broken: null, erased: [{ seq, parts: 3 }] })
    const [entry] = rowsOf(file, `select body from anbud_journal_change where seq = ${seq} and entity = 'erasure'`)
    expect(JSON.parse(String(entry?.["body"]))).toMatchObject({ after: { ground: GROUND, parts: 3, kept: 1 } })
    const said = rowsOf(file, "select body from anbud_journal_change union all select payload from anbud_journal_part")
    expect(said.filter(({ body }) => /WolframPer@|WolframPer likes/.test(String(body)))).toEqual([])
    const { items: entries } = await firm.anna.hotel.guests.history(per.guest.id)
    expect(entries.map(({ command, isErased }) => [command, isErased])).toEqual([
      ["journal.erase", false],
      ["hotel.guests.patch", true],
      ["hotel.guests.create", true],
    ])
    expect(JSON.stringify(entries)).not.toContain("Wolfram")
    expect(JSON.stringify(await firm.anna.hotel.guests.history(eva.guest.id))).toContain("WolframEva@x.se")
  })

  test("a part that is missing without an erasure is tampering, and a note alone is none", async () => {
    const { file, firm, per, eva } = await whole()
    await firm.engine.journal.erase({ tenant: TENANT.id, user: "anna", subject: per.guest.id, ground: GROUND })
    const [row] = rowsOf(file, `select min(seq) as seq from anbud_journal_part where subject = '${eva.guest.id}'`)
    const seq = Number(row?.["seq"])
    change(file, `delete from anbud_journal_part where seq = ${seq}`)
    const broken = { seq, kind: "part" }
    expect(await firm.engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ broken })
    const noted = rowsOf(file, "select seq from anbud_journal_change where entity = 'erasure'")
    const note = (at: string) => `insert into anbud_journal_change
      select tenant, ${at}, ordinal + 9, 'erasure', '${eva.guest.id}', root, verb, version, body
      from anbud_journal_change where entity = 'erasure' and ordinal < 9`
    change(file, note("seq + 7"))
    expect(await firm.engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ broken })
    change(file, note("seq"))
    const forged = { seq: noted[0]?.["seq"], kind: "changes" }
    expect(await firm.engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ broken: forged })
  })

  test("a kept value goes when its time is over, with its part and its key", async () => {
    const { file, firm, per } = await whole()
    const erasing = { tenant: TENANT.id, user: "anna", subject: per.guest.id, ground: GROUND }
    await firm.engine.journal.erase(erasing)
    firm.clock.set("2032-03-02T08:00:00.000Z" as never)
    expect(await firm.engine.journal.erase(erasing)).toMatchObject({ values: 1, parts: 1, kept: [] })
    expect(await firm.anna.hotel.receipts.get(per.receipt.id)).toMatchObject({ signedBy: "erased" })
    const held = rowsOf(file, `select count(*) as n from anbud_subject_key where subject = '${per.guest.id}'`)
    expect(held).toEqual([{ n: 0 }])
    expect((await firm.engine.journal.verify({ tenant: TENANT.id })).broken).toBeNull()
  })

  test("an erasure is no patch that can be undone", async () => {
    const { firm, per } = await whole()
    const { seq } = await firm.engine.journal.erase({
      tenant: TENANT.id,
      user: "anna",
      subject: per.guest.id,
      ground: GROUND,
    })
    expect(await firm.anna.hotel.guests.undo({ seq, refused: "all" })).toMatchObject({ updated: [] })
  })
})

describe("who may erase, and what", () => {
  test.each`
    asked                                          | tag
    ${{ user: "anna", subject: "", ground: "g" }}  | ${"InvalidInput"}
    ${{ user: "anna", subject: "x", ground: "" }}  | ${"InvalidInput"}
    ${{ user: "bo", subject: "x", ground: "g" }}   | ${"Forbidden"}
    ${{ user: "no", subject: "x", ground: "g" }}   | ${"UnknownUser"}
    ${{ user: "anna", subject: "x", ground: "g" }} | ${"NotFound"}
  `("$asked is refused with $tag", async ({ asked, tag }) => {
    const { engine, anna } = await opened(":memory:")
    await anna.organisation.users.create({ login: "bo", name: "Bo" })
    const { seq } = await engine.journal.head({ tenant: TENANT.id })
    await expect(engine.journal.erase({ tenant: TENANT.id, ...asked })).rejects.toMatchObject({ _tag: tag })
    expect((await engine.journal.head({ tenant: TENANT.id })).seq).toBe(seq)
  })

  test("a person of whom more than 500 records speak is erased in several entries, and the last says so", async () => {
    const { engine, anna } = await opened(":memory:", masterKey(KEY))
    const guest = await anna.hotel.guests.create({ number: "1", name: "Per" })
    const text = ["guest;paidOn;signedBy;remark", ...Array.from({ length: 700 }, (_, i) => `1;2025-03-01;P${i};r${i}`)]
    await anna.hotel.receipts.import({
      file: "receipts.csv",
      text: text.join("\n"),
      key: ["signedBy"],
      columns: { guest: "guest", paidOn: "paidOn", signedBy: "signedBy", remark: "remark" },
    } as never)
    const { seq } = await engine.journal.head({ tenant: TENANT.id })
    const report = await engine.journal.erase({ tenant: TENANT.id, user: "anna", subject: guest.id, ground: GROUND })
    expect(report).toMatchObject({ seq: seq + 2, records: 701, values: 702, parts: 701 })
    expect(report.kept).toHaveLength(700)
    expect((await anna.hotel.receipts.list({ where: { remark: { ne: "" } } as never })).items).toEqual([])
    expect(await engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ broken: null })
  })
})

describe("master keys", () => {
  test("another master key opens nothing: KeyMissing; a new one with the old one beside it opens all", async () => {
    const file = temporaryFile()
    const firm = await opened(file, masterKey(KEY))
    const { guest } = await stayOf(firm, "Per")
    await firm.engine.close()
    const fresh = randomBytes(32)
    const blind = await opened(file, masterKey(fresh))
    await expect(blind.anna.hotel.guests.history(guest.id)).rejects.toMatchObject({ _tag: "KeyMissing", status: 503 })
    expect((await blind.anna.hotel.guests.get(guest.id)).name).toBe("Per")
    await blind.engine.close()
    const rotating = await opened(file, masterKey(fresh, KEY))
    expect(await rotating.engine.journal.rewrap({ tenant: TENANT.id })).toBe(3)
    expect(await rotating.engine.journal.rewrap({ tenant: TENANT.id })).toBe(0)
    await rotating.engine.close()
    const rotated = await opened(file, masterKey(fresh))
    expect((await rotated.anna.hotel.guests.history(guest.id)).items[0]).toMatchObject({ after: { email: "Per@y.se" } })
    expect((await rotated.engine.journal.verify({ tenant: TENANT.id })).broken).toBeNull()
  })

  test("without any key a sealed journal verifies, and its values are KeyMissing", async () => {
    const file = temporaryFile()
    const firm = await opened(file, masterKey(KEY))
    const { guest } = await stayOf(firm, "Per")
    await firm.engine.close()
    const auditor = await opened(file)
    expect((await auditor.engine.journal.verify({ tenant: TENANT.id })).broken).toBeNull()
    await expect(auditor.anna.hotel.guests.history(guest.id)).rejects.toMatchObject({ _tag: "KeyMissing" })
  })

  test("a key that was changed or given to another person is KeyRejected, and the journal names the part", async () => {
    const file = temporaryFile()
    const firm = await opened(file, masterKey(KEY))
    const { guest } = await stayOf(firm, "Per")
    await stayOf(firm, "Eva")
    await firm.engine.close()
    change(
      file,
      `update anbud_subject_key set wrapped = (select wrapped from anbud_subject_key where subject <> '${guest.id}')
       where subject = '${guest.id}'`,
    )
    const again = await opened(file, masterKey(KEY))
    await expect(again.anna.hotel.guests.history(guest.id)).rejects.toMatchObject({ _tag: "KeyRejected", status: 500 })
    const broken = { seq: 2, kind: "part" }
    expect(await again.engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ broken })
  })

  test("a master key has 32 bytes", () => {
    expect(() => masterKey(randomBytes(16))).toThrow("32 bytes")
  })
})

test("core's persons: name and number made anonymous, address gone, the relation's title gone", async () => {
  const { engine, anna } = await opened(":memory:", masterKey(KEY))
  const company = await anna.parties.companies.create({ number: "1", name: "Granen", country: "SE", currency: "SEK" })
  const person = await anna.parties.persons.create({ number: "per@granen.se", name: "Per", email: "per@granen.se" })
  const relation = await anna.parties.contacts.create({ person: person.id, company: company.id, title: "CEO" })
  const report = await engine.journal.erase({ tenant: TENANT.id, user: "anna", subject: person.id, ground: GROUND })
  expect(report).toMatchObject({ records: 2, values: 4, parts: 2, keys: 1, kept: [] })
  expect(await anna.parties.persons.get(person.id)).toMatchObject({ name: "erased", email: null })
  expect(await anna.parties.contacts.get(relation.id)).toMatchObject({ title: null, person: person.id })
  expect(NOBODY).not.toBe(person.id)
})

describe("what is kept beside the records", () => {
  test("refusals of calls, jobs and batches keep their tags alone; a refused call is decided anew", async () => {
    const file = temporaryFile()
    const firm = await opened(file)
    const { guests } = firm.anna.hotel
    const { guest } = await stayOf(firm, "kari")
    const twin = () => guests.create({ number: "n-kari", name: "Kari Lund" }, { idempotencyKey: "twin" }).result()
    expect((await twin()).ok).toBe(false)
    const kept = () => {
      const database = new Database(file)
      const rows = (sql: string) => database.prepare(sql).all() as readonly Record<string, string>[]
      const found = [
        ...rows("select outcome as cell from anbud_claim where outcome like '%refused%'"),
        ...rows("select failure as cell from anbud_job where failure is not null"),
        ...rows("select refused as cell from anbud_batch_row where refused is not null"),
      ].map(({ cell }) => cell)
      database.close()
      return found
    }
    const batch = await guests.batches.massUpdate({ ids: [NOBODY as never], set: { room: "8" }, refused: "skip" })
    await guests.batches.wait(batch.id)
    const database = new Database(file)
    const job = {
      tenant: TENANT.id,
      id: "j",
      kind: "hotel.write",
      key: "j",
      state: "parked",
      acts_for: "system",
      body: "{}",
    }
    const failure = JSON.stringify({ tag: "HandlerFailed", params: { error: "Error", message: "no post for Kari" } })
    const times = { due_at: "2025-03-14T08:00:00.000Z", run_at: "2025-03-14T08:00:00.000Z" }
    const row = { ...job, ...times, failure, has_own_key: 1, place: 1, attempts: 1, fence: 1 }
    const names = Object.keys(row)
    database.prepare(`insert into anbud_job (${names}) values (${names.map((name) => `@${name}`)})`).run(row)
    database.close()
    expect(kept().join()).toMatch(/twin|UniqueTaken/)
    expect(kept().join()).toContain("Kari")
    await firm.engine.journal.erase({ tenant: TENANT.id, user: "anna", subject: guest.id, ground: "asked" })
    expect(kept()).toEqual(['{"tag":"HandlerFailed","params":{}}', '[{"tag":"NotFound","params":{}}]'])
    expect((await guests.batches.rows({ batch: batch.id })).items[0]?.refused).toEqual([
      { tag: "NotFound", params: {}, message: "NotFound" },
    ])
    // The number is free now: what was refused can be done.
    expect(await twin()).toMatchObject({ ok: true, replayed: false })
  })

  test("a tenant's own personal field is erased, with what it is found by", async () => {
    const engine = closing(
      await createEngine({
        store: sqlite({ file: ":memory:" }),
        plugins: { organisation, parties, customFields, hotel },
      }),
    )
    await engine.tenants.create(TENANT)
    const { hotel: own, customFields: fields } = engine.as({ tenant: TENANT.id, user: "anna" })
    const about = {
      entity: "guest",
      labels: { en: "Diet" },
      kind: "text",
      isPersonal: true,
      isSearchable: true,
    } as const
    await fields.define(about)
    const guest = await own.guests.create({ number: "1", name: "Kari", custom: { diet: "Vegetarian" } } as never)
    expect((await own.guests.search({ text: "vegetarian" })).items).toHaveLength(1)
    await engine.journal.erase({ tenant: TENANT.id, user: "anna", subject: guest.id, ground: "asked" })
    expect((await own.guests.get(guest.id)).custom).toEqual({ diet: null })
    expect((await own.guests.search({ text: "vegetarian" })).items).toEqual([])
    expect(JSON.stringify(await own.guests.history(guest.id))).not.toContain("Vegetarian")
    expect(await engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ broken: null })
  })
})
