/**
 * The promises of the package as properties over an engine: the real one, or one with a planted fault.
 *
 * `npm test` tries each on 1 000 cases, `npm run prove -- pricing` on 100 000.
 */
import fc from "fast-check"
import type * as Pricing from "../src/index.ts"
import { asQuote, decimal, fineDecimal, quoteWithCosts, simpleQuote } from "./arbitraries.ts"
import { exact, exactOf, hamilton, mul, round } from "./oracle/exact.ts"
import { priceByOracle } from "./oracle/priceOracle.ts"

export type Engine = typeof Pricing

export interface Promised {
  readonly name: string
  readonly property: (engine: Engine) => fc.IProperty<never>
}

class Broken extends Error {}

const expectThat = (holds: boolean, what: string): void => {
  if (!holds) throw new Broken(what)
}

const sum = (values: Iterable<number>): number => {
  let total = 0
  for (const value of values) total += value
  return total
}

const promise = <Value>(
  name: string,
  arbitrary: fc.Arbitrary<Value>,
  holds: (engine: Engine, value: Value) => void,
): Promised => ({
  name,
  property: (engine) =>
    fc.property(arbitrary, (value) => {
      holds(engine, value)
    }) as unknown as fc.IProperty<never>,
})

const weightList = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 3_000_000 })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((weights) => weights.map((weight, at) => ({ id: `w${String(at).padStart(2, "0")}`, weight })))
const amount = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }))

const minors = (engine: Engine, total: number, weights: readonly Pricing.Weight[]): ReadonlyMap<string, number> => {
  const shares = engine.allocate(total, weights)
  if (!shares.ok) throw new Broken(`allocate refused: ${shares.error._tag}`)
  return new Map(shares.value.map(({ id, minor }) => [id, minor]))
}

const isSame = (left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): boolean =>
  left.size === right.size && [...left].every(([id, minor]) => right.get(id) === minor)

const allocation = [
  promise(
    "allocation equals the oracle, adds up, keeps the sign, gives nothing to zero",
    fc.tuple(amount, weightList),
    (engine, [total, weights]) => {
      if (weights.every(({ weight }) => weight === 0)) {
        expectThat(engine.allocate(total, weights).ok === (total === 0), "only zero goes over zero weights")
        return
      }
      const shares = minors(engine, total, weights)
      const oracle = hamilton(
        BigInt(total),
        weights.map(({ id, weight }) => ({ id, weight: BigInt(weight) })),
      )
      const whole = sum(weights.map(({ weight }) => weight))
      expectThat(sum(shares.values()) === total, "sum")
      for (const { id, weight } of weights) {
        const share = shares.get(id)!
        expectThat(BigInt(share) === oracle.get(id), `share of ${id}`)
        expectThat(share * total >= 0 && !Object.is(share, -0), "sign")
        expectThat(weight !== 0 || share === 0, "zero")
        expectThat(Math.abs(share * whole - total * weight) < whole || Math.abs(total) > 1e6, "within one unit")
      }
    },
  ),
  promise(
    "allocation goes by id, proportion and sign, not by place",
    fc.tuple(amount, weightList, fc.integer({ min: 1, max: 1_000 }), fc.integer()),
    (engine, [total, weights, factor, turn]) => {
      if (weights.every(({ weight }) => weight === 0)) return
      const shares = minors(engine, total, weights)
      const at = Math.abs(turn) % weights.length
      const turned = [...weights.slice(at), ...weights.slice(0, at)].reverse()
      expectThat(isSame(shares, minors(engine, total, turned)), "permutation")
      expectThat(
        isSame(
          shares,
          minors(
            engine,
            total,
            weights.map(({ id, weight }) => ({ id, weight: weight * factor })),
          ),
        ),
        "scale",
      )
      expectThat(
        isSame(
          shares,
          minors(
            engine,
            total,
            weights.map(({ id, weight }) => ({ id, weight: `${weight}.50`.replace(".50", "") })),
          ),
        ),
        "text",
      )
      const mirrored = minors(engine, -total, weights)
      for (const [id, share] of shares) expectThat(mirrored.get(id) === -share + 0, "negation")
      const byShares = weights.map(({ id }) => ({ id, weight: Math.abs(shares.get(id)!) }))
      if (total !== 0) expectThat(isSame(shares, minors(engine, total, byShares)), "idempotence")
    },
  ),
  promise(
    "splitting a line in two equal halves moves at most one unit elsewhere",
    fc.tuple(amount, weightList),
    (engine, [total, weights]) => {
      const [first, ...rest] = weights
      if (first === undefined || rest.every(({ weight }) => weight === 0)) return
      const doubled = rest.map(({ id, weight }) => ({ id, weight: weight * 2 }))
      const whole = minors(engine, total, [{ id: first.id, weight: first.weight * 2 }, ...doubled])
      const split = minors(engine, total, [
        { id: "x1", weight: first.weight },
        { id: "x2", weight: first.weight },
        ...doubled,
      ])
      for (const { id } of rest) expectThat(Math.abs(whole.get(id)! - split.get(id)!) <= 1, `moved ${id}`)
    },
  ),
]

const large = fineDecimal(0, 900_000_999_999)

const prices = [
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

const changes = [
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

const targets = [
  promise(
    "solving for a net reaches it to the cent, moves no locked line, and twice is once",
    fc.tuple(
      quoteWithCosts,
      fc.integer({ min: 500_000, max: 1_600_000 }),
      fc.integer({ min: 0, max: 4 }),
      fc.constantFrom("price" as const, "discount" as const),
    ),
    (engine, [whole, factorPpm, locked, how]) => {
      const { company: _, priceMode: __, ...net } = whole
      const quote: Pricing.Quote = {
        ...net,
        lines: whole.lines.map((line, row) => (row > 0 && row % 5 < locked ? { ...line, lock: "all" } : line)),
      }
      const priced = engine.priceQuote(quote)
      const wanted = Math.round((priced.totals.netMinor * factorPpm) / 1_000_000)
      const request: Pricing.SolveRequest = {
        target: { kind: "net", amount: engine.moneyText(engine.money(wanted, "EUR")) },
        keepFloors: false,
        how,
      }
      const solved = engine.solve(quote, request)
      if (!solved.ok) {
        expectThat(
          ["TargetBelowLocked", "TargetUnreachable", "NoFreeLines"].includes(solved.error._tag),
          solved.error._tag,
        )
        expectThat(solved.error._tag !== "TargetUnreachable" || how === "discount", "prices have no upper end")
        return
      }
      const { priced: after, isReached, reachedMinor } = solved.value
      expectThat(
        isReached && reachedMinor === wanted && after.totals.netMinor === wanted,
        `reached ${reachedMinor} of ${wanted}`,
      )
      expectThat(
        JSON.stringify(engine.priceQuote(solved.value.quote).totals) === JSON.stringify(after.totals),
        "as priced",
      )
      quote.lines.forEach((line, row) => {
        if (line.lock === "all")
          expectThat(JSON.stringify(solved.value.quote.lines[row]) === JSON.stringify(line), `locked ${line.id}`)
      })
      const again = engine.solve(solved.value.quote, request)
      expectThat(again.ok && again.value.moved.length === 0, "idempotent")
    },
  ),
  promise(
    "solving for a total with VAT reaches it, VAT untouched",
    fc.tuple(simpleQuote, fc.integer({ min: 700_000, max: 1_300_000 })),
    (engine, [simple, factorPpm]) => {
      const quote = asQuote({ ...simple, priceMode: "net" })
      const priced = engine.priceQuote(quote)
      const wanted = Math.round((priced.totals.payableMinor * factorPpm) / 1_000_000)
      const solved = engine.solve(quote, {
        target: { kind: "total", amount: engine.moneyText(engine.money(wanted, "EUR")) },
      })
      if (!solved.ok) return
      const { priced: after } = solved.value
      expectThat(after.totals.payableMinor === wanted, `payable ${after.totals.payableMinor} not ${wanted}`)
      expectThat(Math.abs(after.totals.roundingMinor) <= 2, `rounding ${after.totals.roundingMinor}`)
      if (simple.vatRounding === "group") {
        for (const { baseMinor, ratePpm, taxMinor } of after.vat) {
          const twice = 2n * BigInt(taxMinor) * 1_000_000n - 2n * BigInt(baseMinor) * BigInt(ratePpm)
          expectThat(twice <= 1_000_000n && twice >= -1_000_000n, "VAT is the rounded base × rate")
        }
      }
    },
  ),
  promise(
    "a margin target is never missed from below, and floors hold",
    fc.tuple(quoteWithCosts, fc.integer({ min: 0, max: 700_000 })),
    (engine, [whole, ratePpm]) => {
      const { priceMode: _, ...quote } = whole
      const solved = engine.solve(quote, { target: { kind: "margin", ratePpm }, keepFloors: false })
      if (!solved.ok) return
      const { totals } = solved.value.priced
      const margin = BigInt(totals.marginMinor) * 1_000_000n
      expectThat(
        margin >= BigInt(totals.companyNetMinor) * BigInt(ratePpm),
        `margin ${totals.marginPpm} below ${ratePpm}`,
      )
    },
  ),
]

const share = fc.oneof(
  fc.integer({ min: 0, max: 400_000 }).map((ratePpm) => ({ kind: "percent" as const, ratePpm })),
  fc.integer({ min: 0, max: 5 }).map((weight) => ({ kind: "share" as const, weight })),
)

const plans = [
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

const isSound = (value: unknown, path: string): void => {
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Broken(`${path} is ${value}`)
  if (Object.is(value, -0)) throw new Broken(`${path} is −0`)
  if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value)) isSound(inner, `${path}.${key}`)
}

const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0,
    2 ** 53,
    "1e9",
    "NaN",
    "",
    "__proto__",
    "9".repeat(40),
    {},
    [],
    [null],
    true,
  ),
  fc.anything(),
)

/** Puts `garbage` somewhere in a copy of `quote`. */
const spoil = (quote: Pricing.Quote, turns: readonly number[], garbage: unknown): Pricing.Quote => {
  const copy: unknown = structuredClone(quote)
  let at: unknown = copy
  for (const turn of turns) {
    if (typeof at !== "object" || at === null) break
    const keys = Object.keys(at)
    const key = keys[turn % keys.length]
    if (key === undefined) break
    const next: unknown = Reflect.get(at, key)
    if (typeof next !== "object" || next === null || turn === turns.at(-1)) {
      Reflect.set(at, key, garbage)
      break
    }
    at = next
  }
  return copy as Pricing.Quote
}

const hostile = [
  promise(
    "whatever is sent: no exception, no NaN, and an issue where a number is missing",
    fc.tuple(quoteWithCosts, fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }), anything),
    (engine, [quote, turns, garbage]) => {
      const priced = engine.priceQuote(spoil(quote, turns, garbage))
      const { quote: _, issues, ...numbers } = priced
      isSound(
        { ...numbers, lines: priced.lines.map(({ unitPrice: __, id: ___, vat: ____, ...line }) => line) },
        "priced",
      )
      if (!priced.totals.isComplete) expectThat(issues.length > 0, "an issue")
      for (const { path, _tag } of issues) expectThat(typeof path === "string" && typeof _tag === "string", "a path")
      for (const explanation of engine.whyAll(priced)) {
        expectThat(sum(explanation.steps.map(({ roundedMinor }) => roundedMinor)) === explanation.totalMinor, "steps")
      }
    },
  ),
]

export const promises: readonly Promised[] = [...allocation, ...prices, ...changes, ...targets, ...plans, ...hostile]
