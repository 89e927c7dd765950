/**
 * What a printed quote shows: plain values that are already decided. Nothing here computes a price.
 *
 * Amounts are integers in minor units of `currency`, decimals are texts with a dot, percentages are integers of
 * 1/10 000 of a percentage point, dates are `YYYY-MM-DD`.
 */

export interface QuoteView {
  readonly number: string
  readonly revision: number
  readonly currency: string
  readonly issuedOn: string
  readonly validUntil: string
  readonly title: string
  readonly intro?: string
  readonly seller: SellerView
  readonly customer: CustomerView
  /** The customer's own reference. */
  readonly reference?: string
  readonly paymentTermDays: number
  readonly sections: readonly SectionView[]
  /** Options and alternatives: shown with a price, in no sum. */
  readonly options: readonly OptionView[]
  /** A sentence on charges that are held in the line amounts, such as freight. */
  readonly includedNote?: string
  readonly totals: TotalsView
  readonly vat: readonly VatView[]
  readonly plan: readonly InstalmentView[]
  readonly promise: PromiseView
  readonly terms: readonly TermView[]
}

export interface SellerView {
  readonly name: string
  readonly orgNumber: string
  readonly vatNumber: string
  readonly addressLines: readonly string[]
  readonly phone: string
  readonly email: string
  readonly web: string
  /** Who answers questions about this quote. */
  readonly contactName: string
  readonly contactTitle: string
}

export interface CustomerView {
  readonly number: string
  readonly name: string
  readonly addressLines: readonly string[]
  readonly orgNumber?: string
  readonly contactName?: string
  readonly email?: string
}

export interface SectionView {
  readonly title: string
  readonly lines: readonly LineView[]
  readonly netMinor: number
}

export interface LineView {
  readonly position: string
  readonly productNumber?: string
  readonly text: string
  readonly quantity: string
  /** UN/ECE Recommendation 20. */
  readonly unit: string
  /**
   * Leave out where the net holds a hidden share of a charge: a price that does not multiply up to the net
   * would look like an error on paper. "Fast pris" is printed instead.
   */
  readonly unitPrice?: string
  readonly discountPpm?: number
  readonly netMinor: number
}

export interface OptionView extends LineView {
  /** Position of the line that this one would replace; left out for a plain option. */
  readonly replaces?: string
}

export interface TotalsView {
  readonly netMinor: number
  readonly vatMinor: number
  /** Rounding of the payable amount, when there is any. */
  readonly roundingMinor?: number
  readonly payableMinor: number
}

export interface VatView {
  readonly ratePpm: number
  readonly baseMinor: number
  readonly vatMinor: number
}

export interface InstalmentView {
  readonly label: string
  readonly sharePpm: number
  /** When it is invoiced, in words or as a date: "Vid beställning". */
  readonly due: string
  readonly netMinor: number
  readonly vatMinor: number
  readonly payableMinor: number
}

export interface PromiseView {
  readonly on: string
  readonly wantedOn?: string
  /** For the customer's eyes: no names of staff, no absences. The full reason belongs in the internal copy. */
  readonly reason: string
  readonly steps: readonly StepView[]
}

export interface StepView {
  readonly name: string
  readonly from: string
  readonly to: string
}

export interface TermView {
  readonly title: string
  readonly text: string
}

/** What the firm's own copy adds. */
export interface InternalView {
  /** Reasons for the promised date with names and absences. */
  readonly promiseReasons: readonly string[]
  readonly marginFloorPpm: number
  readonly lines: readonly MarginLineView[]
  readonly total: MarginView
  readonly pictures: readonly PictureView[]
}

export interface MarginView {
  readonly netMinor: number
  readonly costMinor: number
  readonly marginMinor: number
  /** `undefined` where there is no revenue to measure against. */
  readonly marginPpm: number | undefined
}

export interface MarginLineView extends MarginView {
  readonly position: string
  readonly text: string
  readonly isBelowFloor: boolean
}

export interface PictureView {
  readonly title: string
  /** Read out instead of the picture. */
  readonly description: string
  readonly svg: string
}
