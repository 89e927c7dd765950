/**
 * Promises about instalments, invoices, time banks.
 */
import fc from "fast-check"
import type * as Pricing from "../src/index.ts"
import { asQuote, simpleQuote } from "./arbitraries.ts"
import { Broken, expectThat, promise, sum } from "./promise.ts"

const share = fc.oneof(
  fc.integer({ min: 0, max: 400_000 }).map((ratePpm) => ({ kind: "percent" as const, ratePpm })),
  fc.integer({ min: 0, max: 5 }).map((weight) => ({ kind: "share" as const, weight })),
)

export const plans = [
  promise(
    "instalments: rows and columns are exact, nothing is negative, VAT adds up per rate",
    fc.tuple(simpleQuote, fc.array(share, { maxLength: 5 })),
    (engine, [simple, shares]) => {
      const positive = {
        ...simple,
        lines: simple.lines.map((line) => ({ ...line, quantity: line.quantity.replace("-", "") })),
        charges: simple.charges.filter(({ kind }) => kind === "footer"),
      }
      const order = engine.orderOf(engine.priceQuote(asQuote(positive)))
      const parts: Pricing.InstalmentPart[] = [
        ...shares.map((one, at) => ({ id: `p${at}`, share: one })),
        { id: "last", share: { kind: "remainder" } },
      ]
      const plan = engine.planInstalments(order, parts)
      if (!plan.ok) {
        expectThat(plan.error._tag === "SharesDoNotAddUp", plan.error._tag)
        return
      }
      expectThat(plan.value.unplannedMinor === 0, "closed")
      order.columns.forEach(({ id, netMinor }, at) => {
        const column = plan.value.parts.map((part) => part.columns[at]!)
        expectThat(sum(column.map(({ minor }) => minor)) === netMinor, `column ${id}`)
        expectThat(
          column.every(({ minor, columnId }) => minor >= 0 && columnId === id),
          `negative in ${id}`,
        )
      })
      for (const part of plan.value.parts) {
        expectThat(sum(part.columns.map(({ minor }) => minor)) === part.netMinor, `row ${part.id}`)
        expectThat(sum(part.vat.map(({ baseMinor }) => baseMinor)) === part.netMinor, `VAT bases of ${part.id}`)
        expectThat(part.netMinor + part.vatMinor === part.totalMinor, `total of ${part.id}`)
      }
      for (const { category, ratePpm, taxMinor, baseMinor } of order.vat) {
        const groups = plan.value.parts.flatMap(({ vat }) =>
          vat.filter((group) => group.category === category && group.ratePpm === ratePpm),
        )
        expectThat(sum(groups.map((group) => group.taxMinor)) === taxMinor, "tax per rate")
        expectThat(sum(groups.map((group) => group.baseMinor)) === baseMinor, "base per rate")
        expectThat(
          groups.every((group) => group.taxMinor >= 0),
          "no negative tax",
        )
      }
    },
  ),
  promise(
    "an invoice fulfils BR-CO-10 to BR-CO-17 exactly, also without negative lines",
    simpleQuote,
    (engine, simple) => {
      const priced = engine.priceQuote(asQuote({ ...simple, priceMode: "net", vatRounding: "group" }))
      const invoice = engine.toInvoice(priced)
      const absorbed = engine.absorbNegativeLines(invoice)
      for (const one of absorbed.ok ? [invoice, absorbed.value] : [invoice]) {
        const amounts = (documents: readonly Pricing.DocumentAmount[]): number =>
          sum(documents.map(({ amountMinor }) => amountMinor))
        expectThat(sum(one.lines.map(({ netMinor }) => netMinor)) === one.linesNetMinor, "BR-CO-10")
        expectThat(amounts(one.allowances) === one.allowancesMinor, "BR-CO-11")
        expectThat(amounts(one.charges) === one.chargesMinor, "BR-CO-12")
        expectThat(one.linesNetMinor - one.allowancesMinor + one.chargesMinor === one.netMinor, "BR-CO-13")
        expectThat(sum(one.vat.map(({ taxMinor }) => taxMinor)) === one.vatMinor, "BR-CO-14")
        expectThat(one.netMinor + one.vatMinor === one.totalMinor, "BR-CO-15")
        expectThat(one.totalMinor + one.roundingMinor === one.payableMinor, "BR-CO-16")
        for (const { category, ratePpm, baseMinor, taxMinor } of one.vat) {
          const ofGroup = <Item extends { readonly category: string; readonly ratePpm: number }>(
            items: readonly Item[],
          ): readonly Item[] => items.filter((item) => item.category === category && item.ratePpm === ratePpm)
          const lines = one.lines.filter(({ vat }) => vat?.category === category && vat.ratePpm === ratePpm)
          const base =
            sum(lines.map(({ netMinor }) => netMinor)) -
            amounts(ofGroup(one.allowances)) +
            amounts(ofGroup(one.charges))
          expectThat(base === baseMinor, "BR-S-08")
          const twice = 2n * BigInt(Math.abs(baseMinor)) * BigInt(ratePpm) + 1_000_000n
          expectThat(BigInt(Math.abs(taxMinor)) === twice / 2_000_000n, "BR-CO-17")
        }
        for (const { grossMinor, allowanceMinor, chargeMinor, netMinor } of one.lines) {
          expectThat(
            grossMinor - allowanceMinor + chargeMinor === netMinor && allowanceMinor >= 0 && chargeMinor >= 0,
            "BT-131",
          )
        }
      }
      if (absorbed.ok)
        expectThat(
          absorbed.value.lines.every(({ netMinor }) => netMinor >= 0),
          "no negative line",
        )
    },
  ),
  promise(
    "a used-up time-bank lot has recognised exactly its price, however it was drawn",
    fc.tuple(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 400_000 }), fc.integer({ min: 0, max: 9_000_000 })), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 12 }),
    ),
    (engine, [sizes, draws]) => {
      let lots: readonly Pricing.Lot[] = sizes.map(([seconds, priceMinor], at) => ({
        id: `lot${at}`,
        seconds,
        priceMinor,
        boughtOn: "2025-01-01",
        drawnSeconds: 0,
        recognisedMinor: 0,
      }))
      let drawn = 0
      let worth = 0
      for (const seconds of draws) {
        const draw = engine.drawFromLots(lots, { seconds, on: "2025-03-03", overdraft: "spill" })
        if (!draw.ok) throw new Broken(draw.error._tag)
        const taken = sum(draw.value.draws.map((one) => one.seconds))
        expectThat(taken + draw.value.spilledSeconds === seconds, "seconds")
        expectThat(
          draw.value.draws.every(({ valueMinor }) => valueMinor >= 0),
          "value",
        )
        drawn += taken
        worth += sum(draw.value.draws.map(({ valueMinor }) => valueMinor))
        lots = draw.value.lots
      }
      expectThat(sum(lots.map(({ drawnSeconds }) => drawnSeconds)) === drawn, "drawn")
      expectThat(sum(lots.map(({ recognisedMinor }) => recognisedMinor)) === worth, "recognised")
      for (const lot of lots)
        if (lot.drawnSeconds === lot.seconds) expectThat(lot.recognisedMinor === lot.priceMinor, "used up")
    },
  ),
]
