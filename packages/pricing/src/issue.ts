/**
 * Issues: what is wrong with a quote, each with a path into the input. Numbers that do not depend on it still come.
 */
import type { InexactInput } from "./decimal.ts"

interface At {
  /** Where in the input: `lines[3].discounts[0].ratePpm`. */
  readonly path: string
}
interface Failing extends At {
  readonly severity: "error"
}
interface Warning extends At {
  readonly severity: "warning"
}

/** A text or number that is no exact decimal within limits. */
export interface InexactNumber extends Failing, Omit<InexactInput, "_tag"> {
  readonly _tag: "InexactInput"
}
/** A percentage that is no integer between 0 and 1 000 000 (or the bounds given). */
export interface PercentOutOfRange extends Failing {
  readonly _tag: "PercentOutOfRange"
  readonly got: unknown
  readonly min: number
  readonly max: number
}
/** A discount in money with the wrong sign, or beyond what is left of the line: `leftMinor`. It is not given. */
export interface DiscountTooLarge extends Failing {
  readonly _tag: "DiscountTooLarge"
  readonly leftMinor: number
}
/** A date that is not "YYYY-MM-DD" in the calendar. */
export interface InvalidDate extends Failing {
  readonly _tag: "InvalidDate"
  readonly got: unknown
}
/** Not the shape that the type asks for. */
export interface InvalidShape extends Failing {
  readonly _tag: "InvalidShape"
  readonly expected: string
}
/** A currency that ISO 4217 does not list, or none at all. */
export interface CurrencyUnknown extends Failing {
  readonly _tag: "UnknownCurrency"
  readonly currency: unknown
}
/** A cost in a currency that is neither the quote's nor the company's: there is no rate for it. */
export interface CurrencyMixed extends Failing {
  readonly _tag: "CurrencyMix"
  readonly left: string
  readonly right: string
}
/** An amount in minor units, or a sum of weights, beyond ±(2^53 − 1): it would no longer be exact. */
export interface AmountOverflow extends Failing {
  readonly _tag: "MoneyOverflow"
}
/** More lines than one quote may have: none of them is priced. */
export interface TooManyLines extends Failing {
  readonly _tag: "TooManyLines"
  readonly count: number
  readonly limit: number
}
/** An id used twice, or none at all. */
export interface DuplicateId extends Failing {
  readonly _tag: "DuplicateId"
  readonly id: string
}
/** A reference to a line, section or list that is not there. */
export interface UnknownReference extends Failing {
  readonly _tag: "UnknownReference"
  readonly id: string
}
/** A bundle or section that contains itself, or sits deeper than allowed. */
export interface NestingRefused extends Failing {
  readonly _tag: "NestingRefused"
  readonly id: string
  readonly reason: "cycle" | "tooDeep"
}
/** No price applies, because the line's unit (`from`) does not convert into that of a price row (`to`). */
export interface UnknownUnit extends Failing {
  readonly _tag: "UnknownUnit"
  readonly from: string
  readonly to: string
}
/** No list has a price: never zero. */
export interface NoPrice extends Failing {
  readonly _tag: "NoPrice"
  readonly productId: string | undefined
}
/** Two rows of equal rank with different prices. */
export interface AmbiguousPrice extends Failing {
  readonly _tag: "AmbiguousPrice"
  readonly rowIds: readonly string[]
}
/** Two matrix rows of equal rank with different rates. */
export interface AmbiguousDiscount extends Failing {
  readonly _tag: "AmbiguousDiscount"
  readonly rowIds: readonly string[]
}
/** Every weight of a spread is zero: the charge became a visible row. */
export interface ZeroBasis {
  readonly _tag: "ZeroBasis"
  readonly path: string
  readonly severity: "error" | "warning"
}
/** Signed weights whose sum has not the sign of the largest. */
export interface SignMixed extends Failing {
  readonly _tag: "SignMixed"
}
/** No line is free to take a share. */
export interface NoTarget extends Failing {
  readonly _tag: "NoTarget"
}
/** Manual shares that miss the amount by `differenceMinor`. */
export interface ManualSum extends Failing {
  readonly _tag: "ManualSum"
  readonly differenceMinor: number
}
/** Frozen shares of lines that are gone lapse with them. */
export interface SharesLapsed extends Warning {
  readonly _tag: "SharesLapsed"
  readonly lapsedMinor: number
}
/** A hidden charge with VAT of its own on lines with another. */
export interface VatMix extends Failing {
  readonly _tag: "VatMix"
  readonly lineId: string
}
/** A rate in a category that has none, or no VAT where one is needed. */
export interface VatRefused extends Failing {
  readonly _tag: "VatRefused"
  readonly reason: "rateInUntaxedCategory" | "missing" | "unknownCategory"
}
/** Not exactly one of the group is chosen: there is no firm total. */
export interface AlternativeUndecided extends Failing {
  readonly _tag: "AlternativeUndecided"
  readonly group: string
  readonly chosen: number
}
/** Whatever can be wrong with a quote. */
export type Issue =
  | InexactNumber
  | PercentOutOfRange
  | DiscountTooLarge
  | InvalidDate
  | InvalidShape
  | CurrencyUnknown
  | CurrencyMixed
  | AmountOverflow
  | TooManyLines
  | DuplicateId
  | UnknownReference
  | NestingRefused
  | UnknownUnit
  | NoPrice
  | AmbiguousPrice
  | AmbiguousDiscount
  | ZeroBasis
  | SignMixed
  | NoTarget
  | ManualSum
  | SharesLapsed
  | VatMix
  | VatRefused
  | AlternativeUndecided
