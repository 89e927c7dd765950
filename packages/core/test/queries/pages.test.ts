import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, InvalidCursor, type ListQuery } from "@anbud/core"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  closing,
  type Machine,
  type Machine as MachineEntity,
  type Machines,
  machine,
  openWorkshop,
  plugins,
  TENANT,
  temporaryFile,
} from "../workshop.ts"

type Query = ListQuery<typeof MachineEntity>
const NOTES = [null, "a", "Z", "å", "\u{1F600}", "\uFFFD"]

/** Machines with every combination of an empty, a repeated and an own value. */
const filled = async () => {
  const { anna, engine } = await openWorkshop()
  const { machines } = anna.workshop
  let first: Machine | null = null
  for (let index = 0; index < 18; index += 1) {
    const note = NOTES[index % 6] ?? null
    const count = index % 3
    const amount = index % 4 === 0 ? null : { minor: (index % 4) * 100, currency: index % 2 === 0 ? "SEK" : "EUR" }
    const twin: Machine["twin"] = index % 5 === 0 ? null : (first?.id ?? null)
    const made: Machine = await machines.create({ ...machine(`M${index}`), note, count, deposit: amount, twin })
    first ??= made
  }
  return { engine, anna, machines }
}

const walked = async (machines: Machines, query: Query): Promise<readonly string[][]> => {
  const pages: string[][] = []
  let after: string | undefined
  do {
    const page: { items: readonly Machine[]; next: string | null } = await machines.list({
      ...query,
      ...(after === undefined ? {} : { after }),
    })
    pages.push(page.items.map(({ id }) => id))
    after = page.next ?? undefined
  } while (after !== undefined)
  return pages
}

const codePoints = (a: string, b: string): number => {
  const [left, right] = [[...a], [...b]].map((chars) => chars.map((char) => char.codePointAt(0) ?? 0))
  for (let index = 0; ; index += 1) {
    const [x, y] = [left?.[index], right?.[index]]
    if (x === undefined || y === undefined) return (x === undefined ? 0 : 1) - (y === undefined ? 0 : 1)
    if (x !== y) return x - y
  }
}
/** The order of the promise, in plain code: null first, texts by code point, then the id. */
const compared = (a: unknown, b: unknown): number => {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1)
  return typeof a === "number" ? a - Number(b) : codePoints(String(a), String(b))
}

describe("pages in order", () => {
  test("property: any order and any size of page give every record once, null least, ties by id", async () => {
    const { machines } = await filled()
    const all = (await machines.list({ limit: 100 })).items
    const by = fc.record({ field: fc.constantFrom("note", "count", "code", "state", "id"), descending: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(by, { maxLength: 3, selector: ({ field }) => field }),
        fc.integer({ min: 1, max: 20 }),
        async (order, limit) => {
          const pages = await walked(machines, { order: order as Query["order"] & object, limit })
          const expected = [...all].sort((a, b) => {
            for (const { field, descending } of order) {
              const sign = compared(a[field as "note"], b[field as "note"])
              if (sign !== 0) return descending ? -sign : sign
            }
            return codePoints(a.id, b.id)
          })
          expect(pages.flat()).toEqual(expected.map(({ id }) => id))
          expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })

  test("an amount sorts within its currency; a field of what a reference points at sorts, empty where there is none", async () => {
    const { machines } = await filled()
    const byDeposit = await machines.list({ order: [{ field: "deposit" }], limit: 100 })
    const deposits = byDeposit.items.map(({ deposit }) => (deposit ? `${deposit.currency} ${deposit.minor}` : ""))
    expect(deposits).toEqual([...deposits].sort())
    const query: Query = { order: [{ field: "twin.code", descending: true }, { field: "code" }], limit: 4 }
    const expected = (await machines.list({ limit: 100 })).items
      .map(({ id, code, twin }) => ({ id, code, twin: twin === null ? 1 : 0 }))
      .sort((a, b) => a.twin - b.twin || codePoints(a.code, b.code))
    expect((await walked(machines, query)).flat()).toEqual(expected.map(({ id }) => id))
  })

  test("a filter narrows pages and counts alike", async () => {
    const { machines } = await filled()
    const where = { note: { isNull: false }, count: { gte: 1 } }
    const pages = await walked(machines, { where, order: [{ field: "note", descending: true }], limit: 3 })
    expect(pages.flat().length).toBe(await machines.count({ where }))
    expect(await machines.count()).toBe(18)
    await expect(machines.count({ limit: 3 } as never)).rejects.toMatchObject({ _tag: "InvalidInput" })
  })

  test("`each` reads the next page when the last is used up, and stops at a signal", async () => {
    const { machines } = await filled()
    const seen: string[] = []
    for await (const { code } of machines.each({ order: [{ field: "code" }], limit: 5 })) {
      // What comes later in the order and is made while reading is read as well: a page is a snapshot, the walk is not.
      if (seen.length === 4) await machines.create(machine("M99"))
      seen.push(code)
    }
    expect(seen).toEqual([...seen].sort())
    expect(seen.length).toBe(19)
    const stop = new AbortController()
    const read: string[] = []
    const walk = async () => {
      for await (const { code } of machines.each({ limit: 2 }, { signal: stop.signal })) {
        read.push(code)
        if (read.length === 3) stop.abort(new Error("enough"))
      }
    }
    await expect(walk()).rejects.toThrow("enough")
    expect(read.length).toBe(3)
    await expect(machines.list({}, { signal: stop.signal })).rejects.toThrow("enough")
  })
})

describe("cursors", () => {
  test("the row at which a page ended may be gone: the next page goes on behind its place", async () => {
    const { machines } = await filled()
    const order: Query["order"] = [{ field: "count" }, { field: "code", descending: true }]
    const first = await machines.list({ order, limit: 6 })
    const all = (await walked(machines, { order, limit: 100 })).flat()
    await machines.patch({ id: first.items[5]?.id ?? "", set: { count: 50 } })
    const second = await machines.list({ order, limit: 3, after: first.next ?? "" })
    expect(second.items.map(({ id }) => id)).toEqual(all.slice(6, 9))
  })

  test("a cursor holds no readable value, is the same every time, and goes on after a restart in any process", async () => {
    const file = temporaryFile()
    const { anna, engine } = await openWorkshop(file)
    for (const code of ["A", "B", "C"])
      await anna.workshop.machines.create({ ...machine(code), note: `secret ${code}` })
    const query: Query = { order: [{ field: "note" }], limit: 1 }
    const { next } = await anna.workshop.machines.list(query)
    expect(Buffer.from(String(next), "base64url").toString()).not.toContain("secret")
    expect((await anna.workshop.machines.list(query)).next).toBe(next)
    await engine.close()
    const again = closing(await createEngine({ store: sqlite({ file }), plugins }))
    const page = await again
      .as({ tenant: "fjall", user: "anna" })
      .workshop.machines.list({ ...query, after: next ?? "" })
    expect(page.items.map(({ code }) => code)).toEqual(["B"])
    await again.close()
    const guarded = closing(await createEngine({ store: sqlite({ file }), plugins, secret: "of the host" }))
    const foreign = guarded
      .as({ tenant: "fjall", user: "anna" })
      .workshop.machines.list({ ...query, after: next ?? "" })
    await expect(foreign).rejects.toBeInstanceOf(InvalidCursor)
  })

  test("another user, tenant, order, filter or collection cannot use a cursor, and none can be made or changed", async () => {
    const { engine, anna, machines } = await filled()
    await engine.tenants.create({ ...TENANT, id: "other", name: "Other" })
    const [role] = (await anna.organisation.roles.list()).items
    await anna.organisation.users.create({ login: "bo", name: "Bo", roles: role ? [{ role: role.id }] : [] })
    const query: Query = { order: [{ field: "code" }], where: { count: 1 }, limit: 2 }
    const { next } = await machines.list(query)
    const after = next ?? ""
    expect((await machines.list({ ...query, limit: 4, after })).items.length).toBe(4)
    const bo = engine.as({ tenant: "fjall", user: "bo" }).workshop.machines
    const other = engine.as({ tenant: "other", user: "anna" }).workshop.machines
    const flipped = `${after.slice(0, -1)}${after.endsWith("A") ? "B" : "A"}`
    const wrong: readonly (readonly [string, PromiseLike<unknown>])[] = [
      ["another user", bo.list({ ...query, after })],
      ["another tenant", other.list({ ...query, after })],
      ["another order", machines.list({ ...query, order: [{ field: "code", descending: true }], after })],
      ["another filter", machines.list({ ...query, where: { count: 2 }, after })],
      ["no filter", machines.list({ limit: 2, after })],
      ["another collection", anna.workshop.remarks.list({ after })],
      ["a changed one", machines.list({ ...query, after: flipped })],
      ["a cut one", machines.list({ ...query, after: after.slice(0, 20) })],
      ["an id", machines.list({ ...query, after: "01953000-0000-7000-8000-000000000000" })],
      ["nothing", machines.list({ ...query, after: "" })],
      ["of another version", machines.list({ ...query, after: `2${after.slice(1)}` })],
      ["of no text", machines.list({ ...query, after: 7 as never })],
      ["too long", machines.list({ ...query, after: `1.${"A".repeat(100_000)}` })],
    ]
    for (const [what, call] of wrong)
      await expect(Promise.resolve(call), what).rejects.toMatchObject({ _tag: "InvalidCursor" })
  })

  test("row 10: limits out of range and orders of no known form are InvalidInput", async () => {
    const { machines } = await filled()
    const wrong: readonly object[] = [
      ...[-1, 0, 1.5, 1001, 1e9, "10; --", "10", null, Number.NaN].map((limit) => ({ limit })),
      ...["code", [{ field: 7 }], [{ field: "code", descending: "desc; --" }], [{ field: "code", nulls: "first" }]].map(
        (order) => ({ order }),
      ),
      { order: [{ field: 'code"; drop table machine' }] },
      { order: [{ field: "rate" }] },
      { order: [{ field: "visit" }] },
      { order: [{ field: "parts" }] },
      { order: [{ field: "options" }] },
      { order: [{ field: "code.length" }] },
      { order: [{ field: `${"twin.".repeat(9)}code` }] },
      { order: Array.from({ length: 9 }, () => ({ field: "code" })) },
      { offset: -1 },
    ]
    for (const query of wrong)
      await expect(machines.list(query as Query), JSON.stringify(query)).rejects.toMatchObject({ _tag: "InvalidInput" })
  })
})
