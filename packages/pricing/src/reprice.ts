/**
 * Re-pricing after a few changed lines: the same bits as pricing from scratch, without touching what cannot have moved.
 */
import { applyCharges } from "./charges.ts"
import { copyColumns, type Draft } from "./draft.ts"
import { checkFloors } from "./marginFloor.ts"
import type { PricedLine, PricedQuote, Totals } from "./pricedQuote.ts"
import { priceLine } from "./priceLine.ts"
import { priceQuote } from "./priceQuote.ts"
import type { Quote, QuoteLine } from "./quote.ts"
import { recallDraft, rememberDraft } from "./rememberedDraft.ts"
import { footersOf, lineOf, vatOf } from "./report.ts"
import { roundProduct } from "./rounding.ts"
import { closeTotals, type TotalSums, totalSums } from "./totals.ts"

const wholePpm = 1_000_000
/** Far from 2^53 no sum can overflow by the change of a few lines. */
const safeSize = Number.MAX_SAFE_INTEGER / 64

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
  const rows = rowsOf(priced, lines)
  const quote: Quote = { ...priced.quote, lines: replaced(priced.quote.lines, lines, rows) }
  if (before === undefined || before.structure !== undefined || !isSimple(before.draft, priced))
    return priceQuote(quote)
  if (!lines.every((line, at) => rows[at]! >= 0 && isPlain(line))) return priceQuote(quote)
  return repriceRows(priced, before.draft, quote, rows) ?? priceQuote(quote)
}

const rowsOf = (priced: PricedQuote, lines: readonly QuoteLine[]): readonly number[] =>
  lines.map((line) => priced.lines.findIndex(({ id }) => id === line?.id))

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
  draft.issues.length === 0 &&
  Math.abs(priced.totals.totalMinor) < safeSize &&
  priced.totals.linesNetMinor > -safeSize

/** A line that can be read without looking at any other. */
const isPlain = (line: QuoteLine): boolean =>
  line.sectionId === undefined &&
  line.parentId === undefined &&
  line.alternative === undefined &&
  line.discounts === undefined &&
  line.charges === undefined &&
  line.costs === undefined &&
  line.groupIds === undefined &&
  line.kind !== "bundle" &&
  line.kind !== "subtotal" &&
  (line.kind === undefined ||
    line.kind === "product" ||
    line.kind === "labour" ||
    line.kind === "external" ||
    line.kind === "text" ||
    line.kind === "return")

/** Undefined if something turns out to need the whole way. */
const repriceRows = (
  priced: PricedQuote,
  before: Draft,
  quote: Quote,
  rows: readonly number[],
): PricedQuote | undefined => {
  const draft: Draft = {
    ...before,
    quote,
    columns: copyColumns(before.columns, before.rows),
    groups: before.groups.map((group) => ({ ...group })),
    charges: before.charges,
    found: new Map(before.found),
    issues: [],
  }
  for (const row of rows) priceAgain(draft, row)
  if (draft.issues.length > 0) return undefined
  const moved = new Set(rows)
  const shared = before.charges.length > 0 && rows.some((row) => isBasisMoved(before, draft, row))
  const after: Draft = shared ? { ...draft, charges: [] } : draft
  if (shared) {
    shareAgain(before, after, moved)
    if (after.issues.length > 0) return undefined
  }
  const sums: TotalSums = { ...totalSums(priced.totals) }
  for (const row of moved) sumAgain(before, after, row, sums)
  for (const group of after.groups) {
    if (quote.rounding?.vat !== "line")
      group.tax = roundProduct(group.base, group.vat.ratePpm, wholePpm, after.isHalfEven)
  }
  if (shared) moveChargeSums(before, after, sums)
  for (const group of after.groups) {
    group.companyBase = group.base
    group.companyTax = group.tax
  }
  return finish(priced, after, moved, sums, shared)
}

const priceAgain = (draft: Draft, row: number): void => {
  const { columns } = draft
  const line = draft.quote.lines[row]!
  for (const name of [
    "gross",
    "discount",
    "charge",
    "bundle",
    "base",
    "adjustment",
    "cost",
    "overhead",
    "net",
    "revenue",
    "companyRevenue",
  ] as const) {
    columns[name][row] = 0
  }
  columns.isPriced[row] = 0
  columns.group[row] = -1
  columns.isCounted[row] = line.kind !== "text" && line.option !== "offered" ? 1 : 0
  draft.found.delete(row)
  priceLine(draft, row)
}

/** Whether any spread could weigh the row otherwise than before. */
const isBasisMoved = (before: Draft, after: Draft, row: number): boolean => {
  const old = before.quote.lines[row]!
  const line = after.quote.lines[row]!
  const columns = ["base", "isCounted", "group"] as const
  if (columns.some((name) => before.columns[name][row] !== after.columns[name][row])) return true
  if (old.isEssential !== line.isEssential || old.lock !== line.lock) return true
  const bases = [...(after.quote.footers ?? []), ...(after.quote.discounts ?? [])].map(({ spread }) => spread)
  return bases.some((spread) => {
    if (spread?.targets?.kind === "group") return true
    if (spread?.basis === "cost") return before.columns.cost[row] !== after.columns.cost[row]
    if (spread?.basis === "quantity") return old.quantity !== line.quantity
    if (spread?.basis === "weight") return old.weight !== line.weight
    return spread?.basis === "hours"
  })
}

/** All shares anew; rows whose shares came out otherwise join `moved`. */
const shareAgain = (before: Draft, after: Draft, moved: Set<number>): void => {
  const names = ["discountShare", "footerShare", "shownShare"] as const
  for (const name of names) after.columns[name].fill(0)
  applyCharges(after, undefined)
  for (const name of names) {
    const old = before.columns[name]
    const now = after.columns[name]
    for (let row = 0; row < now.length; row++) if (old[row] !== now[row]) moved.add(row)
  }
}

/** Takes the row's old amounts out of the sums and puts the new ones in. */
const sumAgain = (before: Draft, after: Draft, row: number, sums: TotalSums): void => {
  const { columns } = after
  if (columns.isPriced[row] === 1) {
    const printed =
      columns.base[row]! + columns.discountShare[row]! + columns.footerShare[row]! + columns.adjustment[row]!
    columns.net[row] = printed
    columns.revenue[row] = columns.isCounted[row] === 1 ? printed + columns.shownShare[row]! : printed
    columns.companyRevenue[row] = columns.revenue[row]!
  }
  addRow(before, after, row, -1, sums)
  addRow(after, after, row, 1, sums)
}

const addRow = (from: Draft, to: Draft, row: number, sign: 1 | -1, sums: TotalSums): void => {
  const { columns } = from
  if (columns.isCounted[row] === 0) return
  sums.linesNet += sign * columns.net[row]!
  sums.companyNet += sign * columns.companyRevenue[row]!
  sums.cost += sign * columns.cost[row]!
  sums.overhead += sign * columns.overhead[row]!
  const at = columns.group[row]!
  if (at < 0) return
  const group = to.groups[at]!
  group.rows += sign
  group.base += sign * columns.revenue[row]!
  if (to.quote.rounding?.vat !== "line") return
  group.tax += sign * roundProduct(columns.revenue[row]!, group.vat.ratePpm, wholePpm, to.isHalfEven)
}

/** Percentages of the document move with the lines; charges with VAT of their own move their group. */
const moveChargeSums = (before: Draft, after: Draft, sums: TotalSums): void => {
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
      const tax = roundProduct(charge.amount, group.vat.ratePpm, wholePpm, after.isHalfEven)
      group.tax =
        after.quote.rounding?.vat === "line"
          ? group.tax + sign * tax
          : roundProduct(group.base, group.vat.ratePpm, wholePpm, after.isHalfEven)
    }
  }
}

const finish = (
  priced: PricedQuote,
  draft: Draft,
  moved: ReadonlySet<number>,
  sums: TotalSums,
  shared: boolean,
): PricedQuote | undefined => {
  const lines: PricedLine[] = priced.lines.slice()
  for (const row of moved) lines[row] = lineOf(draft, row)
  const totals: Totals = closeTotals(draft, sums)
  if (draft.issues.length > 0 || !draft.isComplete) return undefined
  const floors =
    (draft.quote.marginRules ?? []).length === 0 ? priced.floors : checkFloors(draft, undefined, totals, [])
  const after: PricedQuote = {
    ...priced,
    lines,
    footers: shared ? footersOf(draft) : priced.footers,
    vat: vatOf(draft),
    totals,
    floors,
    issues: draft.issues,
    quote: draft.quote,
  }
  rememberDraft(after, { draft, structure: undefined })
  return after
}
