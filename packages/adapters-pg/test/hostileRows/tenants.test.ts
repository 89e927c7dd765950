/** Rows 60 to 67 of the catalogue of bad inputs, on both databases: tenants, rights and identity. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { DATABASES, type House, NOBODY, openHouse, saidOf, tagOf } from "./house.ts"

describe.each(DATABASES)("%s", (database) => {
  let house: House
  beforeAll(async () => {
    house = await openHouse(database)
  })
  afterAll(() => house.close())

  test("row 60: another tenant's id says what an id of nothing says, in every place that takes one", async () => {
    const [here, there] = [await house.tenant(), await house.tenant()]
    const theirs = await there.company("K1", "Theirs")
    const mine = await here.company("K1", "Mine")
    const { companies } = here
    const calls: readonly ((id: never) => Promise<unknown>)[] = [
      (id) => companies.get(id),
      (id) => companies.history(id),
      (id) => companies.parts(id, "addresses"),
      (id) => companies.patch({ id, set: { name: "x" } }),
      (id) => companies.patch({ id: mine.id, set: { parentCompany: id } as never }),
      (id) => companies.massUpdate({ ids: [id], set: { name: "x" }, refused: "all" }),
      (id) => here.company("K2", "x", { owner: id }),
      (id) => here.ada.timeBank.open({ customer: id, name: "TB" }),
      (id) => here.ada.quotes.create({ title: "t", customer: id, currency: "SEK", seller: id, lines: [] }),
      (id) => here.ada.quotes.accept({ quote: id, acceptedBy: "Per" }),
    ]
    for (const call of calls)
      expect(await saidOf(call(theirs.id as never), theirs.id)).toBe(await saidOf(call(NOBODY), NOBODY))
    expect((await companies.list({ where: { id: theirs.id } })).items).toEqual([])
    expect((await there.companies.get(theirs.id)).name).toBe("Theirs")
    const { broken } = await house.engine.journal.verify({ tenant: here.id })
    expect(broken).toBeNull()
  })

  test.each([undefined, null, "", " ", ["firm-1"], { id: "firm-1" }, "FIRM-1", "firm-1\0", "firm-1' or '1'='1"])(
    "row 61: the tenant %j is none",
    async (tenant) => {
      await house.tenant()
      const session = house.engine.as({ tenant: tenant as never, user: "ada" })
      expect(await tagOf(session.parties.companies.list())).toBe("UnknownTenant")
      expect(await tagOf(session.parties.companies.count())).toBe("UnknownTenant")
      expect(await tagOf(session.organisation.roles.create({ name: "x", grants: [] }))).toBe("UnknownTenant")
    },
  )

  test.each([undefined, null, "", " ", ["ada"], { login: "ada" }, "ada\0", "ada\ud800", "ada' or '1'='1"])(
    "row 61: the user %j is none",
    async (user) => {
      const { id } = await house.tenant()
      const session = house.engine.as({ tenant: id, user: user as never })
      expect(await tagOf(session.parties.companies.list())).toBe("UnknownUser")
    },
  )

  test("row 62: two tenants interleaved on one connection never see one another", async () => {
    const firms = [await house.tenant(), await house.tenant()]
    const calls = Array.from({ length: 40 }, async (_, n) => {
      const firm = firms[n % 2] as (typeof firms)[number]
      await firm.company(`K${n}`, `of ${firm.id}`)
      if (n % 5 === 0) await firm.companies.get(NOBODY).catch(() => undefined)
      return (await firm.companies.list({ limit: 100 })).items.every(({ name }) => name === `of ${firm.id}`)
    })
    expect(await Promise.all(calls)).toEqual(calls.map(() => true))
    for (const firm of firms) expect(await firm.companies.count()).toBe(20)
  })

  test("row 63: a right that is withdrawn is gone in the next call, in the middle of a batch too", async () => {
    const firm = await house.tenant()
    const grants = ["parties.companies.*"]
    const me = await firm.hire("carl", grants)
    const { companies } = me.session.parties
    const { id } = await firm.company("K1", "x")
    expect(await tagOf(companies.patch({ id, set: { name: "y" } }))).toBe("done")
    const batch = await companies.batches.massUpdate({ ids: [id], set: { name: "z" }, refused: "skip" })
    await firm.ada.organisation.roles.patch({ id: me.role, set: { grants: [] } })
    expect(await tagOf(companies.patch({ id, set: { name: "z" } }))).toBe("Forbidden")
    const stop = new AbortController()
    const work = house.engine.work({ signal: stop.signal, pollMilliseconds: 5 })
    await expect.poll(async () => (await companies.batches.get(batch.id)).state, { timeout: 20_000 }).toBe("refused")
    stop.abort()
    await work
    expect(await companies.batches.get(batch.id)).toMatchObject({ refusal: { tag: "Forbidden" } })
    expect((await firm.companies.get(id)).name).toBe("y")
  })

  test("row 64: nobody gives more than they have, the last administrator stays, and no group is above itself", async () => {
    const firm = await house.tenant()
    const me = await firm.hire("carl", ["organisation.*"])
    const { roles, users, groups } = me.session.organisation
    expect(await tagOf(roles.patch({ id: me.role, set: { grants: ["*"] } }))).toBe("GrantExceedsOwn")
    expect(await tagOf(roles.create({ name: "more", grants: ["quotes.*"] }))).toBe("GrantExceedsOwn")
    const { user: ada } = await firm.ada.organisation.me({})
    expect(await tagOf(firm.ada.organisation.users.patch({ id: ada as never, set: { isActive: false } }))).toBe(
      "LastAdministrator",
    )
    const { id } = await groups.create({ name: "a" })
    const { id: below } = await groups.create({ name: "b", parentGroup: id } as never)
    expect(await tagOf(groups.patch({ id, set: { parentGroup: below } as never }))).not.toBe("done")
    expect(await tagOf(users.list())).toBe("done")
  })

  test("row 65: a taken key and a reference that still holds say nothing of the other record", async () => {
    const firm = await house.tenant()
    const me = await firm.hire("carl", [{ may: "parties.companies.*", scope: "own" }, "organisation.users.read"])
    const hidden = await firm.company("TAKEN", "Hidden and dear", { segment: "secret" })
    const said = await saidOf(
      me.session.parties.companies.create({ number: "taken", name: "x", country: "SE", currency: "SEK", owner: me.id }),
    )
    expect(said).toContain("UniqueTaken")
    for (const told of [hidden.id, "Hidden", "secret", firm.id]) expect(said).not.toContain(told)
  })

  test("row 66: nothing is done for a user who is gone, though it was asked for before", async () => {
    const firm = await house.tenant()
    const me = await firm.hire("carl", ["parties.companies.*"])
    const { id } = await firm.company("K1", "x")
    const { id: batch } = await me.session.parties.companies.batches.massUpdate({
      ids: [id],
      set: { name: "z" },
      refused: "all",
    })
    await firm.ada.organisation.users.patch({ id: me.id, set: { isActive: false } })
    expect(await tagOf(me.session.parties.companies.list())).toBe("UnknownUser")
    await firm.companies.batches.wait(batch)
    expect(await firm.companies.batches.get(batch)).toMatchObject({ state: "refused", refusal: { tag: "UnknownUser" } })
    expect((await firm.companies.get(id)).name).toBe("x")
  })

  test("row 67: of 1 010 records three are not permitted: none is written, or each of the three is named", async () => {
    const firm = await house.tenant()
    const me = await firm.hire("carl", [
      "parties.companies.read",
      { may: "parties.companies.massUpdate", scope: "own" },
      "organisation.*",
    ])
    const text = [
      "number;name;owner",
      ...Array.from({ length: 1010 }, (_, n) => `K${n};x;${n % 400 === 7 ? "ada" : "carl"}`),
    ]
    const columns = {
      number: "number",
      name: "name",
      owner: "owner",
      country: () => "SE",
      currency: () => "SEK",
    } as const
    await firm.companies.import({ file: "k.csv", text: text.join("\n"), key: ["number"], columns })
    const ids: never[] = []
    for await (const { id } of firm.companies.each({ limit: 1000 })) ids.push(id as never)
    const { companies } = me.session.parties
    const set = { segment: "Bostad" }
    expect(await tagOf(companies.massUpdate({ ids, set, refused: "all" }))).toBe("MassUpdateRefused")
    expect(await firm.companies.count({ where: { segment: "Bostad" } })).toBe(0)
    const { updated, failed } = await companies.massUpdate({ ids, set, refused: "skip" })
    expect([updated.length, failed.map(({ tag }) => tag)]).toEqual([1007, ["Forbidden", "Forbidden", "Forbidden"]])
    expect(await firm.companies.count({ where: { segment: "Bostad" } })).toBe(1007)
  })
})
