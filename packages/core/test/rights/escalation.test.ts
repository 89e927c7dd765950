/** Escalation: nobody gives more than they have, somebody who may do everything is left, and nothing is its own parent. */
import { GrantExceedsOwn, LastAdministrator, messageOf, type Right } from "@anbud/core"
import { describe, expect, test } from "vitest"
import { openDesk, tagOf } from "./desk.ts"

const HR: readonly Right[] = ["organisation.*", { may: "desk.*", scope: "tree" }, "desk.labels.*"]

describe("row 64: nobody gives more than they have", () => {
  const cases: readonly (readonly [readonly Right[], readonly Right[], string])[] = [
    [HR, ["desk.labels.read"], "done"],
    [HR, ["desk.labels.*"], "done"],
    [HR, ["organisation.users.read"], "done"],
    [HR, [{ may: "desk.tickets.read", scope: "unit" }], "done"],
    [HR, [{ may: "desk.tickets.read", scope: "own" }], "done"],
    [HR, ["desk.tickets.read"], "GrantExceedsOwn"],
    [HR, [{ may: "desk.tickets.read", scope: "group" }], "GrantExceedsOwn"],
    [HR, ["*"], "GrantExceedsOwn"],
    [HR, [], "done"],
    [["*", { not: "desk.tickets.read", fields: ["cost"] }], ["desk.*"], "GrantExceedsOwn"],
    [["*", { not: "desk.tickets.read", fields: ["cost"] }], ["desk.labels.*"], "done"],
    [
      ["*", { not: "desk.tickets.read", fields: ["cost"] }],
      ["desk.*", { not: "desk.tickets.*", fields: ["cost", "title"] }],
      "done",
    ],
    [["organisation.*", { may: "desk.*", fields: ["title"] }], [{ may: "desk.*", fields: ["title"] }], "done"],
    [["organisation.*", { may: "desk.*", fields: ["title"] }], ["desk.*"], "GrantExceedsOwn"],
  ]
  test.each(cases)("%j gives %j: %s", async (own, given, outcome) => {
    const desk = await openDesk()
    const me = await desk.hire(own)
    const { roles } = me.session.organisation
    expect(await tagOf(roles.create({ name: "new", grants: given }))).toBe(outcome)
    const harmless = await desk.ada.organisation.roles.create({ name: "harmless", grants: [] })
    expect(await tagOf(roles.patch({ id: harmless.id, set: { grants: given } }))).toBe(outcome)
    expect(await tagOf(roles.massUpdate({ ids: [harmless.id], set: { grants: given }, refused: "all" }))).toBe(outcome)
    const ready = await desk.ada.organisation.roles.create({ name: "ready", grants: given })
    const user = { login: "new", name: "New", unit: desk.north.id, roles: [{ role: ready.id }] }
    expect(await tagOf(me.session.organisation.users.create(user))).toBe(outcome)
  })

  test("nor by moving a user, a unit or a group, nor by taking a denial away", async () => {
    const desk = await openDesk()
    const me = await desk.hire([...HR, { may: "desk.close", scope: "group" }])
    const { organisation } = me.session
    const seller = await desk.hire([{ may: "desk.tickets.read", scope: "unit" }], desk.lab.id)
    const { users, units } = organisation
    expect(await tagOf(users.patch({ id: seller.id, set: { unit: desk.north.id } }))).toBe("done")
    expect(await tagOf(users.patch({ id: seller.id, set: { unit: desk.south.id } }))).toBe("GrantExceedsOwn")
    expect(await tagOf(units.patch({ id: desk.south.id, set: { parentUnit: desk.north.id } }))).toBe("GrantExceedsOwn")
    const closer = await desk.hire([{ may: "desk.close", scope: "group" }])
    const join = { name: "owls", members: [{ user: closer.id }] }
    expect(await tagOf(organisation.groups.create(join))).toBe("GrantExceedsOwn")
    const limited = await desk.hire([{ not: "desk.tickets.read" }])
    const [held] = await desk.ada.organisation.users.parts(limited.id, "roles")
    const remove = { id: limited.id, set: { roles: { remove: [held?.id ?? ""] } } }
    expect(await tagOf(users.patch(remove))).toBe("GrantExceedsOwn")
    expect(await tagOf(desk.ada.organisation.users.patch(remove))).toBe("done")
  })

  test("nor does a self-promotion by import or undo", async () => {
    const desk = await openDesk()
    const me = await desk.hire(HR)
    const { roles } = me.session.organisation
    await desk.ada.organisation.roles.patch({ id: me.role.id, set: { grants: ["*"] } })
    await desk.ada.organisation.roles.patch({ id: me.role.id, set: { grants: HR } })
    const {
      items: [{ seq } = { seq: 0 }],
    } = await desk.ada.organisation.roles.history(me.role.id)
    expect(await tagOf(roles.undo({ seq, refused: "all" }))).toBe("GrantExceedsOwn")
    const file = {
      file: "roles.csv",
      text: `name;grants\n${me.role.name};x\n`,
      key: ["name"] as const,
      columns: { name: "name", grants: () => ["*"] } as const,
    }
    expect(await tagOf(roles.import(file))).toBe("GrantExceedsOwn")
  })
})

describe("row 64: the last administrator", () => {
  test("cannot be demoted, deactivated or limited; with a second one, the first can", async () => {
    const desk = await openDesk()
    const { roles, users } = desk.ada.organisation
    const [admin] = (await roles.list({ where: { name: "administrator" } })).items
    const [anna] = (await users.list({ where: { login: "anna" } })).items
    if (!admin || !anna) throw new Error("There is no administrator")
    const [held] = await users.parts(anna.id, "roles")
    const blind = await roles.create({ name: "blind", grants: [{ not: "desk.*" }] })
    const attempts = [
      () => roles.patch({ id: admin.id, set: { grants: ["desk.*"] } }),
      () => roles.patch({ id: admin.id, set: { grants: ["*", { not: "desk.close" }] } }),
      () => users.patch({ id: anna.id, set: { isActive: false } }),
      () => users.massUpdate({ ids: [anna.id], set: { isActive: false }, refused: "all" }),
      () => users.patch({ id: anna.id, set: { roles: { remove: [held?.id ?? ""] } } }),
      () => users.patch({ id: anna.id, set: { roles: { add: [{ role: blind.id }] } } }),
    ]
    for (const attempt of attempts) expect(await tagOf(attempt())).toBe("LastAdministrator")
    const second = await desk.hire(["*"])
    expect(await tagOf(users.patch({ id: anna.id, set: { isActive: false } }))).toBe("done")
    const { users: theirs } = second.session.organisation
    expect(await tagOf(theirs.patch({ id: second.id, set: { isActive: false } }))).toBe("LastAdministrator")
  })
})

describe("row 64: neither a unit nor a group is above itself", () => {
  test("in one step or in two", async () => {
    const desk = await openDesk()
    const { units, groups } = desk.ada.organisation
    expect(await tagOf(units.patch({ id: desk.north.id, set: { parentUnit: desk.north.id } }))).toBe("RuleBroken")
    expect(await tagOf(units.patch({ id: desk.north.id, set: { parentUnit: desk.lab.id } }))).toBe("RuleBroken")
    const cats = await groups.create({ name: "cats", parentGroup: desk.pets.id })
    await expect(groups.patch({ id: desk.pets.id, set: { parentGroup: cats.id } })).rejects.toMatchObject({
      _tag: "RuleBroken",
      params: { entity: "group", field: "parentGroup" },
    })
  })
})

test("a denial that nothing here has is refused: misspelt, it would protect nothing", async () => {
  const desk = await openDesk()
  const { roles } = desk.ada.organisation
  for (const denial of [
    { not: "desk.tickets.read", fields: ["costs"] },
    { not: "desk.ticket.read" },
    { not: "desk.tickets.reads" },
  ])
    expect(await tagOf(roles.create({ name: "x", grants: [denial] }))).toBe("RuleBroken")
})

test.each([
  [{ may: "desk.*", scope: "everywhere" }],
  [{ may: "desk.*", not: "desk.*" }],
  [{ may: "desk.*", field: ["cost"] }],
  [{ may: "desk.*", fields: [] }],
  [{ may: "desk.*", fields: ["a b"] }],
  [{ may: "desk*" }],
  [{ scope: "own" }],
])("a role cannot hold %j", async (grant) => {
  const desk = await openDesk()
  expect(await tagOf(desk.ada.organisation.roles.create({ name: "x", grants: [grant] as never }))).toBe("RuleBroken")
})

test.each([
  [new GrantExceedsOwn({ right: "quotes.*" }), "quotes.*", "Du kan inte ge"],
  [new LastAdministrator({}), "administrator", "administratören"],
])("%s speaks both languages", (error, en, sv) => {
  expect(messageOf(error, "en")).toContain(en)
  expect(messageOf(error, "sv")).toContain(sv)
})
