/** Reports: what they show, how they group and add up, how they are paged, and what they refuse. */
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, fixedClock, fixedIds, standard } from "@anbud/core"
import type { Money } from "@anbud/pricing"
import { describe, expect, expectTypeOf, test } from "vitest"
import { closing, START, TENANT } from "../workshop.ts"

const openFirm = async () => {
  const store = sqlite({ file: ":memory:" })
  const engine = closing(
    await createEngine({ store, plugins: standard, clock: fixedClock(START), ids: fixedIds("report") }),
  )
  await engine.tenants.create(TENANT)
  const anna = engine.as({ tenant: TENANT.id, user: "anna" })
  const [user] = (await anna.organisation.users.list({ where: { login: "anna" } })).items
  const seller = user?.id ?? ("" as never)
  const company = (
    number: string,
    name: string,
    more: { country?: string; currency?: string; segment?: string } = {},
  ) => anna.parties.companies.create({ number, name, country: "SE", currency: "SEK", ...more })
  const product = (number: string, listPrice: string, priceGroup = "VP") =>
    anna.catalogue.products.create({
      number,
      name: `Product ${number}`,
      kind: "goods",
      unit: "H87",
      category: "Pumps",
      priceGroup,
      listPrice,
      unitCost: "60",
      vatRatePpm: 250_000,
    })
  return { engine, anna, seller, company, product }
}

/** Two customers in kronor and one in euros, with quotes of pumps and hoses. */
const openShop = async () => {
  const firm = await openFirm()
  const { anna, seller, company, product } = firm
  const [k1, k2, k3] = [
    await company("K1", "Granen", { segment: "Energi" }),
    await company("K2", "Björken", { segment: "Bolig" }),
    await company("K3", "Pioppo", { country: "IT", currency: "EUR" }),
  ]
  const [pump, hose] = [await product("P30", "100"), await product("P40", "10", "HO")]
  const quote = async (
    customer: (typeof k1)["id"],
    currency: string,
    quotedOn: string,
    pumps: string,
    hoses: string,
  ) => {
    const made = await anna.quotes.create({
      title: "Pumps",
      customer,
      currency,
      seller,
      quotedOn: quotedOn as never,
      ...(currency === "SEK" ? {} : { exchangeRate: "11.5" }),
      lines: [
        { key: "1", section: "goods", product: pump.id, description: "Pump", quantity: pumps },
        { key: "2", section: "goods", product: hose.id, description: "Hose", quantity: hoses },
      ],
    })
    await anna.quotes.send({ quote: made.id })
  }
  await quote(k1.id, "SEK", "2025-01-31", "3", "5")
  await quote(k1.id, "SEK", "2025-02-01", "1", "0.5")
  await quote(k2.id, "SEK", "2025-02-28", "2", "10")
  await quote(k3.id, "EUR", "2025-03-01", "7", "1")
  return firm
}

describe("columns", () => {
  test("fields of the records and of what they refer to, with the types that they have", async () => {
    const { anna } = await openShop()
    const { items } = await anna.quotes.quotes.report({
      columns: { on: "quotedOn", customer: "customer.name", country: "customer.country", revision: "currentRevision" },
      where: { currency: "SEK" },
      order: [{ column: "on", descending: true }],
    })
    expect(items).toEqual([
      { on: "2025-02-28", customer: "Björken", country: "SE", revision: 1 },
      { on: "2025-02-01", customer: "Granen", country: "SE", revision: 1 },
      { on: "2025-01-31", customer: "Granen", country: "SE", revision: 1 },
    ])
    expectTypeOf(items[0]?.revision).toEqualTypeOf<number | undefined>()
  })

  test("SV-26 SV-29 how many customers by segment and by country", async () => {
    const { anna } = await openShop()
    const by = async (field: "segment" | "country") =>
      (await anna.parties.companies.report({ columns: { value: field, count: { count: true } } })).items
    expect(await by("country")).toEqual([
      { value: "IT", count: 1 },
      { value: "SE", count: 2 },
    ])
    expect(await by("segment")).toEqual([
      { value: null, count: 1 },
      { value: "Bolig", count: 1 },
      { value: "Energi", count: 1 },
    ])
  })

  test("SV-44 sales by product, of the parts of parts, with amounts within their currencies", async () => {
    const { anna } = await openShop()
    const { items } = await anna.quotes.quotes.reportParts("revisions.lines", {
      columns: {
        product: "product.number",
        net: { sum: "net" },
        sold: { sum: "quantity" },
        largest: { max: "net" },
        lines: { count: true },
      },
      order: [{ column: "net", descending: true }],
    })
    expect(items).toEqual([
      { product: "P30", net: sek(60_000), sold: "6", largest: sek(30_000), lines: 3 },
      { product: "P40", net: sek(15_500), sold: "15.5", largest: sek(10_000), lines: 3 },
      { product: "P30", net: eur(6_087), sold: "7", largest: eur(6_087), lines: 1 },
      { product: "P40", net: eur(87), sold: "1", largest: eur(87), lines: 1 },
    ])
    expectTypeOf(items[0]?.net).toEqualTypeOf<Money | null | undefined>()
    expectTypeOf(items[0]?.sold).toEqualTypeOf<string | null | undefined>()
  })

  test("SV-54 by month, by quarter and altogether", async () => {
    const { anna } = await openShop()
    const { quotes } = anna.quotes
    const count = { count: true } as const
    expect((await quotes.report({ columns: { month: { field: "quotedOn", by: "month" }, count } })).items).toEqual([
      { month: "2025-01-01", count: 1 },
      { month: "2025-02-01", count: 2 },
      { month: "2025-03-01", count: 1 },
    ])
    expect((await quotes.report({ columns: { quarter: { field: "quotedOn", by: "quarter" }, count } })).items).toEqual([
      { quarter: "2025-01-01", count: 4 },
    ])
    const first = { min: "quotedOn" } as const
    expect((await quotes.report({ columns: { count, first } })).items).toEqual([{ count: 4, first: "2025-01-31" }])
    const none = await quotes.report({ columns: { count, first }, where: { title: "None" } })
    expect(none.items).toEqual([{ count: 0, first: null }])
  })

  test("SV-32 the customers who were offered a product", async () => {
    const { anna } = await openShop()
    const { items } = await anna.quotes.quotes.reportParts("revisions.lines", {
      columns: { customer: "parent.parent.customer.number", quantity: { sum: "quantity" } },
      where: { "product.number": "P30" },
    })
    expect(items).toEqual([
      { customer: "K1", quantity: "4" },
      { customer: "K2", quantity: "2" },
      { customer: "K3", quantity: "7" },
    ])
  })

  test("SV-34 a field that the tenant has defined is a column like any other", async () => {
    const { engine, anna, company } = await openFirm()
    await anna.customFields.define({ entity: "company", kind: "text", labels: { en: "Club" } })
    const again = engine.as({ tenant: TENANT.id, user: "anna" })
    for (const [number, club] of [
      ["K1", "A"],
      ["K2", "B"],
      ["K3", "A"],
    ] as const) {
      const { id } = await company(number, number)
      await again.parties.companies.patch({ id, set: { custom: { club } } })
    }
    const { items } = await again.parties.companies.report({ columns: { club: "custom.club", count: { count: true } } })
    expect(items).toEqual([
      { club: "A", count: 2 },
      { club: "B", count: 1 },
    ])
  })
})

describe("pages", () => {
  test("every row comes once, whatever the size of the page and the order", async () => {
    const { anna } = await openShop()
    const columns = { product: "product.number", on: "parent.parent.quotedOn", net: { sum: "net" } } as const
    for (const order of [[], [{ column: "net", descending: true }], [{ column: "product" }]] as const) {
      const all = (await anna.quotes.quotes.reportParts("revisions.lines", { columns, order })).items
      expect(all).toHaveLength(8)
      for (const limit of [1, 3, 8]) {
        const rows: unknown[] = []
        let after: string | null = null
        do {
          const page: { items: readonly unknown[]; next: string | null } = await anna.quotes.quotes.reportParts(
            "revisions.lines",
            { columns, order, limit, ...(after === null ? {} : { after }) },
          )
          rows.push(...page.items)
          after = page.next
        } while (after !== null)
        expect(rows).toEqual(all)
      }
    }
  })

  test("rows that look alike are still as many as the records", async () => {
    const { anna } = await openShop()
    const { quotes } = anna.quotes
    const first = await quotes.report({ columns: { currency: "currency" }, limit: 3 })
    expect(first.items).toHaveLength(3)
    const rest = await quotes.report({ columns: { currency: "currency" }, limit: 3, after: first.next ?? "" })
    expect(rest).toEqual({ items: [expect.anything()], next: null })
  })

  test("a cursor belongs to its report", async () => {
    const { anna } = await openShop()
    const { quotes } = anna.quotes
    const { next } = await quotes.report({ columns: { currency: "currency" }, limit: 1 })
    const other = await quotes.report({ columns: { title: "title" }, after: next ?? "" }).result()
    expect(other).toMatchObject({ ok: false, error: { _tag: "InvalidCursor" } })
  })
})

describe("what is refused", () => {
  const issuesOf = async (query: unknown): Promise<readonly unknown[]> => {
    const { anna } = await openFirm()
    const outcome = await anna.quotes.quotes.report(query as never).result()
    if (outcome.ok || outcome.error._tag !== "InvalidInput") throw new Error("It was not refused as invalid.")
    return outcome.error.params.issues.map(
      ({ path, message }: { path: string; message: string }) => `${path}: ${message}`,
    )
  }

  test("all columns that are wrong, each with its path", async () => {
    const columns = {
      a: "titel",
      b: { sum: "title" },
      c: { field: "title", by: "month" },
      d: { sum: "customer.paymentTermDays" },
      e: "title",
      f: "customer.secret",
    }
    expect(await issuesOf({ columns })).toEqual([
      "columns.a: titel is not a field to filter by",
      "columns.b: title is nothing that adds up",
      "columns.c: title is no date: only dates have periods",
      "columns.d: customer.paymentTermDays would be added once per row that shares it: report on its own records",
      "columns.f: customer.secret is not a field to filter by",
    ])
  })

  test("hostile shapes", async () => {
    const column =
      "must be a field, { field, by: day | week | month | quarter | year }, { count }, { sum }, { min } or { max }"
    for (const hostile of [
      1,
      null,
      [],
      {},
      { sum: 1 },
      { count: false },
      { field: "quotedOn", by: "hour" },
      { avg: "net" },
      { sum: "x", min: "x" },
    ])
      expect(await issuesOf({ columns: { a: hostile } }), JSON.stringify(hostile)).toEqual([`columns.a: ${column}`])
    expect(await issuesOf({})).toEqual(["columns: must be columns by their names"])
    expect(await issuesOf({ columns: {} })).toEqual(["columns: must be 1 to 50 columns"])
    expect(await issuesOf({ columns: JSON.parse('{"__proto__": "title"}') })).toEqual([
      "columns.__proto__: must have a name of 1 to 80 characters",
    ])
    expect(await issuesOf({ columns: { a: "title" }, limit: 0, order: [{ column: 1 }], having: {} })).toEqual([
      "having: is not known here",
      "limit: must be a whole number from 1 to 1000",
      "order[0]: must be { column, descending? }",
    ])
    expect(await issuesOf({ columns: { a: "title" }, order: [{ column: "b" }] })).toEqual([
      "order[0].column: must be the name of a column",
    ])
    expect(await issuesOf({ columns: { "a; drop table quote --": "title" }, order: [{ column: "a" }] })).toEqual([
      "order[0].column: must be the name of a column",
    ])
  })

  test("parts that the entity does not have", async () => {
    const { anna } = await openFirm()
    for (const parts of ["rows", "revisions.nothing", "", "__proto__", "customer"])
      expect(
        await anna.quotes.quotes.reportParts(parts as never, { columns: { a: "id" } } as never).result(),
      ).toMatchObject({
        ok: false,
        error: { _tag: "InvalidInput" },
      })
  })
})

test("what a user may not see is in no report", async () => {
  const { engine, anna } = await openShop()
  const role = await anna.organisation.roles.create({
    name: "reader",
    grants: [
      { may: "quotes.quotes.read", scope: "own" },
      "parties.companies.read",
      { not: "parties.companies.read", fields: ["segment"] },
    ],
  })
  await anna.organisation.users.create({ login: "eva", name: "Eva", roles: [{ role: role.id }] })
  const eva = engine.as({ tenant: TENANT.id, user: "eva" })
  expect((await eva.quotes.quotes.report({ columns: { count: { count: true } } })).items).toEqual([{ count: 0 }])
  const hidden = await eva.parties.companies.report({ columns: { segment: "segment" } }).result()
  const unknown = await eva.parties.companies.report({ columns: { segment: "sagment" as never } }).result()
  expect(JSON.stringify(hidden).replaceAll("segment", "x")).toBe(
    JSON.stringify(unknown).replace("columns.segment", "columns.x").replaceAll("sagment", "x"),
  )
})

const sek = (minor: number): Money => ({ minor, currency: "SEK" })
const eur = (minor: number): Money => ({ minor, currency: "EUR" })
