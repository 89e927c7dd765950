/**
 * Re-pricing after a few changed lines: the same bits as pricing from scratch, without touching what cannot have moved.
 */
import { applyCharges } from "./charges.ts"
import { copyColumns, type Draft, emptyColumns, type VatGroupDraft } from "./draft.ts"
import { checkFloors } from "./marginFloor.ts"
import { wholePpm } from "./ppm.ts"
import type { PricedLine, PricedQuote } from "./pricedQuote.ts"
import { priceQuote } from "./priceQuote.ts"
import type { Quote, QuoteLine } from "./quote.ts"
import { type Remembered, recallDraft, rememberDraft } from "./rememberedDraft.ts"
import { footersOf, lineOf, vatOf } from "./report.ts"
import { isBasisMoved, isPlain, priceAgain, settleRow } from "./repriceRow.ts"
import { roundProduct } from "./rounding.ts"
import { closeTotals, type TotalSums, totalSums } from "./totals.ts"

/** Far from 2^53 no sum can overflow by the change of a few lines. */
const safeSize = Number.MAX_SAFE_INTEGER / 64
/** Beyond this many pending rows it is cheaper to bring the columns up to date. */
const maxPending = 64

/**
 * `priced` with each of `lines` put in place of the line with its id: exactly `priceQuote` of the changed quote.
 *
 * Fast for a flat quote in one currency with net prices; anything else is simply priced again. A line with a new id is
 * added at the end.
 *
 * @example reprice(priced, [{ ...line, quantity: "3" }])
 */
export const reprice = (priced: PricedQuote, lines: readonly QuoteLine[]): PricedQuote => {
  const before = recallDraft(priced)
  const rows = lines.map((line) => priced.lines.findIndex(({ id }) => id === line?.id))
  const quote: Quote = { ...priced.quote, lines: replaced(priced.quote.lines, lines, rows) }
  if (before === undefined || before.structure !== undefined || !isSimple(before.draft, priced))
    return priceQuote(quote)
  if (new Set(rows).size !== rows.length || !lines.every((line, at) => rows[at]! >= 0 && isPlain(line))) {
    return priceQuote(quote)
  }
  return withoutShares(priced, before, quote, rows) ?? withShares(priced, before, quote, rows) ?? priceQuote(quote)
}

const replaced = (
  before: readonly QuoteLine[],
  lines: readonly QuoteLine[],
  rows: readonly number[],
): readonly QuoteLine[] => {
  const after = before.slice()
  lines.forEach((line, at) => {
    if (rows[at]! >= 0) after[rows[at]!] = line
    else after.push(line)
  })
  return after
}

const isSimple = (draft: Draft, priced: PricedQuote): boolean =>
  !draft.isGrossMode &&
  draft.rate === undefined &&
  !draft.hasSubtotals &&
  draft.groupQuantities === undefined &&
  priced.issues.length === 0 &&
  Math.abs(priced.totals.totalMinor) < safeSize &&
  Math.abs(priced.totals.linesNetMinor) < safeSize

/** A draft of a single line, so that a row can be priced without a copy of all the others. */
const singleRow = (draft: Draft, groups: VatGroupDraft[], quote: Quote, row: number): Draft => ({
  ...draft,
  quote: { ...quote, lines: [quote.lines[row]!] },
  rows: 1,
  columns: emptyColumns(1, false),
  groups,
  charges: [],
  found: new Map(),
  issues: [],
})

/** No share can have moved: only the changed lines are priced. Undefined if a share could have. */
const withoutShares = (
  priced: PricedQuote,
  before: Remembered,
  quote: Quote,
  rows: readonly number[],
): PricedQuote | undefined => {
  const hasMarginRules = (quote.marginRules ?? []).length > 0
  if (hasMarginRules || before.pending.length + rows.length > maxPending) return undefined
  const groups = before.groups.map((group) => ({ ...group }))
  const lines: PricedLine[] = priced.lines.slice()
  const sums: TotalSums = { ...totalSums(priced.totals) }
  for (const row of rows) {
    const old = priced.lines[row]!
    const single = singleRow(before.draft, groups, quote, row)
    priceAgain(single, 0)
    if (single.issues.length > 0) return undefined
    const isMoved = before.draft.charges.length > 0 && isBasisMoved(old, priced.quote.lines[row]!, single, quote)
    if (isMoved) return undefined
    settleRow(single, old)
    lines[row] = lineOf(single, 0)
    addLine(groups, old, -1, sums, quote)
    addLine(groups, lines[row]!, 1, sums, quote)
  }
  const draft: Draft = { ...before.draft, quote, groups, issues: [] }
  return finish(
    priced,
    lines,
    sums,
    { draft, structure: undefined, pending: [...before.pending, ...rows], groups },
    false,
  )
}

/** Takes a line out of the sums or puts it in. */
const addLine = (groups: VatGroupDraft[], line: PricedLine, sign: 1 | -1, sums: TotalSums, quote: Quote): void => {
  if (!line.isCounted) return
  sums.linesNet += sign * line.netMinor
  sums.companyNet += sign * line.companyRevenueMinor
  sums.cost += sign * line.costMinor
  sums.overhead += sign * line.overheadMinor
  const { vat } = line
  const group = groups.find((one) => one.vat.category === vat?.category && one.vat.ratePpm === vat.ratePpm)
  if (group === undefined) return
  group.rows += sign
  group.base += sign * line.revenueMinor
  if (quote.rounding?.vat !== "line") return
  const isHalfEven = quote.rounding.mode === "halfEven"
  group.tax += sign * roundProduct(line.revenueMinor, group.vat.ratePpm, wholePpm, isHalfEven)
}

/** The draft of the remembered quote with its pending rows priced into their columns: a copy, free to change. */
export const broughtUpToDate = (remembered: Remembered, quote: Quote): Draft => {
  const { draft } = remembered
  const fresh: Draft = { ...draft, quote, columns: copyColumns(draft.columns), found: new Map(draft.found), issues: [] }
  const groups = remembered.groups.map((group) => ({ ...group }))
  const after = { ...fresh, groups }
  for (const row of remembered.pending) {
    priceAgain(after, row)
    settleColumns(after, row)
  }
  return after
}

const settleColumns = ({ columns }: Draft, row: number): void => {
  if (columns.isPriced[row] === 0) return
  const printed =
    columns.base[row]! + columns.discountShare[row]! + columns.footerShare[row]! + columns.adjustment[row]!
  columns.net[row] = printed
  columns.revenue[row] = columns.isCounted[row] === 1 ? printed + columns.shownShare[row]! : printed
}

/** Shares may have moved: they are computed anew, and only rows that came out otherwise are written again. */
const withShares = (
  priced: PricedQuote,
  before: Remembered,
  quote: Quote,
  rows: readonly number[],
): PricedQuote | undefined => {
  const current = broughtUpToDate(before, priced.quote)
  const draft: Draft = { ...current, quote, charges: [] }
  for (const row of rows) priceAgain(draft, row)
  if (draft.issues.length > 0) return undefined
  const old = {
    discountShare: draft.columns.discountShare,
    footerShare: draft.columns.footerShare.slice(),
    shownShare: draft.columns.shownShare,
  }
  draft.columns.discountShare = draft.columns.zeros
  draft.columns.shownShare = draft.columns.zeros
  draft.columns.footerShare.fill(0)
  applyCharges(draft, undefined)
  if (draft.issues.length > 0) return undefined
  const moved = new Set(rows)
  for (const name of ["discountShare", "footerShare", "shownShare"] as const) {
    const was = old[name]
    const now = draft.columns[name]
    if (was !== now) for (let row = 0; row < now.length; row++) if (was[row] !== now[row]) moved.add(row)
  }
  const lines: PricedLine[] = priced.lines.slice()
  const sums: TotalSums = { ...totalSums(priced.totals) }
  for (const row of moved) {
    addLine(draft.groups, lines[row]!, -1, sums, quote)
    settleColumns(draft, row)
    lines[row] = lineOf(draft, row)
    addLine(draft.groups, lines[row]!, 1, sums, quote)
  }
  moveChargeSums(current, draft, sums)
  return finish(priced, lines, sums, { draft, structure: undefined, pending: [], groups: draft.groups }, true)
}

/** Percentages of the document move with the lines; charges with VAT of their own move their group. */
const moveChargeSums = (before: Draft, after: Draft, sums: TotalSums): void => {
  const isPerLine = after.quote.rounding?.vat === "line"
  for (const [draft, sign] of [
    [before, -1],
    [after, 1],
  ] as const) {
    for (const charge of draft.charges) {
      if (sign === 1) charge.companyNet = charge.net
      sums.cost += sign * charge.cost
      if (charge.visibility !== "hidden") {
        if (charge.net < 0) sums.allowances -= sign * charge.net
        else sums.charges += sign * charge.net
        if (charge.shares === undefined) sums.companyNet += sign * charge.net
      }
      if (charge.group < 0) continue
      const group = after.groups[charge.group]!
      group.base += sign * charge.amount
      if (isPerLine) group.tax += sign * roundProduct(charge.amount, group.vat.ratePpm, wholePpm, after.isHalfEven)
    }
  }
}

const finish = (
  priced: PricedQuote,
  lines: readonly PricedLine[],
  sums: TotalSums,
  remembered: Remembered,
  hasNewShares: boolean,
): PricedQuote | undefined => {
  const { draft } = remembered
  for (const group of draft.groups) {
    if (draft.quote.rounding?.vat !== "line") {
      group.tax = roundProduct(group.base, group.vat.ratePpm, wholePpm, draft.isHalfEven)
    }
    group.companyBase = group.base
    group.companyTax = group.tax
  }
  const totals = closeTotals(draft, sums)
  if (draft.issues.length > 0 || !draft.isComplete) return undefined
  const hasRules = (draft.quote.marginRules ?? []).length > 0
  const after: PricedQuote = {
    ...priced,
    lines,
    footers: hasNewShares ? footersOf(draft) : priced.footers,
    vat: vatOf(draft),
    totals,
    floors: hasRules ? checkFloors(draft, undefined, totals, []) : priced.floors,
    issues: draft.issues,
    quote: draft.quote,
  }
  rememberDraft(after, remembered)
  return after
}
