/** Random quotes for the promises: everyday ones, and ones made of corner cases. */
import fc from "fast-check"
import type { Quote, QuoteLine } from "../src/index.ts"
import type { SimpleCharge, SimpleLine, SimpleQuote } from "./oracle/priceOracle.ts"

/** Decimal text with up to `scale` decimals. */
export const decimal = (min: number, max: number, scale: number): fc.Arbitrary<string> =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min: 0, max: scale })).map(([units, decimals]) => {
    const digits = String(Math.abs(units)).padStart(decimals + 1, "0")
    const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
    return units < 0 ? `-${text}` : text
  })

/** All six decimals, so that products leave the safe integers while amounts stay ordinary. */
export const fineDecimal = (min: number, max: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((units) => {
    const digits = String(Math.abs(units)).padStart(7, "0")
    return `${units < 0 ? "-" : ""}${digits.slice(0, -6)}.${digits.slice(-6)}`
  })

const vatPpm = fc.constantFrom(250_000, 120_000, 60_000, 220_000, 0)
const discountPpm = fc.oneof(
  fc.constantFrom(0, 10_000, 150_000, 333_333, 1_000_000),
  fc.integer({ min: 0, max: 1_000_000 }),
)

const simpleLine = (id: string): fc.Arbitrary<SimpleLine> =>
  fc.record({
    id: fc.constant(id),
    quantity: fc.oneof(
      { arbitrary: decimal(1, 20_000, 3), weight: 8 },
      { arbitrary: fineDecimal(-5_000, 5_000_000), weight: 2 },
    ),
    unitPrice: fc.oneof(
      { arbitrary: decimal(0, 2_000_000, 2), weight: 8 },
      { arbitrary: fineDecimal(0, 2_000_000_000), weight: 2 },
    ),
    discountPpms: fc.oneof(
      { arbitrary: fc.constant<number[]>([]), weight: 4 },
      { arbitrary: discountPpm.map((ppm) => [ppm]), weight: 4 },
      { arbitrary: fc.array(discountPpm, { minLength: 2, maxLength: 3 }), weight: 1 },
    ),
    vatPpm,
    isEssential: fc.boolean(),
    isOffered: fc.oneof({ arbitrary: fc.constant(false), weight: 6 }, { arbitrary: fc.boolean(), weight: 1 }),
  })

const simpleCharge = (id: string): fc.Arbitrary<SimpleCharge> =>
  fc
    .record({
      kind: fc.constantFrom("footer" as const, "discount" as const),
      amount: decimal(0, 500_000, 2),
      ratePpm: fc.integer({ min: 0, max: 300_000 }),
      isPercent: fc.boolean(),
      isHidden: fc.boolean(),
    })
    .map(({ kind, amount, ratePpm, isPercent, isHidden }) => ({
      id,
      kind,
      amount: isPercent ? undefined : amount,
      ratePpm: isPercent ? ratePpm : undefined,
      isHidden,
    }))

/** Quotes that the oracle understands: at least one plain line of a positive amount, so every charge has a basis. */
export const simpleQuote: fc.Arbitrary<SimpleQuote> = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 3 }))
  .chain(([lines, charges]) =>
    fc.record({
      priceMode: fc.constantFrom("net" as const, "net" as const, "gross" as const),
      vatRounding: fc.constantFrom("group" as const, "group" as const, "line" as const),
      lines: fc.tuple(
        simpleLine("a0").map((line) => ({
          ...line,
          quantity: "1",
          unitPrice: "17.35",
          discountPpms: [],
          isOffered: false,
          isEssential: true,
        })),
        ...Array.from({ length: lines }, (_, at) => simpleLine(`l${at}`)),
      ),
      charges: fc.tuple(...Array.from({ length: charges }, (_, at) => simpleCharge(`c${at}`))),
    }),
  )

/** The same quote as the engine reads it. */
export const asQuote = (simple: SimpleQuote): Quote => ({
  currency: "EUR",
  priceMode: simple.priceMode,
  rounding: { vat: simple.vatRounding },
  lines: simple.lines.map(
    (line): QuoteLine => ({
      id: line.id,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      ...(line.discountPpms.length === 1 ? { discountPpm: line.discountPpms[0]! } : {}),
      ...(line.discountPpms.length > 1
        ? { discounts: line.discountPpms.map((ratePpm, at) => ({ id: `d${at}`, ratePpm })) }
        : {}),
      vat: { category: line.vatPpm === 0 ? "Z" : "S", ratePpm: line.vatPpm },
      isEssential: line.isEssential,
      ...(line.isOffered ? { option: "offered" as const } : {}),
    }),
  ),
  footers: simple.charges
    .filter(({ kind }) => kind === "footer")
    .map(({ id, amount, ratePpm, isHidden }) => ({
      id,
      amount: amount === undefined ? { kind: "percent", ratePpm: ratePpm! } : { kind: "fixed", amount },
      visibility: isHidden ? "hidden" : "shown",
    })),
  discounts: simple.charges
    .filter(({ kind }) => kind === "discount")
    .map(({ id, amount, ratePpm, isHidden }) => ({
      id,
      amount: amount === undefined ? { kind: "percent", ratePpm: ratePpm! } : { kind: "fixed", amount },
      visibility: isHidden ? "hidden" : "shown",
    })),
})

/** Any quote: as above, with costs, margin rules and sometimes a company currency. */
export const quoteWithCosts: fc.Arbitrary<Quote> = fc
  .record({
    simple: simpleQuote,
    costs: fc.array(decimal(0, 900_000, 2), { minLength: 10, maxLength: 10 }),
    company: fc.option(
      fc.record({
        currency: fc.constantFrom("SEK", "JPY", "KWD"),
        rate: decimal(1, 2_000_000, 5).map((rate) => (Number(rate) === 0 ? "1.5" : rate)),
      }),
      { nil: undefined, freq: 3 },
    ),
    floorPpm: fc.integer({ min: 0, max: 900_000 }),
  })
  .map(({ simple, costs, company, floorPpm }) => {
    const quote = asQuote(simple)
    return {
      ...quote,
      ...(company === undefined ? {} : { company }),
      lines: quote.lines.map((line, at) => ({ ...line, unitCost: costs[at % costs.length]! })),
      marginRules: [{ id: "floor", appliesTo: "line", measure: "marginPpm", blockBelow: String(floorPpm) }],
    }
  })
