import Database from "better-sqlite3"
import { describe, expect, test } from "vitest"
import {
  closing,
  create,
  Machine,
  machine,
  openWorkshop,
  patch,
  planned,
  Remark,
  remove,
  TENANT,
  temporaryFile,
} from "./workshop.ts"

/** A file with five entries: the tenant, two machines (one with parts and a keeper), a remark, and a patch of it. */
const filled = async () => {
  const file = temporaryFile()
  const { engine, anna } = await openWorkshop(file)
  const one = await anna.workshop.machines.create({
    ...machine("A"),
    keeper: "Åsa Öst",
    note: "open",
    parts: [{ name: "x" }],
  })
  await anna.workshop.machines.create(machine("B"))
  const remark = await anna.workshop.remarks.create({ author: one.id, words: "SECRET words" })
  await anna.workshop.remarks.patch({ id: remark.id, set: { words: "other words" } })
  await engine.close()
  return { file, one, remark }
}

const verify = async (file: string) => {
  const { engine } = await openWorkshop(file)
  return closing(engine).journal.verify({ tenant: TENANT.id })
}

const tamper = (file: string, ...statements: string[]) => {
  const database = new Database(file)
  database.pragma("foreign_keys = off")
  for (const statement of statements) expect(database.prepare(statement).run().changes, statement).toBeGreaterThan(0)
  database.close()
}

test("an untouched journal is whole: every entry, one head", async () => {
  const { file } = await filled()
  const { engine } = await openWorkshop(file)
  const found = await engine.journal.verify({ tenant: TENANT.id })
  expect(found).toEqual({
    entries: 5,
    head: await engine.journal.head({ tenant: TENANT.id }),
    broken: null,
    erased: [],
  })
})

describe("a mutation of the file", () => {
  test.each`
    what                              | sql                                                                                                                                            | broken
    ${"a head's time changed"}        | ${"update anbud_journal set at = '2025-01-01T00:00:00.000Z' where seq = 3"}                                                                    | ${{ seq: 3, kind: "hash" }}
    ${"a head's actor changed"}       | ${"update anbud_journal set actor = 'somebody' where seq = 2"}                                                                                 | ${{ seq: 2, kind: "hash" }}
    ${"a head's command changed"}     | ${"update anbud_journal set command = 'x' where seq = 5"}                                                                                      | ${{ seq: 5, kind: "hash" }}
    ${"a head's reason changed"}      | ${"update anbud_journal set reason = 'x' where seq = 1"}                                                                                       | ${{ seq: 1, kind: "hash" }}
    ${"a head's hash changed"}        | ${"update anbud_journal set hash = 'ff' || substr(hash, 3) where seq = 4"}                                                                     | ${{ seq: 4, kind: "hash" }}
    ${"the count of records changed"} | ${"update anbud_journal set records = 9 where seq = 3"}                                                                                        | ${{ seq: 3, kind: "hash" }}
    ${"a link changed"}               | ${"update anbud_journal set previous_hash = 'x' where seq = 3"}                                                                                | ${{ seq: 3, kind: "link" }}
    ${"an entry deleted"}             | ${"delete from anbud_journal where seq = 3"}                                                                                                   | ${{ seq: 3, kind: "gap" }}
    ${"the first entry deleted"}      | ${"delete from anbud_journal where seq = 1"}                                                                                                   | ${{ seq: 1, kind: "gap" }}
    ${"the tail cut off"}             | ${"delete from anbud_journal where seq >= 4"}                                                                                                  | ${{ seq: 4, kind: "gap" }}
    ${"an entry moved"}               | ${"update anbud_journal set seq = 9 where seq = 5"}                                                                                            | ${{ seq: 5, kind: "gap" }}
    ${"a change's body changed"}      | ${`update anbud_journal_change set body = replace(body, '"open"', '"shut"') where seq = 2 and ordinal = 0`}                                    | ${{ seq: 2, kind: "changes" }}
    ${"a change's record changed"}    | ${"update anbud_journal_change set record = 'x' where seq = 3"}                                                                                | ${{ seq: 3, kind: "changes" }}
    ${"a change's root changed"}      | ${"update anbud_journal_change set root = 'x' where seq = 3"}                                                                                  | ${{ seq: 3, kind: "changes" }}
    ${"a change's entity changed"}    | ${"update anbud_journal_change set entity = 'x' where seq = 3"}                                                                                | ${{ seq: 3, kind: "changes" }}
    ${"a change's verb changed"}      | ${"update anbud_journal_change set verb = 'patch' where seq = 3"}                                                                              | ${{ seq: 3, kind: "changes" }}
    ${"a change's version changed"}   | ${"update anbud_journal_change set version = 7 where seq = 5"}                                                                                 | ${{ seq: 5, kind: "changes" }}
    ${"a change's place changed"}     | ${"update anbud_journal_change set ordinal = 7 where seq = 3"}                                                                                 | ${{ seq: 3, kind: "changes" }}
    ${"a change deleted"}             | ${"delete from anbud_journal_change where seq = 2 and ordinal = 1"}                                                                            | ${{ seq: 2, kind: "changes" }}
    ${"a change added"}               | ${"insert into anbud_journal_change select tenant, seq, 7, entity, record, root, verb, version, body from anbud_journal_change where seq = 3"} | ${{ seq: 3, kind: "changes" }}
    ${"a personal part changed"}      | ${`update anbud_journal_part set payload = replace(payload, 'SECRET', 'harmless') where seq = 4`}                                              | ${{ seq: 4, kind: "part" }}
    ${"a part's salt changed"}        | ${"update anbud_journal_part set salt = 'x' where seq = 2"}                                                                                    | ${{ seq: 2, kind: "part" }}
    ${"a part's subject changed"}     | ${"update anbud_journal_part set subject = 'x' where seq = 2"}                                                                                 | ${{ seq: 2, kind: "part" }}
    ${"a part's fate changed"}        | ${"update anbud_journal_part set kept = 1 where seq = 2"}                                                                                      | ${{ seq: 2, kind: "part" }}
    ${"a part's id changed"}          | ${"update anbud_journal_part set id = 'x' where seq = 2"}                                                                                      | ${{ seq: 2, kind: "part" }}
    ${"a part deleted"}               | ${"delete from anbud_journal_part where seq = 4"}                                                                                              | ${{ seq: 4, kind: "part" }}
    ${"a part added"}                 | ${"insert into anbud_journal_part select tenant, 'x', seq, ordinal, 7, subject, kept, salt, payload from anbud_journal_part where seq = 4"}    | ${{ seq: 4, kind: "part" }}
    ${"the tenant's nonce changed"}   | ${"update anbud_tenant set nonce = 'x'"}                                                                                                       | ${{ seq: 1, kind: "link" }}
  `("$what: $broken.kind at $broken.seq", async ({ sql, broken }) => {
    const { file } = await filled()
    tamper(file, sql)
    expect(await verify(file)).toMatchObject({ broken, entries: broken.seq - 1 })
  })

  test("two entries swapped", async () => {
    const { file } = await filled()
    tamper(
      file,
      ...[
        [3, 30],
        [4, 3],
        [30, 4],
      ].map(([from, to]) => `update anbud_journal set seq = ${to} where seq = ${from}`),
    )
    expect(await verify(file)).toMatchObject({ broken: { seq: 3, kind: "link" } })
  })
})

test("a record's values that are about a person stand in parts of their own, under that person", async () => {
  const { file, one, remark } = await filled()
  const database = new Database(file)
  const bodies = database.prepare("select group_concat(body) from anbud_journal_change").pluck().get() as string
  const parts = database.prepare("select seq, subject, payload from anbud_journal_part order by seq").all()
  const claims = database.prepare("select count(*) from anbud_claim").pluck().get()
  database.close()
  for (const words of ["SECRET", "other words", "Åsa"]) expect(bodies).not.toContain(words)
  expect(bodies).toContain("open")
  expect(claims).toBe(0)
  expect(parts).toEqual([
    { seq: 1, subject: expect.any(String), payload: '{"after":{"name":"anna"}}' },
    { seq: 2, subject: one.id, payload: '{"after":{"keeper":"Åsa Öst"}}' },
    { seq: 4, subject: one.id, payload: '{"after":{"words":"SECRET words"}}' },
    { seq: 5, subject: one.id, payload: '{"after":{"words":"other words"},"before":{"words":"SECRET words"}}' },
  ])
  expect(remark.author).toBe(one.id)
})

test("a stored outcome holds ids and refusals, never values", async () => {
  const file = temporaryFile()
  const { engine, anna } = await openWorkshop(file)
  const { id } = await anna.workshop.machines.create({ ...machine("A"), note: "SECRET" }, { idempotencyKey: "a" })
  await anna.workshop.machines.patch({ id, set: { note: "SECRET too" } }, { idempotencyKey: "b" })
  await anna.workshop.raise({ machine: id, by: 50 }, { idempotencyKey: "c" }).result()
  await engine.close()
  const database = new Database(file)
  const outcomes = database.prepare("select outcome from anbud_claim order by key").pluck().all()
  database.close()
  expect(outcomes).toEqual([
    `{"ids":{"id":"${id}"},"seq":2}`,
    `{"ids":{"id":"${id}"},"seq":3}`,
    '{"refused":{"params":{"given":51,"most":10},"tag":"TooMany"}}',
  ])
})

test("a change says what differs, with the version of its root", async () => {
  const file = temporaryFile()
  const { engine, anna } = await openWorkshop(file)
  const root = await anna.workshop.machines.create({ ...machine("A"), parts: [{ name: "x" }, { name: "y" }] })
  const [x, y] = await anna.workshop.machines.parts(root.id, "parts")
  const { Part, add } = await import("./workshop.ts")
  planned.set("all", async () => [
    add(Part, root.id, { name: "z", bolts: [{ length: 3 }] }),
    patch(Part, x!, { name: "xx" }),
    remove(Part, y!),
  ])
  await anna.workshop.run({ plan: "all" })
  planned.set("both", async (ctx) => [
    create(Machine, ctx.newId(Machine), machine("B")),
    create(Remark, ctx.newId(Remark), { author: root.id, words: "w" }),
  ])
  await anna.workshop.run({ plan: "both" })
  await engine.close()
  const database = new Database(file)
  const rows = database
    .prepare("select entity, verb, version, body from anbud_journal_change where seq = 3 order by ordinal")
    .all()
  const versions = database
    .prepare("select entity, version from anbud_journal_change where seq = 4 order by ordinal")
    .all()
  database.close()
  expect(rows).toEqual([
    { entity: "part", verb: "create", version: 2, body: '{"after":{"name":"z"},"before":{}}' },
    { entity: "bolt", verb: "create", version: 2, body: '{"after":{"length":3},"before":{}}' },
    { entity: "part", verb: "patch", version: 2, body: '{"after":{"name":"xx"},"before":{"name":"x"}}' },
    { entity: "part", verb: "remove", version: 2, body: '{"after":{},"before":{"name":"y"}}' },
  ])
  expect(versions).toEqual([
    { entity: "machine", version: 1 },
    { entity: "remark", version: 1 },
  ])
})

test("a thousand records in one entry verify in time that grows with their number", async () => {
  const { engine, anna } = await openWorkshop()
  planned.set("many", async (ctx) =>
    Array.from({ length: 1000 }, (_, i) => create(Machine, ctx.newId(Machine), machine(`M${i}`))),
  )
  await anna.workshop.run({ plan: "many" })
  expect(await engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ entries: 2, broken: null })
})
