/** The public surface of @anbud/pricing. */

export {
  type DatedPrice,
  type Indexation,
  type InvalidAmount,
  type InvalidPeriod,
  indexedPrice,
  type PeriodCharge,
  periodAmount,
  unusedAmount,
} from "./agreementAmount.ts"
export {
  type AllocationRefused,
  allocate,
  type NegativeWeight,
  type Share,
  type Weight,
  type ZeroWeights,
} from "./allocate.ts"
export {
  type AgreedLine,
  type CalledLine,
  type CallOff,
  type CallOffLine,
  callOff,
  type InvalidCallOff,
} from "./callOff.ts"
export type { ConsideredRow, RowOutcome } from "./consideredRow.ts"
export { type Approval, contentHash, contentText, isApproved } from "./contentHash.ts"
export { type CurrencyCode, currencyCodes, currencyExponent } from "./currency.ts"
export {
  type Decimal,
  type DecimalInput,
  type DecimalLimits,
  decimalText,
  type InexactInput,
  parseDecimal,
} from "./decimal.ts"
export { type Deduction, type DeductPolicy, type Deposit, type DepositOverdrawn, deductDeposits } from "./deposit.ts"
export { diff, type FooterDifference, type LineDifference, type QuoteDifference, type VatDifference } from "./diff.ts"
export type { Allocation, ExactValue, Explanation, PriceNote, Stage, Step } from "./explanation.ts"
export {
  type AmbiguousDiscountFound,
  type DiscountRequest,
  type FoundDiscount,
  findDiscount,
} from "./findDiscount.ts"
export {
  type FoundPrice,
  findPrice,
  type PriceAmbiguous,
  type PriceNotFound,
  type PriceRefused,
  type PriceRequest,
  type UnitUnknown,
} from "./findPrice.ts"
export { freeze, writeDownPrices } from "./freeze.ts"
export type * from "./instalment.ts"
export {
  absorbNegativeLines,
  type DocumentAmount,
  type InvoiceAmounts,
  type InvoiceLineAmounts,
  type NothingToAbsorb,
  toInvoice,
} from "./invoiceAmounts.ts"
export type * from "./issue.ts"
export {
  type ClosedProject,
  type Estimate,
  type InvalidHistory,
  type LearnedEstimate,
  type LearnedRange,
  learnedEstimate,
} from "./learnedEstimate.ts"
export { lintPriceList, type PriceListFinding } from "./lintPriceList.ts"
export { type EffortGuess, type InvalidGuess, type MarginRange, marginRange } from "./marginRange.ts"
export type { FloorBound, FloorLevel, FloorOutcome, MarginRule } from "./marginRule.ts"
export {
  addMoney,
  type CurrencyMix,
  type Money,
  type MoneyOverflow,
  money,
  moneyText,
  negateMoney,
  parseMoney,
  type SumRefused,
  subtractMoney,
  sumMoney,
  type UnknownCurrency,
} from "./money.ts"
export { type ChoiceDelta, type OptionTotals, optionTotals } from "./optionTotals.ts"
export { orderOf } from "./orderOf.ts"
export { planInstalments } from "./planInstalments.ts"
export type * from "./priceBook.ts"
export type * from "./pricedQuote.ts"
export { priceQuote } from "./priceQuote.ts"
export type * from "./quote.ts"
export { maxLines } from "./quoteShape.ts"
export {
  type PostedColumn,
  type PostedInvoice,
  type Remaining,
  type RemainingColumn,
  remainingToInvoice,
} from "./remainingToInvoice.ts"
export { reprice } from "./reprice.ts"
export { ok, type Result, refuse } from "./result.ts"
export type { RoundingMode } from "./rounding.ts"
export {
  type FloorConflict,
  type InvalidTarget,
  type MovedLine,
  type NoFreeLines,
  type QuoteIncomplete,
  type Solution,
  type SolveRefused,
  type SolveRequest,
  solve,
  type TargetBelowLocked,
  type TargetUnreachable,
} from "./solve.ts"
export type { SolveTarget } from "./solveTarget.ts"
export type { Spread, SpreadBasis, SpreadShare, SpreadTargets } from "./spread.ts"
export {
  type BankEmpty,
  type Draw,
  type DrawRequest,
  drawFromLots,
  expireLots,
  type InvalidDraw,
  type Lot,
  type LotDraw,
  type RolledOver,
  type RollOver,
  rollOverLots,
} from "./timeBankLots.ts"
export { marginPpm } from "./totals.ts"
export type { Vat, VatCategory, VatGroup } from "./vat.ts"
export { series, type WaterfallBar, waterfall } from "./waterfall.ts"
export { why, whyAll } from "./why.ts"
export { type Language, whyText } from "./whyText.ts"
export { whyTotal } from "./whyTotal.ts"
