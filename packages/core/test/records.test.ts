import type { Where } from "@anbud/core"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { isWellFormed } from "../src/facets/wellFormed.ts"
import { type Machine, type Machine as MachineRow, machine, NOBODY, openWorkshop, planned } from "./workshop.ts"

const sek = (minor: number) => ({ minor, currency: "SEK" })
const wellFormed = fc.string({ unit: "grapheme", maxLength: 20 }).filter(isWellFormed)
const day = fc
  .date({ min: new Date("1900-01-01"), max: new Date("2199-12-31"), noInvalidDate: true })
  .map((at) => at.toISOString())
const decimals = fc
  .tuple(fc.integer({ min: -9_007_199_253, max: 9_007_199_253 }), fc.integer({ min: 0, max: 999_999 }))
  .map(([whole, rest]) => `${whole}.${String(rest).padStart(6, "0")}`.replace(/\.?0+$/, ""))
  .filter((value) => value !== "-0" && value !== "" && value !== "-")
const amount = fc.record({ minor: fc.maxSafeInteger(), currency: fc.constantFrom("SEK", "JPY", "KWD") })
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null })

const values = fc.record({
  label: wellFormed,
  currency: fc.constant("SEK"),
  note: maybe(wellFormed),
  keeper: maybe(wellFormed),
  count: fc.integer({ min: -5, max: 100 }),
  rate: maybe(decimals),
  cost: maybe(decimals),
  amount: maybe(decimals),
  sharePpm: maybe(fc.maxSafeInteger()),
  ranSeconds: maybe(fc.maxSafeInteger()),
  budget: maybe(fc.maxSafeInteger().map(sek)),
  deposit: maybe(amount),
  boughtOn: maybe(day.map((at) => at.slice(0, 10) as NonNullable<MachineRow["boughtOn"]>)),
  seenAt: maybe(day as fc.Arbitrary<NonNullable<MachineRow["seenAt"]>>),
  visit: maybe(
    fc.record({
      local: day.map((at) => at.slice(0, 16) as NonNullable<MachineRow["visit"]>["local"]),
      zone: fc.constantFrom("Europe/Stockholm", "America/St_Johns", "UTC"),
    }),
  ),
  isActive: fc.boolean(),
  state: fc.constantFrom("new" as const, "used" as const),
  options: maybe(
    fc.dictionary(fc.constantFrom("a", "b", "ö"), fc.oneof(fc.maxSafeInteger(), wellFormed, fc.boolean())),
  ),
})

test("property: every kind comes back as it went in, from a create and from a patch", async () => {
  const { engine, anna } = await openWorkshop()
  let count = 0
  await fc.assert(
    fc.asyncProperty(values, values, async (first, second) => {
      count += 1
      const made = await anna.workshop.machines.create({ code: `M${count}`, ...first })
      const read = await anna.workshop.machines.get(made.id)
      expect(read).toEqual({
        ...first,
        id: made.id,
        version: 1,
        code: `M${count}`,
        twin: null,
        doubled: first.count * 2,
      })
      await anna.workshop.machines.patch({ id: made.id, set: second })
      expect(await anna.workshop.machines.get(made.id)).toMatchObject({ ...second, doubled: second.count * 2 })
    }),
    { numRuns: 60 },
  )
  expect(await engine.journal.verify({ tenant: "fjall" })).toMatchObject({ broken: null })
})

test("amounts of parts come back in the currency of their root, at every depth", async () => {
  const { anna } = await openWorkshop()
  const jpy = (minor: number) => ({ minor, currency: "JPY" })
  const parts = [{ name: "x", worth: jpy(7), bolts: [{ length: 1, paid: jpy(-3) }, { length: 2 }] }]
  const { id } = await anna.workshop.machines.create({ ...machine("A"), currency: "JPY", budget: jpy(1), parts })
  const [part] = await anna.workshop.machines.parts(id, "parts")
  expect(part).toMatchObject({ name: "x", worth: jpy(7), position: 1, parent: id })
  const { Bolt } = await import("./workshop.ts")
  let bolts: unknown
  planned.set("bolts", async (ctx) => {
    bolts = await ctx.read.children(Bolt, part!.id)
    return []
  })
  await anna.workshop.run({ plan: "bolts" })
  expect(bolts).toMatchObject([{ paid: jpy(-3) }, { paid: null }])
})

describe("filters", () => {
  const build = async () => {
    const { anna } = await openWorkshop()
    const make = (code: string, given: object) => anna.workshop.machines.create({ ...machine(code), ...given })
    const a = await make("A-100%", {
      note: "50% _off_ \\o/",
      count: 3,
      cost: "9",
      rate: "9",
      deposit: sek(500),
      boughtOn: "2025-01-31",
      isActive: false,
    })
    await make("B_2", {
      note: "fifty",
      count: 10,
      cost: "10",
      rate: "10.50",
      deposit: { minor: 500, currency: "EUR" },
      boughtOn: "2025-02-01",
      seenAt: "2025-01-01T00:00:00.000Z",
    })
    await make("Ç", {
      count: -5,
      cost: "-0.000001",
      state: "used",
      twin: a.id,
      visit: { local: "2026-03-29T02:30", zone: "Europe/Stockholm" },
    })
    const found = async (where: unknown) =>
      (await anna.workshop.machines.list({ where: where as Where<never> })).items
        .map(({ code }) => code.slice(0, 1))
        .sort()
    return { anna, a, found }
  }

  test("each says which records it means", async () => {
    const { a, found } = await build()
    const cases: readonly (readonly [object, string])[] = [
      [{}, "ABÇ"],
      [{ code: "a-100%" }, "A"],
      [{ code: "A-100％" }, "A"],
      [{ code: "c\u0327" }, "Ç"],
      [{ code: { in: ["b_2", "ç", "nobody"] } }, "BÇ"],
      [{ code: { contains: "00%" } }, "A"],
      [{ code: { contains: "_" } }, "B"],
      [{ code: { ne: "A-100%" } }, "BÇ"],
      [{ note: { contains: "%" } }, "A"],
      [{ note: { contains: "_" } }, "A"],
      [{ note: { contains: "\\" } }, "A"],
      [{ note: { contains: "'" } }, ""],
      [{ note: null }, "Ç"],
      [{ note: { isNull: false } }, "AB"],
      [{ note: { ne: "fifty" } }, "A"],
      [{ not: { note: "fifty" } }, "AÇ"],
      [{ count: { gt: 3 } }, "B"],
      [{ count: { gte: 3, lt: 10 } }, "A"],
      [{ count: { in: [] } }, ""],
      [{ cost: { gt: "9.5" } }, "B"],
      [{ cost: "10.000" }, "B"],
      [{ cost: { lt: "0" } }, "Ç"],
      [{ rate: "10.5" }, "B"],
      [{ rate: { in: ["9.0", "7"] } }, "A"],
      [{ deposit: sek(500) }, "A"],
      [{ deposit: { in: [sek(500), { minor: 500, currency: "EUR" }] } }, "AB"],
      [{ deposit: { gte: sek(1) } }, "A"],
      [{ deposit: { ne: sek(500) } }, "B"],
      [{ boughtOn: { gte: "2025-02-01" } }, "B"],
      [{ seenAt: "2025-01-01T00:00:00.000Z" }, "B"],
      [{ visit: { local: "2026-03-29T02:30", zone: "Europe/Stockholm" } }, "Ç"],
      [{ visit: { local: "2026-03-29T02:30", zone: "UTC" } }, ""],
      [{ isActive: false }, "A"],
      [{ state: "used" }, "Ç"],
      [{ twin: a.id }, "Ç"],
      [{ id: a.id }, "A"],
      [{ id: { in: [a.id, NOBODY] } }, "A"],
      [{ version: { gte: 2 } }, ""],
      [{ and: [{ count: { gt: 0 } }, { isActive: true }] }, "B"],
      [{ or: [{ count: -5 }, { cost: "9" }] }, "AÇ"],
      [{ or: [] }, ""],
    ]
    for (const [where, codes] of cases) expect((await found(where)).join(""), JSON.stringify(where)).toBe(codes)
  })

  test("a list of 70 000 values is one filter", async () => {
    const { found } = await build()
    const many = Array.from({ length: 70_000 }, (_, index) => `code ${index}`)
    expect(await found({ code: { in: [...many, "B_2"] } })).toEqual(["B"])
    expect(await found({ count: { in: Array.from({ length: 70_000 }, (_, index) => index) } })).toEqual(["A", "B"])
  })

  test.each<[string, unknown]>([
    ["ghost", { ghost: 1 }],
    ['name"; drop table x--', { 'name"; drop table x--': 1 }],
    ["code_key", { code_key: "a" }],
    ["tenant", { tenant: "berg" }],
    ["toString", { toString: 1 }],
    ["__proto__", JSON.parse('{"__proto__":{"code":1}}')],
    ["options", { options: {} }],
    ["parts", { parts: [] }],
    ["parent", { parent: NOBODY }],
    ["code", { code: { like: "%" } }],
    ["code", { code: { $gt: "" } }],
    ["code", { code: 5 }],
    ["code", { code: ["A"] }],
    ["code", { code: {} }],
    ["code", { code: undefined }],
    ["code", { code: { gt: null } }],
    ["code", { code: { gt: undefined } }],
    ["code", { code: "a\u0000" }],
    ["code.in", { code: { in: "A" } }],
    ["code", { code: { in: [1] } }],
    ["code.isNull", { code: { isNull: "no" } }],
    ["count", { count: "3" }],
    ["count", { count: 1.5 }],
    ["count", { count: Number.NaN }],
    ["count", { count: { contains: "1" } }],
    ["cost", { cost: 5 }],
    ["cost", { cost: "1e9" }],
    ["cost", { cost: "999999999999999" }],
    ["rate", { rate: { gt: "9" } }],
    ["deposit", { deposit: { gt: 5 } }],
    ["deposit", { deposit: { minor: 0.5, currency: "SEK" } }],
    ["deposit.currency", { deposit: { minor: 5 } }],
    ["visit", { visit: { gt: { local: "2026-03-29T02:30", zone: "UTC" } } }],
    ["isActive", { isActive: 1 }],
    ["isActive", { isActive: { gt: false } }],
    ["and", { and: { code: "A" } }],
    ["where", { not: 5 }],
    ["where", { or: [null] }],
  ])("%s is refused by name in %j", async (path, where) => {
    const { anna } = await openWorkshop()
    await expect(anna.workshop.machines.list({ where: where as Where<never> })).rejects.toMatchObject({
      _tag: "InvalidInput",
      params: { issues: [{ path }] },
    })
  })

  test("filters that are too deep or too wide are refused and nothing hangs", async () => {
    const { anna } = await openWorkshop()
    const deep = Array.from({ length: 10_000 }).reduce<object>((inner) => ({ not: inner }), { count: 1 })
    const wide = { or: Array.from({ length: 100_000 }, (_, count) => ({ count })) }
    for (const [where, tag] of [
      [deep, "QueryTooComplex"],
      [wide, "QueryTooComplex"],
    ] as const) {
      const started = performance.now()
      await expect(anna.workshop.machines.list({ where: where as Where<never> })).rejects.toMatchObject({ _tag: tag })
      expect(performance.now() - started).toBeLessThan(2000)
    }
  })
})

describe("lists", () => {
  test("pages follow each other without a gap or a repeat, and `each` walks them", async () => {
    const { anna } = await openWorkshop()
    const made = new Set<string>()
    for (let index = 0; index < 25; index += 1) made.add((await anna.workshop.machines.create(machine(`M${index}`))).id)
    const ids: string[] = []
    let after: string | null = null
    let pages = 0
    do {
      const page: { items: readonly Machine[]; next: string | null } = await anna.workshop.machines.list({
        limit: 10,
        ...(after === null ? {} : { after }),
      })
      ids.push(...page.items.map(({ id }) => id))
      after = page.next
      pages += 1
    } while (after !== null)
    expect(pages).toBe(3)
    expect(ids).toHaveLength(25)
    expect(new Set(ids)).toEqual(made)
    const walked: string[] = []
    for await (const { id } of anna.workshop.machines.each({ limit: 7, where: { code: { ne: "M3" } } })) walked.push(id)
    expect(walked).toEqual(ids.filter((id) => walked.includes(id)))
    expect(walked).toHaveLength(24)
  })

  test("a page that is exactly full has no next", async () => {
    const { anna } = await openWorkshop()
    for (const code of ["A", "B"]) await anna.workshop.machines.create(machine(code))
    expect(await anna.workshop.machines.list({ limit: 2 })).toMatchObject({ next: null, items: [{}, {}] })
    expect((await anna.workshop.machines.list({ limit: 1 })).next).not.toBeNull()
  })

  test.each([
    { limit: 0 },
    { limit: -1 },
    { limit: 1001 },
    { limit: 1e9 },
    { limit: 1.5 },
    { limit: "10; --" },
    { wher: { code: "A" } },
  ])("%j is refused", async (query) => {
    const { anna } = await openWorkshop()
    await expect(anna.workshop.machines.list(query as never)).rejects.toMatchObject({ _tag: "InvalidInput" })
  })

  test("a forged cursor reaches nobody else's records", async () => {
    const { engine, anna } = await openWorkshop()
    await engine.tenants.create({ id: "berg", name: "B", currency: "SEK", zone: "UTC", admin: "bo" })
    await engine.as({ tenant: "berg", user: "bo" }).workshop.machines.create(machine("X"))
    for (const after of ["", "' or 1=1 --", 5, null])
      await expect(anna.workshop.machines.list({ after } as never)).rejects.toMatchObject({ _tag: "InvalidCursor" })
  })
})
