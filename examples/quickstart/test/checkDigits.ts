/**
 * Check digits of the company numbers that the firm's customers have, by the national rules.
 */

/** True when the number's check digit is right for the country; separators are ignored. */
export const hasValidOrgNumber = (country: string, text: string): boolean => {
  const digits = text.replaceAll(/[ .-]/g, "")
  if (country === "SE") return /^\d\d[2-9]\d{7}$/.test(digits) && luhn(digits)
  if (country === "NO") return /^\d{9}$/.test(digits) && weightedRest(digits, [3, 2, 7, 6, 5, 4, 3, 2, 1]) === 0
  if (country === "FI") return /^\d{8}$/.test(digits) && weightedRest(digits, [7, 9, 10, 5, 8, 4, 2, 1]) === 0
  if (country === "DK") return /^\d{8}$/.test(digits) && weightedRest(digits, [2, 7, 6, 5, 4, 3, 2, 1]) === 0
  if (country === "IT") return /^\d{11}$/.test(digits) && luhn(digits)
  return false
}

/** The VAT number that belongs to a company number: every country here derives one from the other. */
export const vatNumberOf = (country: string, orgNumber: string): string => {
  const digits = orgNumber.replaceAll(/[ .-]/g, "")
  const ending = country === "SE" ? "01" : country === "NO" ? "MVA" : ""
  return `${country}${digits}${ending}`
}

const luhn = (digits: string): boolean => {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 1 : 2)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return sum % 10 === 0
}

const weightedRest = (digits: string, weights: readonly number[]): number =>
  weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0) % 11
