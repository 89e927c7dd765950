/** Scopes: which records a right reaches, in every way in which records are read. */
import type { Right } from "@anbud/core"
import { describe, expect, test } from "vitest"
import { NOBODY } from "../workshop.ts"
import { type Desk, openDesk, saidOf, tagOf } from "./desk.ts"

const R = "desk.tickets.read"

/** Four tickets: mine in South, another's in North, in Lab below it, and of the group above cats. */
const fill = async ({ ada, ticket, boss, north, lab, south, pets }: Desk, me: { readonly id: string }) => {
  const cats = await ada.organisation.groups.create({
    name: "cats",
    parentGroup: pets.id,
    members: [{ user: me.id as never }],
  })
  return {
    cats,
    mine: await ticket("mine", me.id, { unit: south.id, cost: 1, notes: [{ words: "a" }] }),
    north: await ticket("north", boss.id, { unit: north.id, cost: 10, notes: [{ words: "b" }] }),
    lab: await ticket("lab", boss.id, { unit: lab.id, cost: 100 }),
    pets: await ticket("pets", boss.id, { team: pets.id, cost: 1000 }),
  }
}

describe("a grant reaches by its scope", () => {
  const cases: readonly (readonly [readonly Right[], readonly string[]])[] = [
    [[R], ["lab", "mine", "north", "pets"]],
    [[{ may: R }], ["lab", "mine", "north", "pets"]],
    [[{ may: R, scope: "all" }], ["lab", "mine", "north", "pets"]],
    [[{ may: R, scope: "own" }], ["mine"]],
    [[{ may: R, scope: "unit" }], ["north"]],
    [[{ may: R, scope: "tree" }], ["lab", "north"]],
    [[{ may: R, scope: "group" }], ["pets"]],
    [
      [
        { may: R, scope: "own" },
        { may: "desk.*", scope: "unit" },
      ],
      ["mine", "north"],
    ],
    [
      [R, { not: R, scope: "tree" }],
      ["mine", "pets"],
    ],
    [
      ["*", { not: "desk.*", scope: "own" }],
      ["lab", "north", "pets"],
    ],
    [
      [
        { may: R, scope: "unit" },
        { not: R, scope: "unit" },
      ],
      [],
    ],
  ]
  test.each(cases)("%j → %j", async (grants, expected) => {
    const desk = await openDesk()
    const me = await desk.hire([...grants, "desk.tally"])
    const tickets = await fill(desk, me)
    const seen = (await me.session.desk.tickets.list()).items.map(({ number }) => number)
    expect(seen.sort()).toEqual(expected)
    const costs = { mine: 1, north: 10, lab: 100, pets: 1000 } as Readonly<Record<string, number>>
    expect(await me.session.desk.tally({})).toEqual({
      count: expected.length,
      cost: expected.reduce((sum, name) => sum + (costs[name] ?? 0), 0),
    })
    for (const name of ["mine", "north", "lab", "pets"] as const) {
      const isSeen = expected.includes(name) ? "done" : "NotFound"
      expect(await tagOf(me.session.desk.tickets.get(tickets[name].id)), name).toBe(isSeen)
      expect(await tagOf(me.session.desk.tickets.parts(tickets[name].id, "notes")), name).toBe(isSeen)
      expect(await tagOf(me.session.desk.tickets.history(tickets[name].id)), name).toBe(isSeen)
    }
  })

  test("an entity without the scope's field is out of a grant's reach, and within a denial's", async () => {
    const desk = await openDesk()
    await desk.ada.desk.labels.create({ name: "red" })
    const granted = await desk.hire([{ may: "desk.*", scope: "unit" }])
    const denied = await desk.hire(["desk.*", { not: "desk.labels.read", scope: "own" }])
    for (const { session } of [granted, denied]) expect((await session.desk.labels.list()).items).toEqual([])
  })

  test("a denied list hides its parts, and a denied part hides itself", async () => {
    const desk = await openDesk()
    for (const denial of [{ not: R, fields: ["notes"] }, { not: "desk.note.read" }]) {
      const me = await desk.hire(["desk.*", denial])
      const { id } = await desk.ticket(me.login, me.id, { notes: [{ words: "a" }] })
      const said = me.session.desk.tickets.parts(id, "notes")
      if (denial.fields) await expect(said).rejects.toMatchObject({ _tag: "InvalidInput" })
      else expect(await said).toEqual([])
    }
  })
})

describe("rights are those of now", () => {
  test("row 63: who leaves a group, a unit or a role loses what it gave in the next call, replays included", async () => {
    const desk = await openDesk()
    const me = await desk.hire(["organisation.*", { may: "desk.*", scope: "unit" }])
    const { id } = await desk.ticket("A", desk.boss.id, { unit: desk.north.id })
    const options = { idempotencyKey: "k" }
    expect(await tagOf(me.session.desk.close({ ticket: id }, options))).toBe("done")
    await desk.ada.organisation.users.patch({ id: me.id, set: { unit: desk.south.id } })
    expect(await tagOf(me.session.desk.tickets.get(id))).toBe("NotFound")
    expect(await tagOf(me.session.desk.close({ ticket: id }, options))).toBe("NotFound")
    await desk.ada.organisation.roles.patch({ id: me.role.id, set: { grants: [] } })
    expect(await tagOf(me.session.desk.tickets.get(id))).toBe("Forbidden")
    await desk.ada.organisation.users.patch({ id: me.id, set: { isActive: false } })
    expect(await tagOf(me.session.desk.tickets.get(id))).toBe("UnknownUser")
  })
})

describe("a command reaches by its own scope", () => {
  test("readable and out of the command's scope is Forbidden, hidden is NotFound", async () => {
    const desk = await openDesk()
    const me = await desk.hire([
      { may: R, scope: "tree" },
      { may: "desk.close", scope: "own" },
    ])
    const mine = await desk.ticket("mine", me.id, { unit: desk.north.id })
    const read = await desk.ticket("read", desk.boss.id, { unit: desk.lab.id })
    const hidden = await desk.ticket("hidden", desk.boss.id, { unit: desk.south.id })
    expect(await tagOf(me.session.desk.close({ ticket: mine.id }))).toBe("done")
    expect(await tagOf(me.session.desk.close({ ticket: read.id }))).toBe("Forbidden")
    expect(await tagOf(me.session.desk.close({ ticket: hidden.id }))).toBe("NotFound")
    expect(await tagOf(me.session.desk.close.preview({ ticket: hidden.id }))).toBe("NotFound")
  })

  test("nothing is made, nor given away, out of the scope", async () => {
    const desk = await openDesk()
    const me = await desk.hire([R, "organisation.users.read", { may: "desk.tickets.*", scope: "own" }])
    const { tickets } = me.session.desk
    const made = await tickets.create({ number: "1", title: "mine", owner: me.id })
    expect(await tagOf(tickets.create({ number: "2", title: "his", owner: desk.boss.id }))).toBe("Forbidden")
    expect(await tagOf(tickets.patch({ id: made.id, set: { owner: desk.boss.id } }))).toBe("Forbidden")
    const his = await desk.ticket("3", desk.boss.id)
    expect(await tagOf(tickets.patch({ id: his.id, set: { owner: me.id } }))).toBe("Forbidden")
  })

  test("row 60: a reference to a hidden record says what one to no record says, in lists too", async () => {
    const desk = await openDesk()
    const me = await desk.hire(["organisation.*", { may: "desk.*", scope: "own" }])
    const hidden = await desk.ticket("hidden", desk.boss.id)
    const mine = await desk.ticket("mine", me.id)
    const { tickets } = me.session.desk
    for (const call of [
      (id: string) => tickets.create({ number: "n", title: "x", owner: me.id, after: id as never }),
      (id: string) => tickets.patch({ id: mine.id, set: { after: id as never } }),
      (id: string) => tickets.massUpdate({ ids: [mine.id], set: { after: id as never }, refused: "all" }),
      (id: string) => tickets.get(id as never),
      (id: string) => tickets.patch({ id: id as never, set: { title: "y" } }),
      (id: string) => tickets.massUpdate({ ids: [id as never], set: { title: "y" }, refused: "all" }),
      (id: string) => me.session.desk.close({ ticket: id as never }),
    ])
      expect(await saidOf(call(hidden.id), hidden.id)).toBe(await saidOf(call(NOBODY), NOBODY))
  })

  test("row 67: mass update of records of which some are not permitted: all or nothing, or named", async () => {
    const desk = await openDesk()
    const me = await desk.hire([
      { may: R, scope: "tree" },
      { may: "desk.tickets.massUpdate", scope: "unit" },
    ])
    const [a, b, c] = [
      await desk.ticket("a", desk.boss.id, { unit: desk.north.id }),
      await desk.ticket("b", desk.boss.id, { unit: desk.lab.id }),
      await desk.ticket("c", desk.boss.id, { unit: desk.south.id }),
    ]
    const ids = [a.id, b.id, c.id]
    const set = { title: "new" }
    const { tickets } = me.session.desk
    expect(await tagOf(tickets.massUpdate({ ids, set, refused: "all" }))).toBe("MassUpdateRefused")
    const outcome = await tickets.massUpdate({ ids, set, refused: "skip" })
    expect(outcome.updated).toEqual([a.id])
    expect(outcome.failed.map(({ id, tag }) => [id, tag])).toEqual([
      [b.id, "Forbidden"],
      [c.id, "NotFound"],
    ])
    expect((await desk.ada.desk.tickets.get(b.id)).title).toBe("Ticket b")
  })

  test("row 65: a key that a hidden record has is taken, and nothing is said of whose it is", async () => {
    const desk = await openDesk()
    const me = await desk.hire(["organisation.*", { may: "desk.*", scope: "own" }])
    const hidden = await desk.ticket("TAKEN", desk.boss.id, { cost: 77 })
    const error = await me.session.desk.tickets
      .create({ number: "taken", title: "x", owner: me.id })
      .catch((e: unknown) => e)
    expect(error).toMatchObject({ _tag: "UniqueTaken", params: { table: "ticket", columns: ["number"] } })
    expect(JSON.stringify(error)).not.toContain(hidden.id)
  })

  test("row 66: work on behalf of a user who is gone is refused, and the system names its reason", async () => {
    const desk = await openDesk()
    const me = await desk.hire(["desk.*"])
    await desk.ada.organisation.users.patch({ id: me.id, set: { isActive: false } })
    const { id } = await desk.ticket("A", desk.boss.id)
    expect(await tagOf(me.session.desk.close({ ticket: id }))).toBe("UnknownUser")
    const system = desk.engine.system({ tenant: "fjall", reason: "queued for user1" })
    expect(await tagOf(system.desk.close({ ticket: id }))).toBe("done")
    const {
      items: [entry],
    } = await desk.ada.desk.tickets.history(id)
    expect(entry).toMatchObject({ actor: "system", reason: "queued for user1" })
  })

  test.each(["", " ", "FJALL", ["fjall"], null, undefined, { id: "fjall" }])(
    "row 61: the tenant %j is none",
    async (tenant) => {
      const desk = await openDesk()
      const session = desk.engine.as({ tenant: tenant as never, user: "anna" })
      expect(await tagOf(session.desk.tickets.list())).toBe("UnknownTenant")
      expect(await tagOf(session.desk.labels.create({ name: "x" }))).toBe("UnknownTenant")
    },
  )
})
