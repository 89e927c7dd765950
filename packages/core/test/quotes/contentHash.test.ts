/** The content hash: it binds an acceptance or a signature to what was priced, and to nothing else. */
import { describe, expect, test } from "vitest"
import { draft, type Firm, line, openFirm, type QuoteGiven, sek } from "./firm.ts"

const footer = {
  key: "F1",
  label: "Freight",
  amount: sek(500_00),
  cost: sek(400_00),
  basis: "amount",
  visibility: "shown",
} as const
const part = { label: "All", sharePpm: 1_000_000, dueRule: "onAcceptance" } as const
const given = (firm: Firm): Partial<QuoteGiven> => ({
  lines: [line(firm, "L1")],
  footers: [footer],
  instalments: [part],
})

/** The hash of the only quote of a firm of its own: the same ids and numbers every time. */
const hashWith = async (
  change: (firm: Firm) => Partial<QuoteGiven>,
  send = {},
  before?: (firm: Firm) => Promise<unknown>,
) => {
  const firm = await openFirm()
  await before?.(firm)
  const quote = await draft(firm, { ...given(firm), ...change(firm) })
  return (await firm.anna.quotes.send({ quote: quote.id, ...send })).revision.contentHash
}
const plain = () => hashWith(() => ({}))

describe("another hash", () => {
  test.each<readonly [what: string, change: (firm: Firm) => Partial<QuoteGiven>]>([
    ["quantity", (firm) => ({ lines: [line(firm, "L1", { quantity: "1.000001" })] })],
    ["product", (firm) => ({ lines: [line(firm, "L1", { product: firm.products.P40 })] })],
    ["text of a line", (firm) => ({ lines: [line(firm, "L1", { description: "Line L1." })] })],
    ["section", (firm) => ({ lines: [line(firm, "L1", { section: "other" })] })],
    ["one more option", (firm) => ({ lines: [line(firm, "L1"), line(firm, "L2", { isOptional: true })] })],
    ["amount of a charge", () => ({ footers: [{ ...footer, amount: sek(500_01) }] })],
    ["label of a charge", () => ({ footers: [{ ...footer, label: "Travel" }] })],
    ["visibility of a charge", () => ({ footers: [{ ...footer, visibility: "hidden" }] })],
    ["label of an instalment", () => ({ instalments: [{ ...part, label: "Everything" }] })],
    [
      "shares",
      () => ({
        instalments: [
          { ...part, sharePpm: 600_000 },
          { ...part, sharePpm: 400_000 },
        ],
      }),
    ],
    ["VAT scheme", () => ({ vatScheme: "reverseCharge" })],
  ])("%s", async (_, change) => {
    expect(await hashWith(change)).not.toBe(await plain())
  })

  test("price, discount, VAT rate and promised date", async () => {
    const changes = [
      hashWith(
        () => ({}),
        {},
        async ({ anna }) => {
          const { items } = await anna.catalogue.prices.list({})
          for (const { id } of items) await anna.catalogue.prices.patch({ id, set: { price: "12000.01" } })
        },
      ),
      hashWith(
        () => ({}),
        {},
        ({ anna, customers }) =>
          anna.catalogue.discounts.create({
            subject: "customer",
            customer: customers.K2,
            target: "all",
            ratePpm: 1,
            minQuantity: "1",
            validFrom: "2025-01-01",
          }),
      ),
      hashWith(
        () => ({}),
        {},
        ({ anna, products }) => anna.catalogue.products.patch({ id: products.P30, set: { vatRatePpm: 120_000 } }),
      ),
      hashWith(() => ({}), { promisedOn: "2025-04-01" }),
    ]
    const hashes = await Promise.all([plain(), ...changes])
    expect(new Set(hashes).size).toBe(hashes.length)
  })
})

test("the same quote in the same firm has the same hash, sixty-four digits long", async () => {
  const hash = await plain()
  expect(hash).toMatch(/^[0-9a-f]{64}$/)
  expect(await plain()).toBe(hash)
})

test("what is no part of the content changes nothing: wishes, floors, people, reasons and the writing of a number", async () => {
  const others = [
    hashWith((firm) => ({ lines: [line(firm, "L1", { quantity: "1.000" })] })),
    hashWith(() => ({ wantedOn: "2025-05-01", marginFloorPpm: 10_000 })),
    hashWith((firm) => ({ projectManager: firm.users["dag"] ?? null })),
    hashWith(() => ({}), { promiseReason: "dag is free" }),
    hashWith(
      () => ({}),
      {},
      ({ anna, customers }) => anna.parties.companies.patch({ id: customers.K2, set: { name: "New name" } }),
    ),
  ]
  expect(new Set(await Promise.all([plain(), ...others])).size).toBe(1)
})

test("what the customer was offered is part of it: validity, reference and title", async () => {
  const others = [
    hashWith(() => ({ validityDays: 60 })),
    hashWith(() => ({ reference: "our order 7" })),
    hashWith(() => ({ title: "Another title" })),
  ]
  expect(new Set(await Promise.all([plain(), ...others])).size).toBe(others.length + 1)
})
