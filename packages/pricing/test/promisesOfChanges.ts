/**
 * Promises about changes: re-pricing, freezing, differences, floors.
 */
import fc from "fast-check"
import type * as Pricing from "../src/index.ts"
import { decimal, quoteWithCosts } from "./arbitraries.ts"
import { expectThat, promise, sum } from "./promise.ts"

export const changes = [
  promise(
    "re-pricing after a changed line gives the same bytes as pricing anew",
    fc.tuple(quoteWithCosts, fc.nat(), decimal(0, 3_000_000, 2), fc.nat(3)),
    (engine, [quote, at, price, what]) => {
      const { company: _, marginRules: __, ...own } = quote
      const priced = engine.priceQuote(what === 3 ? quote : own)
      const old = priced.quote.lines[at % priced.quote.lines.length]!
      const line: Pricing.QuoteLine =
        what === 0
          ? { ...old, unitPrice: price }
          : what === 1
            ? { ...old, unitCost: price }
            : { ...old, unitPrice: price, isEssential: old.isEssential !== true }
      const again = engine.reprice(priced, [line])
      const anew = engine.priceQuote(again.quote)
      expectThat(JSON.stringify(again) === JSON.stringify(anew), "bytes")
      const twice = engine.reprice(again, [old])
      expectThat(JSON.stringify(twice) === JSON.stringify(engine.priceQuote(twice.quote)), "bytes, back again")
    },
  ),
  promise(
    "a frozen quote prices the same, and a cancelled line moves no other",
    fc.tuple(quoteWithCosts, fc.nat()),
    (engine, [quote, at]) => {
      const priced = engine.priceQuote(quote)
      const frozen = engine.freeze(priced)
      const same = engine.priceQuote(frozen)
      expectThat(JSON.stringify(same.totals) === JSON.stringify(priced.totals), "totals")
      if (quote.priceMode === "gross") return
      const gone = at % frozen.lines.length
      const after = engine.priceQuote({ ...frozen, lines: frozen.lines.filter((_, row) => row !== gone) })
      const nets = new Map(priced.lines.map(({ id, netMinor }) => [id, netMinor]))
      if (after.issues.some(({ _tag }) => _tag === "VatRefused")) return
      for (const { id, netMinor } of after.lines) expectThat(nets.get(id) === netMinor, `line ${id}`)
    },
  ),
  promise(
    "the difference of two revisions adds up to the difference of their totals",
    fc.tuple(quoteWithCosts, quoteWithCosts),
    (engine, [one, other]) => {
      const before = engine.priceQuote(one)
      const after = engine.priceQuote(other)
      if (!before.totals.isComplete || !after.totals.isComplete) return
      const difference = engine.diff(before, after)!
      const moved =
        sum(difference.lines.map(({ netMinor }) => netMinor)) + sum(difference.footers.map(({ netMinor }) => netMinor))
      expectThat(moved === difference.netMinor, "net")
      for (const { stages, netMinor } of difference.lines)
        expectThat(sum(stages.map(({ minor }) => minor)) === netMinor, "stages")
      expectThat(
        difference.netMinor + sum(difference.vat.map(({ taxMinor }) => taxMinor)) + difference.roundingMinor ===
          difference.payableMinor,
        "payable",
      )
    },
  ),
  promise(
    "the largest discount allowed is allowed, and one ppm more is not",
    fc.tuple(
      fc.integer({ min: 1, max: 90_000_000 }),
      fc.integer({ min: 0, max: 90_000_000 }),
      fc.integer({ min: 1, max: 990_000 }),
    ),
    (engine, [price, cost, floor]) => {
      const quoteAt = (discountPpm: number): Pricing.FloorOutcome =>
        engine.priceQuote({
          currency: "SEK",
          lines: [
            {
              id: "a",
              unitPrice: engine.moneyText(engine.money(price, "SEK")),
              unitCost: engine.moneyText(engine.money(cost, "SEK")),
              discountPpm,
              vat: { category: "S", ratePpm: 250_000 },
            },
          ],
          marginRules: [{ id: "r", appliesTo: "line", measure: "marginPpm", blockBelow: floor }],
        }).floors[0]!
      const { maxDiscountPpm, level, floorMinor } = quoteAt(0)
      expectThat(floorMinor !== undefined && maxDiscountPpm !== undefined, "a floor")
      expectThat((level === "ok") === price >= floorMinor!, "the floor is the edge")
      if (level !== "ok") {
        expectThat(maxDiscountPpm === 0, "nothing to give")
        return
      }
      expectThat(quoteAt(maxDiscountPpm!).level === "ok", "allowed")
      if (maxDiscountPpm! < 1_000_000) expectThat(quoteAt(maxDiscountPpm! + 1).level === "block", "one more is not")
    },
  ),
]
