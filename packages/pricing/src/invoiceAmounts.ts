/**
 * A priced quote as the amounts of an e-invoice: the fields of EN 16931 that carry money, all integers.
 */
import type { InvalidAmount } from "./agreementAmount.ts"
import { apportion } from "./apportion.ts"
import type { CurrencyCode } from "./currency.ts"
import type { PricedLine, PricedQuote } from "./pricedQuote.ts"
import { unsafeField } from "./refusedInput.ts"
import { ok, type Result, refuse } from "./result.ts"
import type { Vat, VatGroup } from "./vat.ts"

/** The money of an e-invoice in minor units, each field with its EN 16931 term. */
export interface InvoiceAmounts {
  readonly currency: CurrencyCode
  readonly lines: readonly InvoiceLineAmounts[]
  /** BG-20 and BG-21, one per VAT group each. */
  readonly allowances: readonly DocumentAmount[]
  readonly charges: readonly DocumentAmount[]
  readonly vat: readonly VatGroup[]
  /** BT-106. */
  readonly linesNetMinor: number
  /** BT-107. */
  readonly allowancesMinor: number
  /** BT-108. */
  readonly chargesMinor: number
  /** BT-109. */
  readonly netMinor: number
  /** BT-110. */
  readonly vatMinor: number
  /** BT-112. */
  readonly totalMinor: number
  /** BT-114. */
  readonly roundingMinor: number
  /** BT-115. */
  readonly payableMinor: number
}

/** The money of one invoice line (BG-25), in minor units without VAT; `vat` is undefined if the line has none. */
export interface InvoiceLineAmounts {
  readonly id: string
  /** Quantity × price, rounded: what BT-131 is before the line's own allowances and charges. */
  readonly grossMinor: number
  /** BG-27, positive. */
  readonly allowanceMinor: number
  /** BG-28: charges, hidden shares and adjustments. */
  readonly chargeMinor: number
  /** BT-131 = gross − allowance + charge. */
  readonly netMinor: number
  /** BT-151, BT-152. */
  readonly vat: Vat | undefined
}

/** An allowance or charge on the whole document, in minor units without VAT, at one VAT rate. */
export interface DocumentAmount extends Vat {
  readonly id: string
  /** Positive. */
  readonly amountMinor: number
}

/**
 * The amounts of an invoice over the whole of `priced`: the very integers of the quote, per line, VAT group and total.
 *
 * Fulfils BR-CO-10 to BR-CO-17 exactly where prices are net and VAT is computed per group.
 *
 * @example toInvoice(priced).payableMinor === priced.totals.payableMinor
 */
export const toInvoice = (priced: PricedQuote): InvoiceAmounts => {
  const { totals } = priced
  const documents = priced.footers
    .filter(({ visibility }) => visibility !== "hidden")
    .flatMap(({ id, vatParts }) =>
      vatParts.map(({ category, ratePpm, baseMinor }) => ({ id, category, ratePpm, baseMinor })),
    )
  const amountsOf = (sign: 1 | -1): readonly DocumentAmount[] =>
    documents
      .filter(({ baseMinor }) => baseMinor * sign > 0)
      .map(({ id, category, ratePpm, baseMinor }) => ({ id, category, ratePpm, amountMinor: baseMinor * sign }))
  const allowances = amountsOf(-1)
  const charges = amountsOf(1)
  return {
    currency: priced.currency,
    lines: priced.lines.filter(({ isCounted }) => isCounted).map(lineAmounts),
    allowances,
    charges,
    vat: priced.vat,
    linesNetMinor: totals.linesNetMinor,
    allowancesMinor: allowances.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    chargesMinor: charges.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    netMinor: totals.netMinor,
    vatMinor: totals.vatMinor,
    totalMinor: totals.totalMinor,
    roundingMinor: totals.roundingMinor,
    payableMinor: totals.payableMinor,
  }
}

/** Where prices include VAT the gross is given without it: the difference of the net to all that changed it. */
const lineAmounts = (line: PricedLine): InvoiceLineAmounts => {
  let allowance = 0
  let charge = 0
  const changes = [
    line.discountMinor,
    line.chargeMinor,
    line.bundleMinor,
    line.discountShareMinor,
    line.footerShareMinor,
    line.adjustmentMinor,
  ]
  for (const change of changes) {
    if (change < 0) allowance -= change
    else charge += change
  }
  return {
    id: line.id,
    grossMinor: line.netMinor + allowance - charge,
    allowanceMinor: allowance,
    chargeMinor: charge,
    netMinor: line.netMinor,
    vat: line.vat,
  }
}

/** A VAT group whose lines add up to less than nothing: there is nothing to fold its discounts into. */
export interface NothingToAbsorb {
  readonly _tag: "NothingToAbsorb"
  readonly vat: Vat | undefined
}

/**
 * The same invoice without negative lines, for receivers that refuse them: each is folded into the positive lines of its
 * VAT group by largest remainder, as an allowance. Sums per group and in total do not change.
 *
 * Refuses with `InvalidAmount` for an amount that is no safe integer, and with `NothingToAbsorb` for a group that is negative as a whole: that is a credit note.
 *
 * @example absorbNegativeLines(toInvoice(priced))
 */
export const absorbNegativeLines = (
  invoice: InvoiceAmounts,
): Result<InvoiceAmounts, InvalidAmount | NothingToAbsorb> => {
  for (const [at, { grossMinor, allowanceMinor, chargeMinor, netMinor }] of invoice.lines.entries()) {
    const path = unsafeField(`lines[${at}].`, { grossMinor, allowanceMinor, chargeMinor, netMinor })
    if (path !== undefined) return refuse({ _tag: "InvalidAmount", path, reason: "notASafeInteger" })
  }
  const groups = new Map<string, InvoiceLineAmounts[]>()
  for (const line of invoice.lines) {
    const key = line.vat === undefined ? "" : `${line.vat.category} ${line.vat.ratePpm}`
    groups.set(key, [...(groups.get(key) ?? []), line])
  }
  const absorbed = new Map<string, InvoiceLineAmounts>()
  for (const lines of groups.values()) {
    const positive = lines.filter(({ netMinor }) => netMinor > 0)
    const negative = lines.reduce((sum, { netMinor }) => sum + Math.min(netMinor, 0), 0)
    const room = positive.reduce((sum, { netMinor }) => sum + netMinor, 0)
    if (negative === 0) continue
    if (!Number.isSafeInteger(room - negative))
      return refuse({ _tag: "InvalidAmount", path: "lines", reason: "overflow" })
    if (room + negative < 0) return refuse({ _tag: "NothingToAbsorb", vat: lines[0]?.vat })
    const shares = apportion({
      total: -negative,
      factor: -negative,
      divisor: room,
      weights: Float64Array.from(positive, ({ netMinor }) => netMinor),
      idOf: (at) => positive[at]!.id,
    })
    positive.forEach((line, at) => {
      const share = shares?.[at] ?? 0
      const netMinor = line.netMinor - share
      absorbed.set(line.id, { ...line, allowanceMinor: line.allowanceMinor + share, netMinor })
    })
  }
  const lines = invoice.lines.filter(({ netMinor }) => netMinor >= 0).map((line) => absorbed.get(line.id) ?? line)
  return ok({ ...invoice, lines })
}
