/**
 * What is left to invoice of an order: agreed less posted, per line, in money and in quantity. Drafts stand apart.
 */
import { type DecimalInput, decimalText, lastRead, readDecimal } from "./decimal.ts"
import type { ColumnAmount, InstalmentOrder } from "./instalment.ts"

/** An invoice, credit note or deposit on the order, with its amounts per column. */
export interface PostedInvoice {
  readonly id: string
  /** A draft lowers nothing: it is shown beside. */
  readonly status: "draft" | "issued"
  /** A credit's amounts are positive and open the order again; a deposit is no revenue until it is deducted. */
  readonly kind: "invoice" | "credit" | "deposit"
  readonly columns: readonly PostedColumn[]
}

/** What a document took of one column, without VAT; a quantity only where it was invoiced by quantity. */
export interface PostedColumn extends ColumnAmount {
  readonly quantity?: DecimalInput
}

/** One column of the order in minor units without VAT: agreed, issued, in drafts, and agreed less issued. */
export interface RemainingColumn {
  readonly columnId: string
  readonly agreedMinor: number
  readonly postedMinor: number
  readonly inDraftMinor: number
  readonly remainingMinor: number
  /** Decimal text, where the order gives a quantity. */
  readonly remainingQuantity: string | undefined
}

/** What is left to invoice of an order, per column and in all, in minor units without VAT. */
export interface Remaining {
  readonly columns: readonly RemainingColumn[]
  readonly agreedMinor: number
  readonly postedMinor: number
  readonly inDraftMinor: number
  readonly remainingMinor: number
  /** Deposits issued less credited. */
  readonly depositsMinor: number
  /** More is posted than agreed: credit at least this much. Zero otherwise. */
  readonly overInvoicedMinor: number
  /** Posted amounts of columns that the order does not have (any more). */
  readonly unknownMinor: number
}

/**
 * Agreed less posted, exact per column and in total.
 *
 * @example remainingToInvoice(order, [{ id: "1001", status: "issued", kind: "invoice", columns: [{ columnId: "a",
 *   minor: 166_666_67 }] }]).remainingMinor // 333 333.33 − 166 666.67 = 166 666.66
 */
export const remainingToInvoice = (order: InstalmentOrder, posted: readonly PostedInvoice[]): Remaining => {
  const sums = new Map<string, Sums>(order.columns.map(({ id }) => [id, { issued: 0, draft: 0, micro: 0n }]))
  let deposits = 0
  let unknown = 0
  for (const invoice of posted) {
    const sign = invoice.kind === "credit" ? -1 : 1
    for (const column of invoice.columns) {
      const sum = sums.get(column.columnId)
      if (invoice.kind === "deposit") deposits += invoice.status === "issued" ? column.minor : 0
      else if (sum === undefined) unknown += invoice.status === "issued" ? sign * column.minor : 0
      else if (invoice.status === "draft") sum.draft += sign * column.minor
      else {
        sum.issued += sign * column.minor
        sum.micro += BigInt(sign) * micro(column.quantity ?? 0)
      }
    }
  }
  const columns = order.columns.map((column): RemainingColumn => {
    const sum = sums.get(column.id)!
    return {
      columnId: column.id,
      agreedMinor: column.netMinor,
      postedMinor: sum.issued,
      inDraftMinor: sum.draft,
      remainingMinor: column.netMinor - sum.issued,
      remainingQuantity: column.quantity === undefined ? undefined : quantityText(micro(column.quantity) - sum.micro),
    }
  })
  const total = (of: (column: RemainingColumn) => number): number =>
    columns.reduce((sum, column) => sum + of(column), 0)
  const agreed = total((column) => column.agreedMinor)
  const issued = total((column) => column.postedMinor) + unknown
  return {
    columns,
    agreedMinor: agreed,
    postedMinor: issued,
    inDraftMinor: total((column) => column.inDraftMinor),
    remainingMinor: agreed - issued,
    depositsMinor: deposits,
    overInvoicedMinor: Math.max(Math.sign(agreed) * (issued - agreed), 0),
    unknownMinor: unknown,
  }
}

interface Sums {
  issued: number
  draft: number
  micro: bigint
}

const micro = (quantity: DecimalInput): bigint =>
  readDecimal(quantity, 6) ? BigInt(lastRead.big ?? lastRead.mantissa) * 10n ** BigInt(6 - lastRead.scale) : 0n

const quantityText = (millionths: bigint): string => {
  let mantissa = millionths
  let scale = 6
  while (scale > 0 && mantissa % 10n === 0n) {
    mantissa /= 10n
    scale--
  }
  return decimalText({ mantissa, scale })
}
