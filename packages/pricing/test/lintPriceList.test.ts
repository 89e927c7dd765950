/** Price list lint: each finding with its path, and nothing said of the rows beside it. */
import { expect, test } from "vitest"
import { lintPriceList, type PriceEntry, type PriceListFinding } from "../src/index.ts"

const entry = (id: string, productId: string, more: Partial<PriceEntry> = {}): PriceEntry => ({
  id,
  productId,
  price: { kind: "fixed", unitPrice: "10.00" },
  ...more,
})
const volume = (
  ...tiers: readonly (readonly [upTo: string | undefined, unitPrice: string])[]
): PriceEntry["price"] => ({
  kind: "tiers",
  by: "volume",
  tiers: tiers.map(([upTo, unitPrice]) => ({ unitPrice, ...(upTo === undefined ? {} : { upTo }) })),
})
const lint = (...entries: readonly PriceEntry[]): readonly PriceListFinding[] =>
  lintPriceList({ id: "L", currency: "SEK", scope: { kind: "standard" }, entries })

test.each<[string, readonly PriceEntry[], PriceListFinding]>([
  [
    "two rows for the same product from the same day",
    [entry("other", "P1"), entry("one", "P30"), entry("two", "P30", { price: { kind: "fixed", unitPrice: "9.00" } })],
    { _tag: "OverlappingRows", path: "entries[2]", otherId: "one" },
  ],
  [
    "a minimum quantity written in two ways",
    [entry("one", "P30", { minQuantity: "10" }), entry("two", "P30", { minQuantity: "10.0" })],
    { _tag: "OverlappingRows", path: "entries[1]", otherId: "one" },
  ],
  [
    "a row that ends before it starts",
    [entry("one", "P30"), entry("two", "P31", { validFrom: "2025-02-01", validTo: "2025-01-31" })],
    { _tag: "ImpossibleRow", path: "entries[1]", reason: "dates" },
  ],
  [
    "a price with a comma",
    [entry("one", "P30", { price: { kind: "fixed", unitPrice: "10,00" } }), entry("two", "P31")],
    { _tag: "ImpossibleRow", path: "entries[0]", reason: "unreadable" },
  ],
  [
    "a tier with a price that is none",
    [entry("one", "P30", { price: volume(["10", "2.00"], [undefined, ""]) })],
    { _tag: "ImpossibleRow", path: "entries[0]", reason: "unreadable" },
  ],
  [
    "tiers out of order",
    [entry("one", "P30", { price: volume(["10", "2.00"], ["5", "2.00"], [undefined, "2.00"]) })],
    { _tag: "ImpossibleRow", path: "entries[0].price.tiers[1]", reason: "tiers" },
  ],
  [
    "tiers that end: 11 pieces have no price",
    [entry("one", "P30", { price: volume(["5", "2.00"], ["10", "2.00"]) })],
    { _tag: "ImpossibleRow", path: "entries[0].price.tiers[1]", reason: "tiers" },
  ],
])("%s", (_, entries, finding) => {
  expect(lint(...entries)).toEqual([finding])
})

test("rows that follow each other, differ in unit or break, or tiers that rise are a clean list", () => {
  expect(
    lint(
      entry("spring", "P30", { validFrom: "2025-01-01", validTo: "2025-06-30" }),
      entry("autumn", "P30", { validFrom: "2025-07-01" }),
      entry("box", "P31", { unit: "box" }),
      entry("piece", "P31", { unit: "piece" }),
      entry("from 10", "P31", { unit: "piece", minQuantity: "10", price: { kind: "fixed", unitPrice: "9.50" } }),
      entry("tiers", "P32", { price: volume(["10", "2.00"], [undefined, "1.90"]) }),
    ),
  ).toEqual([])
})
