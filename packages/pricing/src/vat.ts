/**
 * VAT: categories of EN 16931 (BT-118, BT-151) and rates as integers of 1/10 000 percentage point.
 */

/**
 * S standard, Z zero rated, E exempt, AE reverse charge, K intra-community supply, G export, O outside scope, L Canary
 * Islands, M Ceuta and Melilla.
 */
export type VatCategory = "S" | "Z" | "E" | "AE" | "K" | "G" | "O" | "L" | "M"

/** A VAT category and its rate. */
export interface Vat {
  readonly category: VatCategory
  /** 25 % is 250 000. Zero in every category but S, L and M. */
  readonly ratePpm: number
}

/** One row of the VAT breakdown (BG-23). */
export interface VatGroup extends Vat {
  /** BT-116: what the tax is computed on. */
  readonly baseMinor: number
  /** BT-117. */
  readonly taxMinor: number
}

/** Whether an amount in this category may carry tax at all. */
export const canBeTaxed = (category: VatCategory): boolean => category === "S" || category === "L" || category === "M"
