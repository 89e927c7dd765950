/**
 * Promises about solving for a target.
 */
import fc from "fast-check"
import type * as Pricing from "../src/index.ts"
import { asQuote, quoteWithCosts, simpleQuote } from "./arbitraries.ts"
import { div, exactOf } from "./oracle/exact.ts"
import { expectThat, promise } from "./promise.ts"

export const targets = [
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
        // A line whose discount hides a gross near 2^53 cannot rise with the others.
        if (solved.error._tag === "QuoteIncomplete") {
          expectThat(solved.error.tags.join() === "MoneyOverflow", solved.error.tags.join())
          return
        }
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
  promise(
    "solving for a section or a line reaches it and changes no line outside",
    fc.tuple(quoteWithCosts, fc.integer({ min: 400_000, max: 1_700_000 }), fc.nat(1), fc.boolean()),
    (engine, [whole, factorPpm, turn, isSection]) => {
      const { company: _, priceMode: __, ...net } = whole
      const quote: Pricing.Quote = {
        ...net,
        sections: [{ id: "s0" }, { id: "s1" }],
        lines: whole.lines.map((line, row) => ({ ...line, sectionId: `s${row % 2}` })),
      }
      const priced = engine.priceQuote(quote)
      const now = (isSection ? priced.sections[turn] : priced.lines[turn])?.netMinor
      const lineId = quote.lines[turn]?.id
      if (now === undefined || lineId === undefined) return
      const wanted = Math.round((now * factorPpm) / 1_000_000)
      const amount = engine.moneyText(engine.money(wanted, "EUR"))
      const target = isSection
        ? ({ kind: "section", sectionId: `s${turn}`, amount } as const)
        : ({ kind: "line", lineId, amount } as const)
      const solved = engine.solve(quote, { target, keepFloors: false })
      if (!solved.ok) {
        const tags = ["TargetBelowLocked", "TargetUnreachable", "NoFreeLines"]
        expectThat(tags.includes(solved.error._tag), solved.error._tag)
        return
      }
      const { priced: after, reachedMinor, isReached } = solved.value
      const figure = isSection ? after.sections[turn]!.netMinor : after.lines[turn]!.netMinor
      expectThat(isReached && reachedMinor === wanted && figure === wanted, `reached ${figure} of ${wanted}`)
      quote.lines.forEach((line, row) => {
        const isInside = isSection ? row % 2 === turn : row === turn
        const same = JSON.stringify(solved.value.quote.lines[row]) === JSON.stringify(line)
        expectThat(isInside || same, `outside: ${line.id}`)
      })
    },
  ),
  promise(
    "new prices are on the grid, and what the grid cannot reach is said, never hidden",
    fc.tuple(
      simpleQuote,
      fc.integer({ min: 700_000, max: 1_300_000 }),
      fc.constantFrom("0.01", "0.05", "0.5", "0.0001"),
      fc.constantFrom("nearest" as const, "gridSearch" as const),
    ),
    (engine, [simple, factorPpm, grid, residual]) => {
      const quote = asQuote({ ...simple, priceMode: "net" })
      const priced = engine.priceQuote(quote)
      const wanted = Math.round((priced.totals.netMinor * factorPpm) / 1_000_000)
      const amount = engine.moneyText(engine.money(wanted, "EUR"))
      const solved = engine.solve(quote, { target: { kind: "net", amount }, grid, residual })
      if (!solved.ok) return
      const { priced: after, isReached, reachedMinor, nearest } = solved.value
      const step = exactOf(grid)
      for (const { id, priceOrigin, unitPrice, adjustmentMinor } of after.lines) {
        expectThat(adjustmentMinor === 0, `${id} is adjusted`)
        if (priceOrigin !== "solved") continue
        const steps = div(exactOf(unitPrice!), step)
        expectThat(steps.n % steps.d === 0n, `${id} at ${unitPrice} is off the grid`)
      }
      expectThat(reachedMinor === after.totals.netMinor && isReached === (reachedMinor === wanted), "what was reached")
      expectThat(isReached === (nearest === undefined), "the nearest, where it was missed")
      if (nearest === undefined) return
      const { belowMinor = wanted, aboveMinor = wanted } = nearest
      expectThat(belowMinor <= wanted && wanted <= aboveMinor, `${wanted} not in ${belowMinor}…${aboveMinor}`)
    },
  ),
  promise(
    "a total reached by rounding the document leaves the lines on their prices",
    fc.tuple(simpleQuote, fc.integer({ min: 700_000, max: 1_300_000 }), fc.constantFrom("0.01", "0.1", "1")),
    (engine, [simple, factorPpm, grid]) => {
      const quote = asQuote({ ...simple, priceMode: "net" })
      const wanted = Math.round((engine.priceQuote(quote).totals.payableMinor * factorPpm) / 1_000_000)
      const amount = engine.moneyText(engine.money(wanted, "EUR"))
      const solved = engine.solve(quote, { target: { kind: "total", amount }, grid, residual: "documentRounding" })
      if (!solved.ok) return
      const { totals, lines } = solved.value.priced
      expectThat(solved.value.isReached && totals.payableMinor === wanted, `payable ${totals.payableMinor}`)
      expectThat(totals.totalMinor + totals.roundingMinor === wanted, "the rounding is a row of its own")
      for (const { id, adjustmentMinor } of lines) expectThat(adjustmentMinor === 0, `${id} is adjusted`)
    },
  ),
]
