/**
 * Promises about prices, against the oracle.
 */
import fc from "fast-check"
import { asQuote, fineDecimal, quoteWithCosts, simpleQuote } from "./arbitraries.ts"
import { exact, exactOf, mul, round } from "./oracle/exact.ts"
import { priceByOracle } from "./oracle/priceOracle.ts"
import { expectThat, promise, sum } from "./promise.ts"

const large = fineDecimal(0, 900_000_999_999)

export const prices = [
  promise(
    "a product far beyond 2^53 is exact",
    fc.tuple(large, large, fc.integer({ min: 0, max: 1_000_000 })),
    (engine, [quantity, unitPrice, discountPpm]) => {
      const value = mul(mul(exactOf(quantity), exactOf(unitPrice)), exact(100n))
      const [line] = engine.priceQuote({
        currency: "EUR",
        lines: [{ id: "a", quantity, unitPrice, discountPpm, vat: { category: "Z", ratePpm: 0 } }],
      }).lines
      expectThat(BigInt(line!.grossMinor) === round(value), "gross")
      expectThat(
        BigInt(line!.netMinor) === round(mul(value, exact(1_000_000n - BigInt(discountPpm), 1_000_000n))),
        "net",
      )
    },
  ),
  promise("every net, share, VAT and total equals the oracle's", simpleQuote, (engine, simple) => {
    const priced = engine.priceQuote(asQuote(simple))
    const oracle = priceByOracle(simple)
    expectThat(priced.issues.length === 0, `issues ${JSON.stringify(priced.issues)}`)
    for (const line of priced.lines) {
      expectThat(BigInt(line.baseMinor) === oracle.bases.get(line.id), `base of ${line.id}`)
      expectThat(
        BigInt(line.netMinor) === oracle.nets.get(line.id),
        `net of ${line.id}: ${line.netMinor} not ${oracle.nets.get(line.id)}`,
      )
    }
    for (const { ratePpm, baseMinor, taxMinor } of priced.vat) {
      const group = oracle.vat.get(ratePpm)
      expectThat(BigInt(baseMinor) === group?.base && BigInt(taxMinor) === group.tax, `VAT ${ratePpm}`)
    }
    expectThat(BigInt(priced.totals.netMinor) === oracle.net, "net")
    expectThat(BigInt(priced.totals.totalMinor) === oracle.total, "total")
  }),
  promise(
    "the steps of a line add up to its net, the stages of the lines to the payable total",
    quoteWithCosts,
    (engine, quote) => {
      const priced = engine.priceQuote(quote)
      const lines = engine.whyAll(priced)
      lines.forEach((explanation, row) => {
        const net = priced.lines[row]!.netMinor
        expectThat(explanation.totalMinor === net, "total of a line")
        expectThat(
          sum(explanation.steps.map(({ roundedMinor }) => roundedMinor)) === net,
          `steps of ${priced.lines[row]!.id}`,
        )
        for (const { exact, roundedMinor, allocation: place } of explanation.steps) {
          if (exact === undefined) continue
          const distance = BigInt(roundedMinor) * BigInt(exact.denominator) - BigInt(exact.numerator)
          const limit = BigInt(exact.denominator)
          expectThat(distance < limit && -distance < limit, "a rounded step is within one unit of its exact value")
          if (place !== undefined) {
            const extra = Math.abs(roundedMinor) - Math.abs(place.floorMinor)
            expectThat(extra === (place.rank <= place.leftOver ? 1 : 0), `rank ${place.rank} of ${place.of}`)
          }
        }
      })
      const total = engine.whyTotal(priced)
      expectThat(sum(total.steps.map(({ roundedMinor }) => roundedMinor)) === priced.totals.payableMinor, "total")
      const bars = engine.waterfall(priced)
      expectThat(bars.at(-1)?.toMinor === priced.totals.payableMinor, "last bar")
      for (const language of ["en", "sv"] as const) expectThat(engine.whyText(total, language).length > 0, "text")
    },
  ),
  promise("the order of lines, footers and discounts never changes an amount", quoteWithCosts, (engine, quote) => {
    const priced = engine.priceQuote(quote)
    const turned = engine.priceQuote({
      ...quote,
      lines: [...quote.lines].reverse(),
      footers: [...(quote.footers ?? [])].reverse(),
      discounts: [...(quote.discounts ?? [])].reverse(),
    })
    const byId = new Map(turned.lines.map((line) => [line.id, line]))
    for (const line of priced.lines)
      expectThat(JSON.stringify(byId.get(line.id)) === JSON.stringify(line), `line ${line.id}`)
    expectThat(JSON.stringify(turned.totals) === JSON.stringify(priced.totals), "totals")
    expectThat(JSON.stringify(turned.vat) === JSON.stringify(priced.vat), "VAT")
  }),
  promise("both currencies add up exactly, and margins to the total margin", quoteWithCosts, (engine, quote) => {
    const priced = engine.priceQuote(quote)
    if (!priced.totals.isComplete) return
    const counted = priced.lines.filter(({ isCounted }) => isCounted)
    const { totals } = priced
    expectThat(sum(counted.map(({ netMinor }) => netMinor)) === totals.linesNetMinor, "line nets")
    expectThat(totals.linesNetMinor - totals.allowancesMinor + totals.chargesMinor === totals.netMinor, "net")
    expectThat(sum(priced.vat.map(({ baseMinor }) => baseMinor)) === totals.netMinor, "VAT bases")
    expectThat(sum(counted.map(({ revenueMinor }) => revenueMinor)) === totals.netMinor, "revenues")
    expectThat(
      sum(counted.map(({ companyRevenueMinor }) => companyRevenueMinor)) === totals.companyNetMinor,
      "company revenues",
    )
    const { company } = quote
    if (company !== undefined) {
      const decimals = (currency: string): bigint => 10n ** BigInt(engine.currencyExponent(currency)!)
      const rate = mul(exactOf(company.rate), exact(decimals(company.currency), decimals(quote.currency)))
      const groups = priced.vat.map(({ baseMinor }) => Number(round(mul(exact(BigInt(baseMinor)), rate))))
      expectThat(sum(groups) === totals.companyNetMinor, "each group's base is converted once")
    }
    expectThat(sum(counted.map(({ marginMinor }) => marginMinor)) === totals.marginMinor, "margins")
  }),
  promise(
    "prices with VAT inside: net and VAT add up to what the lines and footers say",
    simpleQuote,
    (engine, simple) => {
      const priced = engine.priceQuote(asQuote({ ...simple, priceMode: "gross" }))
      const inside = sum(
        priced.lines
          .filter(({ isCounted }) => isCounted)
          .map(({ netMinor, includedVatMinor }) => netMinor - includedVatMinor),
      )
      const shown = sum(
        priced.footers.filter(({ visibility }) => visibility !== "hidden").map(({ amountMinor }) => amountMinor),
      )
      expectThat(inside + shown === priced.totals.totalMinor, "total")
    },
  ),
]
