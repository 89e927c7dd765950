/** Mass update, undo and history: an outcome per record, all or some, and who changed what. */
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, fixedClock, standard } from "@anbud/core"
import { afterEach, beforeEach, describe, expect, test } from "vitest"

const open = async () => {
  const engine = await createEngine({
    store: sqlite({ file: ":memory:" }),
    plugins: standard,
    clock: fixedClock("2025-03-14T08:12:00.000Z"),
  })
  await engine.tenants.create({ id: "acme", name: "Acme", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
  const ada = engine.as({ tenant: "acme", user: "ada" })
  const ids: string[] = []
  for (const number of ["K1", "K2", "K3"]) {
    const company = await ada.parties.companies.create({
      number,
      name: `Company ${number}`,
      country: "SE",
      currency: "SEK",
    })
    ids.push(company.id)
  }
  return { engine, ada, companies: ada.parties.companies, ids }
}

let firm: Awaited<ReturnType<typeof open>>
beforeEach(async () => {
  firm = await open()
})
afterEach(() => firm.engine.close())

const segments = async () => (await firm.companies.list()).items.map(({ segment }) => segment).sort()

describe("mass update", () => {
  test("sets a value in many records under one seq, and leaves those that have it", async () => {
    await firm.companies.patch({ id: firm.ids[0] ?? "", set: { segment: "Bostad" } })
    const head = await firm.engine.journal.head({ tenant: "acme" })
    const done = await firm.companies.massUpdate({ ids: firm.ids, set: { segment: "Bostad" }, refused: "all" }).result()
    expect(done).toMatchObject({ ok: true, seq: head.seq + 1 })
    expect(done.ok && done.value).toEqual({ updated: firm.ids.slice(1), unchanged: [firm.ids[0]], failed: [] })
    expect(await segments()).toEqual(["Bostad", "Bostad", "Bostad"])
  })

  test('with "all" one bad record refuses them all, each named with its reason', async () => {
    const ids = [...firm.ids, "0190-nobody"]
    const refused = await firm.companies.massUpdate({ ids, set: { segment: "Bostad" }, refused: "all" }).result()
    expect(refused).toMatchObject({
      ok: false,
      error: { _tag: "MassUpdateRefused", params: { failed: [{ id: "0190-nobody", tag: "NotFound" }] } },
    })
    expect(await segments()).toEqual([null, null, null])
  })

  test('with "skip" the bad record is named, the others are written, and a replay says the same', async () => {
    const ids = [...firm.ids, "0190-nobody"]
    const call = () =>
      firm.companies.massUpdate({ ids, set: { segment: "Bostad" }, refused: "skip" }, { idempotencyKey: "m" }).result()
    const first = await call()
    const again = await call()
    expect(first).toMatchObject({ ok: true, replayed: false, value: { updated: firm.ids } })
    expect(first.ok && first.value.failed).toMatchObject([{ id: "0190-nobody", tag: "NotFound" }])
    expect(again).toEqual({ ...first, replayed: true })
  })

  test("a unique value goes to one record at most, and a broken rule is named per record", async () => {
    const unique = await firm.companies.massUpdate({ ids: firm.ids, set: { number: "K9" }, refused: "skip" })
    expect(unique.updated).toEqual([firm.ids[0]])
    expect(unique.failed).toMatchObject([{ tag: "UniqueTaken" }, { tag: "UniqueTaken" }])
    const broken = await firm.companies.massUpdate({
      ids: firm.ids,
      set: { orgNumber: "556012-5791" },
      refused: "skip",
    })
    expect(broken.failed.map(({ tag }) => tag)).toEqual(["RuleBroken", "RuleBroken", "RuleBroken"])
  })

  test.each([
    ["no ids", { ids: [], set: {}, refused: "all" }, "ids"],
    ["too many ids", { ids: Array.from({ length: 100_001 }, (_, n) => `id-${n}`), set: {}, refused: "all" }, "ids"],
    ["no choice of what to do with bad records", { ids: ["a"], set: {} }, "refused"],
    ["a stored or unknown field", { ids: ["a"], set: { version: 7 }, refused: "all" }, "set.version"],
    ["an unknown key", { ids: ["a"], set: {}, refused: "all", tenantId: "other" }, "tenantId"],
  ])("refuses %s", async (_, input, path) => {
    const refused = await firm.companies.massUpdate(input as never).result()
    expect(refused).toMatchObject({ ok: false, error: { _tag: "InvalidInput" } })
    expect(JSON.stringify(!refused.ok && refused.error.params)).toContain(`"path":"${path}"`)
  })
})

describe("undo", () => {
  test("gives every record its value back, and leaves one that somebody has changed since", async () => {
    const done = await firm.companies.massUpdate({ ids: firm.ids, set: { segment: "Bostad" }, refused: "all" }).result()
    if (!done.ok || done.seq === null) throw new Error("the update was refused")
    await firm.companies.patch({ id: firm.ids[1] ?? "", set: { nickname: "Later" } })
    const all = await firm.companies.undo({ seq: done.seq, refused: "all" }).result()
    expect(all).toMatchObject({ ok: false, error: { _tag: "MassUpdateRefused" } })
    const some = await firm.companies.undo({ seq: done.seq, refused: "skip" })
    expect([...some.updated].sort()).toEqual([firm.ids[0], firm.ids[2]].sort())
    expect(some.failed).toMatchObject([{ id: firm.ids[1], tag: "VersionConflict" }])
    expect(await segments()).toEqual(["Bostad", null, null].sort())
  })
})

describe("history", () => {
  test("PO-16 says who changed what from what to what and when, personal values included", async () => {
    const person = await firm.ada.parties.persons.create({ number: "per", name: "Per Lund", email: "per@old.example" })
    await firm.ada.parties.persons.patch({ id: person.id, set: { email: "per@new.example" } })
    const me = await firm.ada.organisation.me({})
    const {
      items: [latest, first],
    } = await firm.ada.parties.persons.history(person.id)
    expect(latest).toMatchObject({
      at: "2025-03-14T08:12:00.000Z",
      actor: me.user,
      command: "parties.persons.patch",
      verb: "patch",
      version: 2,
      before: { email: "per@old.example" },
      after: { email: "per@new.example" },
    })
    expect(first).toMatchObject({ verb: "create", after: { name: "Per Lund" }, before: {} })
  })

  test("comes in pages, newest first", async () => {
    const id = firm.ids[0] ?? ""
    for (const segment of ["a", "b", "c"]) await firm.companies.patch({ id, set: { segment } })
    const {
      items: [newest, second],
      next,
    } = await firm.companies.history(id, { limit: 2 })
    expect([newest?.after["segment"], second?.after["segment"]]).toEqual(["c", "b"])
    const { items: older } = await firm.companies.history(id, { after: next ?? "", limit: 10 })
    expect(older.map(({ verb }) => verb)).toEqual(["patch", "create"])
  })
})

describe("preview", () => {
  test("says what a command would do by the same path, and writes nothing", async () => {
    const head = await firm.engine.journal.head({ tenant: "acme" })
    const input = { ids: firm.ids, set: { segment: "Bostad" }, refused: "all" } as const
    const preview = await firm.companies.massUpdate.preview(input)
    expect(preview.outcome).toMatchObject({ updated: firm.ids })
    expect(preview.changes).toMatchObject(
      firm.ids.map((record) => ({ entity: "company", record, verb: "patch", after: { segment: "Bostad" } })),
    )
    expect(await segments()).toEqual([null, null, null])
    expect(await firm.engine.journal.head({ tenant: "acme" })).toEqual(head)
    await firm.companies.massUpdate(input)
    expect(await segments()).toEqual(["Bostad", "Bostad", "Bostad"])
  })

  test("refuses as the command would, and personal values are shown", async () => {
    const refused = await firm.companies.patch.preview({ id: "0190-nobody", set: {} }).result()
    expect(refused).toMatchObject({ ok: false, error: { _tag: "NotFound" } })
    const { changes } = await firm.ada.parties.persons.create.preview({ number: "per", name: "Per Lund" })
    expect(changes).toMatchObject([{ verb: "create", after: { name: "Per Lund", number: "per" } }])
    expect((await firm.ada.parties.persons.list()).items).toEqual([])
  })

  test("needs the same right", async () => {
    const { id: role } = await firm.ada.organisation.roles.create({ name: "guest", grants: ["parties.companies.read"] })
    await firm.ada.organisation.users.create({ login: "gus", name: "Gus", roles: [{ role }] })
    const gus = firm.engine.as({ tenant: "acme", user: "gus", locale: "sv" })
    const refused = await gus.parties.companies.patch.preview({ id: firm.ids[0] ?? "", set: {} }).result()
    expect(refused).toMatchObject({ ok: false, error: { _tag: "Forbidden" } })
    expect(!refused.ok && refused.error.message).toBe("Du behöver rätten parties.companies.patch.")
  })
})
