/** Which price and which discount a line gets: the examples of the specification, with its numbers. */
import { describe, expect, test } from "vitest"
import { type DiscountGiven, type Firm, line, openFirm, quoteGiven } from "./firm.ts"

type Customer = keyof Firm["customers"]

/** A row of the matrix on a product, unless said otherwise. */
const discount = (rest: Partial<DiscountGiven>): DiscountGiven =>
  ({ target: "all", minQuantity: "1", validFrom: "2025-01-01", subject: "customer", ...rest }) as DiscountGiven

const give = async ({ anna, customers, products }: Firm, who: Customer | "Housing", percent: number, rest = {}) => {
  const subject = who === "Housing" ? { subject: "segment" as const, segment: who } : { customer: customers[who] }
  const target = { target: "product" as const, product: products.P30 }
  await anna.catalogue.discounts.create(discount({ ...target, ...subject, ratePpm: percent * 10_000, ...rest }))
}
const ofGroup = { target: "priceGroup", priceGroup: "PUMP", product: null } as const
const ofCategory = { target: "category", category: "Heat", product: null } as const
const ofAll = { target: "all", product: null } as const

/** The first line's net in kronor, with where its price came from. */
const priced = async (firm: Firm, customer: Customer, quantity = "1", rest = {}) => {
  const lines = [line(firm, "L1", { quantity })]
  const quote = await firm.anna.quotes.create(quoteGiven(firm, { customer: firm.customers[customer], lines, ...rest }))
  const view = await firm.anna.quotes.preview({ quote: quote.id })
  const [own] = view.lines
  return { net: (view.priced.lines[0]?.netMinor ?? 0) / 100, from: own?.priceSource, discountPpm: own?.discountPpm }
}

describe("c.4 price and discount resolution: P30 costs 12 000 in the standard list", () => {
  interface Case {
    readonly rule: string
    readonly given: (firm: Firm) => Promise<unknown>
    readonly customer: Customer
    readonly net: number
    readonly quantity?: string
  }
  const ownList = async (firm: Firm, price: string, isNet: boolean) =>
    firm.priceOf((await firm.list("K1-OWN", firm.customers.K1, isNet)).id, price)

  test.each<Case>([
    { rule: "nobody has agreed on anything", given: async () => null, customer: "K1", net: 12_000 },
    { rule: "K1 has 15 % on P30", given: (firm) => give(firm, "K1", 15), customer: "K1", net: 10_200 },
    {
      rule: "K1 has 15 % on P30 and 20 % on its category: the product is more specific",
      given: async (firm) => [await give(firm, "K1", 15), await give(firm, "K1", 20, ofCategory)],
      customer: "K1",
      net: 10_200,
    },
    {
      rule: "the group is more specific than the category, and the category than everything",
      given: async (firm) => [
        await give(firm, "K1", 10, ofGroup),
        await give(firm, "K1", 20, ofCategory),
        await give(firm, "K1", 30, ofAll),
      ],
      customer: "K1",
      net: 10_800,
    },
    { rule: "K1's own net list takes no discount", given: (f) => ownAndRow(f, true), customer: "K1", net: 11_000 },
    { rule: "K1's own list that is not net takes it", given: (f) => ownAndRow(f, false), customer: "K1", net: 9_350 },
    { rule: "K1's own list is not K2's", given: (f) => ownList(f, "11000", true), customer: "K2", net: 12_000 },
    {
      rule: "K6 inherits the 10 % of its parent K5",
      given: (firm) => give(firm, "K5", 10, { ...ofAll, isInherited: true }),
      customer: "K6",
      net: 10_800,
    },
    { rule: "K5 keeps its 10 % to itself", given: (f) => give(f, "K5", 10, ofAll), customer: "K6", net: 12_000 },
    { rule: "the segment has 5 %", given: (f) => give(f, "Housing", 5), customer: "K1", net: 11_400 },
    {
      rule: "the customer comes before its segment, even with a row that is less specific",
      given: async (firm) => [await give(firm, "Housing", 50), await give(firm, "K1", 2, ofAll)],
      customer: "K1",
      net: 11_760,
    },
    {
      rule: "a discount from ten pieces on is not for nine",
      given: (firm) => give(firm, "K1", 20, { minQuantity: "10" }),
      customer: "K1",
      quantity: "9",
      net: 108_000,
    },
    {
      rule: "a discount from ten pieces on is for ten",
      given: (firm) => give(firm, "K1", 20, { minQuantity: "10" }),
      customer: "K1",
      quantity: "10",
      net: 96_000,
    },
    {
      rule: "a discount that ended yesterday",
      given: (firm) => give(firm, "K1", 20, { validTo: "2025-03-13" }),
      customer: "K1",
      net: 12_000,
    },
    {
      rule: "a discount that ends today",
      given: (firm) => give(firm, "K1", 20, { validTo: "2025-03-14" }),
      customer: "K1",
      net: 9_600,
    },
    {
      rule: "a discount that begins tomorrow",
      given: (firm) => give(firm, "K1", 20, { validFrom: "2025-03-15" }),
      customer: "K1",
      net: 12_000,
    },
    {
      rule: "a tier of the list from ten pieces on",
      given: (firm) => firm.priceOf(firm.standardList, "11500", { minQuantity: "10" }),
      customer: "K2",
      quantity: "10",
      net: 115_000,
    },
    {
      rule: "nine pieces are below the tier",
      given: (firm) => firm.priceOf(firm.standardList, "11500", { minQuantity: "10" }),
      customer: "K2",
      quantity: "9",
      net: 108_000,
    },
    {
      rule: "a price that begins in April",
      given: (firm) => firm.priceOf(firm.standardList, "12600", { validFrom: "2025-04-01" }),
      customer: "K2",
      net: 12_000,
    },
  ])("$rule → $net", async ({ given, customer, quantity = "1", net }) => {
    const firm = await openFirm()
    await given(firm)
    expect((await priced(firm, customer, quantity)).net).toBe(net)
  })

  const ownAndRow = async (firm: Firm, isNet: boolean) => {
    await ownList(firm, "11000", isNet)
    await give(firm, "K1", 15)
  }

  test("on the first of April the new price holds, and the last resort is the product's own list price", async () => {
    const firm = await openFirm()
    await firm.priceOf(firm.standardList, "12600", { validFrom: "2025-04-01" })
    expect(await priced(firm, "K2", "1", { quotedOn: "2025-04-01" })).toMatchObject({ net: 12_600, from: "STD" })
    expect(await priced(firm, "K2", "1", { quotedOn: "2024-12-31" })).toMatchObject({ net: 13_000 })
  })

  test("a quote may be restricted to lists: without the customer's own, the standard one counts", async () => {
    const firm = await openFirm()
    await ownList(firm, "11000", true)
    expect(await priced(firm, "K1")).toEqual({ net: 11_000, from: "K1-OWN", discountPpm: 0 })
    expect(await priced(firm, "K1", "1", { priceLists: [firm.standardList] })).toMatchObject({
      net: 12_000,
      from: "STD",
    })
  })

  test("two rows of equal rank are never chosen between in silence", async () => {
    const firm = await openFirm()
    await give(firm, "K1", 15)
    await give(firm, "K1", 16)
    await firm.priceOf((await firm.list("STD-2")).id, "12001")
    const refused = await firm.anna.quotes.create(quoteGiven(firm, { customer: firm.customers.K1 })).result()
    expect(refused).toMatchObject({
      error: { params: { issues: [{ path: "lines[0].product", message: "P30: AmbiguousPrice" }] } },
    })
    const other = await firm.anna.quotes
      .create(quoteGiven(firm, { customer: firm.customers.K1, priceLists: [firm.standardList] }))
      .result()
    expect(other).toMatchObject({ error: { params: { issues: [{ message: "P30: AmbiguousDiscount" }] } } })
  })
})
