/** Check digits: pure arithmetic on texts of digits. A valid digit never proves that a number was issued. */

/**
 * Whether the last digit is right by Luhn's method: from the right every second digit counts double.
 *
 * @example isLuhn("5560125790") // true
 */
export const isLuhn = (digits: string): boolean => {
  let sum = 0
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place])
    const counted = place % 2 === 1 ? digit * 2 : digit
    sum += counted > 9 ? counted - 9 : counted
  }
  return sum % 10 === 0
}

/**
 * Whether the last digit is right by weights modulo 11: the check digit is 11 minus the remainder, 0 stands for a
 * remainder of 0, and a remainder of 1 has no digit at all.
 *
 * @example isWeighted("310000019", [3, 2, 7, 6, 5, 4, 3, 2]) // true
 */
export const isWeighted = (digits: string, weights: readonly number[]): boolean => {
  const remainder = weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0) % 11
  return remainder !== 1 && (11 - remainder) % 11 === Number(digits[weights.length])
}
