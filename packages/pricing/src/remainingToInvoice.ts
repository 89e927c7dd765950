/**
 * What is left to invoice of an order: agreed less posted, per line, in money and in quantity. Drafts stand apart.
 */
import type { DecimalInput } from "./decimal.ts"
import type { ColumnAmount, InstalmentOrder } from "./instalment.ts"
import type { Issue } from "./issue.ts"
import { millionthsText, readMillionths } from "./millionths.ts"
import { inexact, notASafeInteger } from "./refusedInput.ts"

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
  /** Numbers that could not be read and count as zero, each with its path: `posted[2].columns[0].minor`. */
  readonly issues: readonly Issue[]
}

/**
 * Agreed less posted, exact per column and in total. An amount or quantity that cannot be read is an issue and counts
 * as zero; a sum beyond ±(2^53 − 1) is an issue and zero.
 *
 * @example remainingToInvoice(order, [{ id: "1001", status: "issued", kind: "invoice", columns: [{ columnId: "a",
 *   minor: 166_666_67 }] }]).remainingMinor // 333 333.33 − 166 666.67 = 166 666.66
 */
export const remainingToInvoice = (order: InstalmentOrder, posted: readonly PostedInvoice[]): Remaining => {
  const sums = new Map<string, Sums>(order.columns.map(({ id }) => [id, { issued: 0, draft: 0, micro: 0n }]))
  const issues: Issue[] = []
  let deposits = 0
  let unknown = 0
  for (const [at, invoice] of posted.entries()) {
    const sign = invoice.kind === "credit" ? -1 : 1
    for (const [place, column] of invoice.columns.entries()) {
      const path = `posted[${at}].columns[${place}]`
      const minor = sign * readMinorUnits(column.minor, `${path}.minor`, issues)
      const sum = sums.get(column.columnId)
      if (invoice.kind === "deposit") deposits += invoice.status === "issued" ? minor : 0
      else if (sum === undefined) unknown += invoice.status === "issued" ? minor : 0
      else if (invoice.status === "draft") sum.draft += minor
      else {
        sum.issued += minor
        sum.micro += BigInt(sign) * readMicro(column.quantity ?? 0, `${path}.quantity`, issues)
      }
    }
  }
  const columns = order.columns.map((column, at): RemainingColumn => {
    const sum = sums.get(column.id)!
    const path = `order.columns[${at}]`
    const agreedMinor = readMinorUnits(column.netMinor, `${path}.netMinor`, issues)
    return {
      columnId: column.id,
      agreedMinor,
      postedMinor: sum.issued,
      inDraftMinor: sum.draft,
      remainingMinor: agreedMinor - sum.issued,
      remainingQuantity:
        column.quantity === undefined
          ? undefined
          : millionthsText(readMicro(column.quantity, `${path}.quantity`, issues) - sum.micro),
    }
  })
  const total = (of: (column: RemainingColumn) => number): number =>
    columns.reduce((sum, column) => sum + of(column), 0)
  const agreed = total((column) => column.agreedMinor)
  const issued = total((column) => column.postedMinor) + unknown
  const amounts = {
    agreedMinor: agreed,
    postedMinor: issued,
    inDraftMinor: total((column) => column.inDraftMinor),
    remainingMinor: agreed - issued,
    depositsMinor: deposits,
    overInvoicedMinor: Math.max(Math.sign(agreed) * (issued - agreed), 0),
    unknownMinor: unknown,
  }
  return withinSafe({ columns, ...amounts, issues })
}

/** As it is, unless a sum left the safe integers: then such a sum would not be exact, and all of them are zero. */
const withinSafe = (remaining: Remaining): Remaining => {
  const { columns, issues, ...amounts } = remaining
  const isSafe = (record: object): boolean =>
    Object.values(record).every((value) => typeof value !== "number" || Number.isSafeInteger(value))
  if (isSafe(amounts) && columns.every(isSafe)) return remaining
  const zeroed = Object.fromEntries(Object.keys(amounts).map((key) => [key, 0])) as unknown as typeof amounts
  return { columns: [], ...zeroed, issues: [...issues, { _tag: "MoneyOverflow", path: "posted", severity: "error" }] }
}

const readMinorUnits = (minor: unknown, path: string, issues: Issue[]): number => {
  if (Number.isSafeInteger(minor)) return minor as number
  issues.push(notASafeInteger(path, minor))
  return 0
}

interface Sums {
  issued: number
  draft: number
  micro: bigint
}

/** A quantity in millionths. */
const readMicro = (quantity: DecimalInput, path: string, issues: Issue[]): bigint => {
  const millionths = readMillionths(quantity)
  if (millionths === undefined) issues.push(inexact(path, quantity))
  return millionths ?? 0n
}
