/** Masks: a field that an actor may not see is absent from whatever is read, and unknown to whatever is asked. */
import type { Right } from "@anbud/core"
import { describe, expect, test } from "vitest"
import { type Desk, openDesk, saidOf, tagOf } from "./desk.ts"

const R = "desk.tickets.read"
const blind = (desk: Desk) =>
  desk.hire(["desk.*", "organisation.*", { not: R, fields: ["cost"] }, { not: "desk.note.read", fields: ["rating"] }])

describe("a hidden field", () => {
  test("is absent from rows, parts, answers, previews and history", async () => {
    const desk = await openDesk()
    const me = await blind(desk)
    const { id } = await desk.ticket("A", desk.boss.id, { cost: 7, notes: [{ words: "a", rating: 9 }] })
    await desk.ada.desk.tickets.patch({ id, set: { cost: 8, title: "new" } })
    const { tickets } = me.session.desk
    expect(Object.keys(await tickets.get(id))).not.toContain("cost")
    expect(Object.keys((await tickets.list()).items[0] ?? {})).not.toContain("cost")
    expect(await tickets.parts(id, "notes")).toEqual([expect.not.objectContaining({ rating: 9 })])
    const { items: history } = await tickets.history(id)
    expect(history[0]?.after).toEqual({ title: "new" })
    expect(history[1]?.after).not.toHaveProperty("cost")
    expect(await me.session.desk.close({ ticket: id })).not.toHaveProperty("cost")
    const preview = await me.session.desk.tickets.patch.preview({ id, set: { title: "x" } })
    expect(JSON.stringify(preview)).not.toContain("cost")
  })

  test("row 6: is refused as unknown in a filter, a sum and a list patch", async () => {
    const desk = await openDesk()
    const me = await blind(desk)
    const { tickets } = me.session.desk
    const known = async (name: string) => saidOf(tickets.list({ where: { [name]: { gt: 1 } } as never }), name)
    expect(await known("cost")).toBe(await known("wage"))
    expect(await tagOf(tickets.list({ where: { notes: { some: { rating: 9 } } } }))).toBe("InvalidInput")
    expect(await tagOf(me.session.desk.tally({}))).toBe("InvalidInput")
  })

  test("row 14: cannot be written by any door, and says what an unknown one says", async () => {
    const desk = await openDesk()
    const me = await blind(desk)
    const { id } = await desk.ticket("A", desk.boss.id)
    const { tickets } = me.session.desk
    const file = (column: string) => ({
      file: "t.csv",
      text: `number;title;owner;x\nB;b;boss;5\n`,
      key: ["number"] as const,
      columns: { number: "number", title: "title", owner: "owner", [column]: "x" } as never,
    })
    for (const call of [
      (name: string) => tickets.patch({ id, set: { [name]: 5 } as never }),
      (name: string) => tickets.patch({ id, set: { [name]: "no number", foo: 1 } as never }),
      (name: string) => tickets.create({ number: "n", title: "t", owner: desk.boss.id, [name]: 5 } as never),
      (name: string) => tickets.massUpdate({ ids: [id], set: { [name]: 5 } as never, refused: "skip" }),
      (name: string) => tickets.import(file(name)),
      (name: string) => tickets.patch.preview({ id, set: { [name]: 5 } as never }),
    ]) {
      const said = await saidOf(call("cost"), "cost")
      expect(said).toContain("InvalidInput")
      expect(said).toBe(await saidOf(call("wage"), "wage"))
    }
    expect((await desk.ada.desk.tickets.get(id)).cost).toBe(null)
  })

  test("a refusal that rests on it is told without it, replayed by rights of now", async () => {
    const desk = await openDesk()
    const me = await blind(desk)
    const { id } = await desk.ticket("A", desk.boss.id, { cost: 2000 })
    const key = { idempotencyKey: "dear" }
    await expect(me.session.desk.close({ ticket: id }, key)).rejects.toMatchObject({ params: { cost: null } })
    await desk.ada.organisation.roles.patch({ id: me.role.id, set: { grants: ["desk.*"] } })
    await expect(me.session.desk.close({ ticket: id }, key)).rejects.toMatchObject({ params: { cost: 2000 } })
  })

  test("one that only some records show is there, but cannot be named", async () => {
    const desk = await openDesk()
    const me = await desk.hire([
      { may: R, fields: ["number", "title", "owner"] },
      { may: R, scope: "own" },
    ])
    await desk.ticket("his", desk.boss.id, { cost: 1 })
    await desk.ticket("mine", me.id, { cost: 2 })
    const { tickets } = me.session.desk
    const rows = (await tickets.list()).items.map((row) => [row.number, row.cost])
    expect(rows.sort()).toEqual([
      ["his", undefined],
      ["mine", 2],
    ])
    expect(await tagOf(tickets.list({ where: { cost: 2 } }))).toBe("InvalidInput")
  })

  test("a record that needs a hidden field is for others to make", async () => {
    const desk = await openDesk()
    const me = await desk.hire(["desk.*", "organisation.*", { not: R, fields: ["title"] }])
    const made = me.session.desk.tickets.create({ number: "n", owner: me.id } as never)
    expect(await tagOf(made)).toBe("Forbidden")
  })
})

describe("a field that may be read and not written", () => {
  test("row 15: is Forbidden by name in patch, create, mass update, import and undo", async () => {
    const desk = await openDesk()
    const verbs = ["create", "patch", "massUpdate", "import", "undo"]
    const me = await desk.hire([
      "desk.*",
      "organisation.*",
      ...verbs.map((verb) => ({ not: `desk.tickets.${verb}`, fields: ["cost"] })),
    ])
    const { id } = await desk.ticket("A", desk.boss.id, { cost: 1 })
    await desk.ada.desk.tickets.patch({ id, set: { cost: 2 } })
    const {
      items: [{ seq } = { seq: 0 }],
    } = await desk.ada.desk.tickets.history(id)
    const { tickets } = me.session.desk
    const file = {
      file: "t.csv",
      text: "number;title;owner;cost\nB;b;boss;5\n",
      key: ["number"] as const,
      columns: { number: "number", title: "title", owner: "owner", cost: "cost" } as const,
    }
    for (const call of [
      tickets.patch({ id, set: { cost: 5, title: "x" } }),
      tickets.create({ number: "n", title: "t", owner: desk.boss.id, cost: 5 }),
      tickets.massUpdate({ ids: [id], set: { cost: 5 }, refused: "skip" }),
      tickets.import(file),
    ])
      await expect(call).rejects.toMatchObject({ _tag: "Forbidden", params: { fields: ["cost"] } })
    const undone = await tickets.undo({ seq, refused: "skip" })
    expect(undone.failed).toMatchObject([{ id, tag: "Forbidden", params: { fields: ["cost"] } }])
    expect((await tickets.get(id)).cost).toBe(2)
    expect(await tagOf(tickets.patch({ id, set: { title: "x" } }))).toBe("done")
  })

  test("an import out of scope names each row, and finds no hidden record", async () => {
    const desk = await openDesk()
    const me = await desk.hire(["organisation.users.read", { may: "desk.*", scope: "own" }])
    await desk.ticket("HIS", desk.boss.id)
    const file = (text: string) => ({
      file: "t.csv",
      text: `number;title;owner\n${text}\n`,
      key: ["number"] as const,
      columns: { number: "number", title: "title", owner: "owner" } as const,
    })
    const { tickets } = me.session.desk
    const error = await tickets.import(file(`N1;t;${me.login}\nN2;t;boss`)).catch((e: unknown) => e)
    expect(error).toMatchObject({ _tag: "ImportRejected", params: { issues: [{ row: 3, code: "Forbidden" }] } })
    expect(await tagOf(tickets.import(file(`HIS;mine now;${me.login}`)))).toBe("UniqueTaken")
    expect((await desk.ada.desk.tickets.list({ where: { number: "HIS" } })).items[0]?.title).toBe("Ticket HIS")
  })
})

test("row 7: counts, sums and pages hold visible records only", async () => {
  const desk = await openDesk()
  const me = await desk.hire(["desk.tally", { may: R, scope: "own" }])
  for (let n = 0; n < 6; n += 1) await desk.ticket(`t${n}`, n % 3 === 0 ? me.id : desk.boss.id, { cost: 10 ** n })
  expect(await me.session.desk.tally({})).toEqual({ count: 2, cost: 1001 })
  const seen: string[] = []
  for await (const { number } of me.session.desk.tickets.each({ limit: 1 })) seen.push(number)
  expect(seen.sort()).toEqual(["t0", "t3"])
})

describe("the fields of a command or a query are what may be given to it", () => {
  const asked = async (grants: readonly Right[]) => {
    const desk = await openDesk()
    const me = await desk.hire([R, "organisation.users.read", ...grants])
    const mine = await desk.ticket("mine", me.id)
    const his = await desk.ticket("his", desk.boss.id)
    const { close } = me.session.desk
    return { me, close, mine: { ticket: mine.id }, his: { ticket: his.id }, title: { title: "given" } }
  }

  test("what every call must give always may; the rest only by name", async () => {
    const { close, his, title } = await asked([{ may: "desk.close", fields: ["reason"] }])
    const forbidden = { _tag: "Forbidden", params: { right: "desk.close", fields: ["title"] } }
    await expect(close({ ...his, ...title })).rejects.toMatchObject(forbidden)
    await expect(close.preview({ ...his, ...title })).rejects.toMatchObject(forbidden)
    expect((await close({ ...his, title: null })).title).toBe("closed")
  })

  test("each grant gives its own fields, of its own records", async () => {
    const { close, mine, his, title } = await asked([
      { may: "desk.close", fields: ["reason"] },
      { may: "desk.close", scope: "own", fields: ["title"] },
    ])
    expect((await close({ ...mine, ...title })).title).toBe("given")
    await expect(close({ ...his, ...title })).rejects.toMatchObject({ _tag: "Forbidden", params: { fields: [] } })
    expect(await tagOf(close(his))).toBe("done")
  })

  test("a denial takes a field away, everywhere or of some records", async () => {
    const all = await asked(["desk.close", { not: "desk.close", fields: ["title"] }])
    expect(await tagOf(all.close({ ...all.mine, ...all.title }))).toBe("Forbidden")
    const own = await asked(["desk.close", { not: "desk.close", fields: ["title"], scope: "own" }])
    expect(await tagOf(own.close({ ...own.mine, ...own.title }))).toBe("Forbidden")
    expect(await tagOf(own.close({ ...own.his, ...own.title }))).toBe("done")
  })

  test("the fields of a query too", async () => {
    const { me } = await asked([{ may: "desk.search", fields: ["number"] }])
    expect(await tagOf(me.session.desk.find({ number: "mine" }))).toBe("Forbidden")
    const { me: other } = await asked([{ may: "desk.find", fields: ["number"] }])
    expect(await other.session.desk.find({ number: "mine" })).toBe(1)
    await expect(other.session.desk.find({ title: "x" })).rejects.toMatchObject({ params: { fields: ["title"] } })
  })

  test("what must be given cannot be denied apart", async () => {
    const desk = await openDesk()
    const grants: readonly Right[] = [{ not: "desk.close", fields: ["ticket"] }]
    expect(await tagOf(desk.ada.organisation.roles.create({ name: "x", grants }))).toBe("RuleBroken")
  })
})
