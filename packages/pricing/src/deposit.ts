/**
 * Deposits: invoiced ahead (type 386), then deducted from later invoices with the very amounts that were invoiced.
 */
import type { InvalidAmount } from "./agreementAmount.ts"
import { compareIds } from "./identifier.ts"
import { unsafeField } from "./refusedInput.ts"
import { ok, type Result, refuse } from "./result.ts"
import { roundProduct } from "./rounding.ts"
import type { Vat } from "./vat.ts"

/** A deposit of one VAT rate; one with a mix is one per rate, with the same invoice. */
export interface Deposit extends Vat {
  /** The invoice it was asked for on: the reference of the deduction (BT-25). */
  readonly invoiceId: string
  /** A local date; the oldest is used up first. */
  readonly issuedOn: string
  readonly netMinor: number
  readonly taxMinor: number
  /** Of both, what earlier invoices deducted or credits took back. */
  readonly deductedNetMinor: number
  readonly deductedTaxMinor: number
}

/** When an invoice deducts from open deposits, and how much of each. */
export type DeductPolicy =
  /** Only from the final invoice (default in trade). */
  | { readonly kind: "final"; readonly isFinal: boolean }
  /** As much of each deposit as this invoice is of the order. */
  | { readonly kind: "proportional"; readonly invoiceNetMinor: number; readonly orderNetMinor: number }
  /** As much as there is, the oldest first. */
  | { readonly kind: "fifo" }

/** What an invoice takes of one deposit, in minor units at the deposit's VAT rate; `invoiceId` is the deposit's. */
export interface Deduction extends Vat {
  readonly invoiceId: string
  /** Positive: to be put on the invoice as a negative line. */
  readonly netMinor: number
  readonly taxMinor: number
}

/** A deposit from which more was deducted than it was. */
export interface DepositOverdrawn {
  readonly _tag: "DepositOverdrawn"
  readonly invoiceId: string
}

/**
 * What to deduct from an invoice whose net per VAT rate is `nets`: never more than a deposit has open, never more than
 * the invoice has at its rate, so no invoice becomes negative; the excess stays open.
 *
 * A deposit that is used up gives back exactly the tax it was invoiced with.
 *
 * Refuses with `InvalidAmount` (minor units that are no safe integer), `DepositOverdrawn`.
 *
 * @example deductDeposits([deposit], [{ category: "S", ratePpm: 250_000, baseMinor: 100_000_00 }], { kind: "final",
 *   isFinal: true }) // net 50 000.00, tax 12 500.00
 */
export const deductDeposits = (
  deposits: readonly Deposit[],
  nets: readonly (Vat & { readonly baseMinor: number })[],
  policy: DeductPolicy,
): Result<readonly Deduction[], InvalidAmount | DepositOverdrawn> => {
  const path = unsafeAmount(deposits, nets, policy)
  if (path !== undefined) return refuse({ _tag: "InvalidAmount", path, reason: "notASafeInteger" })
  if (policy.kind === "final" && !policy.isFinal) return ok([])
  const room = new Map(
    nets.map(({ category, ratePpm, baseMinor }) => [`${category} ${ratePpm}`, Math.max(baseMinor, 0)]),
  )
  const deductions: Deduction[] = []
  const oldestFirst = [...deposits].sort(
    (left, right) => compareIds(left.issuedOn, right.issuedOn) || compareIds(left.invoiceId, right.invoiceId),
  )
  for (const deposit of oldestFirst) {
    const { invoiceId, category, ratePpm } = deposit
    const open = deposit.netMinor - deposit.deductedNetMinor
    if (open < 0 || deposit.deductedNetMinor < 0) return refuse({ _tag: "DepositOverdrawn", invoiceId })
    const key = `${category} ${ratePpm}`
    const netMinor = Math.min(open, wantedOf(deposit, open, policy), room.get(key) ?? 0)
    if (netMinor === 0) continue
    room.set(key, room.get(key)! - netMinor)
    deductions.push({ invoiceId, category, ratePpm, netMinor, taxMinor: taxOf(deposit, netMinor) })
  }
  return ok(deductions)
}

const unsafeAmount = (
  deposits: readonly Deposit[],
  nets: readonly { readonly baseMinor: number }[],
  policy: DeductPolicy,
): string | undefined => {
  for (const [at, { netMinor, taxMinor, deductedNetMinor, deductedTaxMinor }] of deposits.entries()) {
    const path = unsafeField(`deposits[${at}].`, { netMinor, taxMinor, deductedNetMinor, deductedTaxMinor })
    if (path !== undefined) return path
  }
  for (const [at, { baseMinor }] of nets.entries()) {
    const path = unsafeField(`nets[${at}].`, { baseMinor })
    if (path !== undefined) return path
  }
  if (policy.kind !== "proportional") return undefined
  return unsafeField("policy.", { invoiceNetMinor: policy.invoiceNetMinor, orderNetMinor: policy.orderNetMinor })
}

const wantedOf = (deposit: Deposit, open: number, policy: DeductPolicy): number => {
  if (policy.kind !== "proportional") return open
  if (policy.orderNetMinor <= 0) return 0
  const wanted = roundProduct(deposit.netMinor, policy.invoiceNetMinor, policy.orderNetMinor, false)
  // An invoice that is beyond every safe multiple of the order takes all there is.
  return Number.isNaN(wanted) ? open : Math.max(wanted, 0)
}

/** Tax up to and with this deduction, less what went before: cents never pile up. */
const taxOf = (deposit: Deposit, netMinor: number): number => {
  const until = deposit.deductedNetMinor + netMinor
  if (until === deposit.netMinor) return deposit.taxMinor - deposit.deductedTaxMinor
  return roundProduct(deposit.taxMinor, until, deposit.netMinor, false) - deposit.deductedTaxMinor
}
