/** One issue of each kind beside a sound line at 100.00: what does not depend on the issue is there to the cent. */
import { describe, expect, test } from "vitest"
import {
  type FooterCharge,
  type OrderColumn,
  type PriceBook,
  planInstalments,
  priceQuote,
  type Quote,
  type QuoteLine,
  type Section,
} from "../src/index.ts"
import { line, netsOf, quote, standard } from "./quotes.ts"

const sound = line("sound", "100.00")
const second = line("second", "50.00")
const beside = (faulty: QuoteLine, more: Partial<Quote> = {}): Quote => quote([sound, faulty], more)

const freight = (more: Partial<FooterCharge> = {}): FooterCharge => ({
  id: "freight",
  amount: { kind: "fixed", amount: "30.00" },
  visibility: "hidden",
  ...more,
})
const withFreight = (footer: FooterCharge, lines: readonly QuoteLine[] = [sound, second]): Quote =>
  quote(lines, { footers: [footer] })

const book: PriceBook = {
  lists: [
    {
      id: "list",
      currency: "SEK",
      scope: { kind: "standard" },
      entries: [
        { id: "box", productId: "screws", unit: "box", price: { kind: "fixed", unitPrice: "18.00" } },
        { id: "one", productId: "paint", price: { kind: "fixed", unitPrice: "7.00" } },
        { id: "two", productId: "paint", price: { kind: "fixed", unitPrice: "8.00" } },
      ],
    },
  ],
  discounts: [],
}
const lookUp = (productId: string, more: Partial<QuoteLine> = {}): QuoteLine => ({
  id: "sought",
  productId,
  vat: standard(25),
  ...more,
})
const inBook = (sought: QuoteLine, date = "2025-03-14"): Quote => beside(sought, { book, date })

/** `first` lies in `last`, which lies in … `first` again. */
const ring: readonly Section[] = [
  { id: "first", parentId: "last" },
  { id: "last", parentId: "first" },
]

describe("a line that cannot be priced or counted leaves the sound one, and the total says so", () => {
  test.each<[tag: string, path: string, input: Quote]>([
    ["InexactInput", "lines[1].unitPrice", beside(line("faulty", "50,00"))],
    ["MoneyOverflow", "lines[1]", beside(line("faulty", "999999999999999", { quantity: "1000000" }))],
    ["InvalidShape", "lines[1].discounts", beside({ ...second, discounts: 5 as unknown as [] })],
    ["InvalidShape", "lines[1].lock", beside({ ...second, lock: "open" as "none" })],
    ["NoPrice", "lines[1].unitPrice", beside({ id: "faulty", vat: standard(25) })],
    ["NoPrice", "lines[1].unitPrice", inBook(lookUp("unheard of"))],
    ["AmbiguousPrice", "lines[1].unitPrice", inBook(lookUp("paint"))],
    ["UnknownUnit", "lines[1].unitPrice", inBook(lookUp("screws", { unit: "piece" }))],
    ["InvalidDate", "date", inBook(lookUp("screws"), "2025-13-01")],
    ["NestingRefused", "sections[0].parentId", beside({ ...second, sectionId: "first" }, { sections: ring })],
    [
      "AlternativeUndecided",
      "lines[1].alternative",
      beside({ ...second, alternative: { group: "roof", isChosen: false } }),
    ],
  ])("%s at %s", (tag, path, input) => {
    const priced = priceQuote(input)
    expect(priced.issues).toContainEqual(expect.objectContaining({ _tag: tag, path, severity: "error" }))
    expect(netsOf(priced)[0]).toBe(100_00)
    expect(priced.vat).toEqual([{ category: "S", ratePpm: 250_000, baseMinor: 100_00, taxMinor: 25_00 }])
    expect(priced.totals).toMatchObject({ isComplete: false, netMinor: 100_00, vatMinor: 25_00, totalMinor: 125_00 })
  })

  test("VatRefused and a rate out of range: the net still counts, its tax is missing", () => {
    for (const [tag, path, vat] of [
      ["VatRefused", "lines[1].vat", { category: "E", ratePpm: 250_000 }],
      ["PercentOutOfRange", "lines[1].vat.ratePpm", { category: "S", ratePpm: -1 }],
    ] as const) {
      const priced = priceQuote(beside({ ...second, vat }))
      expect(priced.issues).toMatchObject([{ _tag: tag }])
      expect(priced.issues[0]?.path.startsWith(path)).toBe(true)
      expect(netsOf(priced)).toEqual([100_00, 50_00])
      expect(priced.totals).toMatchObject({ isComplete: false, netMinor: 150_00, vatMinor: 25_00 })
    }
  })
})

describe("a hidden charge that cannot be spread is shown: nets as priced, every total whole", () => {
  const locked: readonly QuoteLine[] = [
    { ...sound, lock: "net" },
    { ...second, lock: "all" },
  ]
  const ofTwoSigns = [sound, line("return", "60.00", { quantity: -1 }), line("other", "60.00", { quantity: -1 })]

  test.each<[tag: string, severity: string, path: string, input: Quote, nets: readonly number[], totalMinor: number]>([
    [
      "ZeroBasis",
      "warning",
      "footers[0]",
      withFreight(freight({ spread: { basis: "weight" } })),
      [100_00, 50_00],
      225_00,
    ],
    [
      "ZeroBasis",
      "error",
      "footers[0]",
      withFreight(freight({ spread: { basis: "hours", onZeroBasis: "error" } })),
      [100_00, 50_00],
      225_00,
    ],
    ["NoTarget", "error", "footers[0]", withFreight(freight(), locked), [100_00, 50_00], 225_00],
    [
      "SignMixed",
      "error",
      "footers[0]",
      withFreight(freight({ spread: { negative: "signed" } }), ofTwoSigns),
      [100_00, -60_00, -60_00],
      12_50,
    ],
    [
      "ManualSum",
      "error",
      "footers[0].spread.shares",
      withFreight(freight({ spread: { basis: "manual", shares: [{ lineId: "sound", amount: "29.99" }] } })),
      [100_00, 50_00],
      225_00,
    ],
    // 25 % of 130.00 and 12 % of 50.00: the freight keeps the rate it came with.
    [
      "VatMix",
      "error",
      "footers[0].vat",
      withFreight(freight({ vat: standard(25) }), [sound, { ...second, vat: standard(12) }]),
      [100_00, 50_00],
      218_50,
    ],
  ])("%s (%s) at %s", (tag, severity, path, input, nets, totalMinor) => {
    const priced = priceQuote(input)
    expect(priced.issues).toMatchObject([{ _tag: tag, path, severity }])
    expect(netsOf(priced)).toEqual(nets)
    expect(priced.footers).toMatchObject([{ id: "freight", visibility: "shown", amountMinor: 30_00 }])
    expect(priced.totals).toMatchObject({ isComplete: true, chargesMinor: 30_00, totalMinor })
  })

  test("PercentOutOfRange in a footer leaves the lines and takes the footer out", () => {
    const priced = priceQuote(withFreight(freight({ amount: { kind: "percent", ratePpm: 0.5 } })))
    expect(priced.issues).toMatchObject([{ _tag: "PercentOutOfRange", path: "footers[0].amount.ratePpm", got: 0.5 }])
    expect(priced.footers).toEqual([])
    expect(priced.totals).toMatchObject({ isComplete: false, netMinor: 150_00, totalMinor: 187_50 })
  })
})

test("OverInvoiced says by how much, whatever the sign of the order", () => {
  const columns = (netMinor: number): readonly OrderColumn[] => [{ id: "a", netMinor, vat: undefined }]
  const plan = (netMinor: number, amount: string) =>
    planInstalments({ currency: "SEK", columns: columns(netMinor), vat: [] }, [
      { id: "1", share: { kind: "amount", amount } },
      { id: "2", share: { kind: "remainder" } },
    ])
  expect(plan(100_00, "100.01")).toEqual({ ok: false, error: { _tag: "OverInvoiced", excessMinor: 1 } })
  expect(plan(-100_00, "-100.01")).toEqual({ ok: false, error: { _tag: "OverInvoiced", excessMinor: 1 } })
  expect(plan(100_00, "100.00")).toMatchObject({ ok: true, value: { unplannedMinor: 0 } })
})
