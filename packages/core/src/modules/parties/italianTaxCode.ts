/** The Italian tax code (codice fiscale) of a person: 16 characters, the last of which checks the others. */

const FORM = /^[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]$/
/** What a character counts in an odd place, from 0 to 9 and from A to Z; a digit counts as the letter in its place. */
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

/**
 * Whether the text is a tax code whose check letter holds. Digits may be written as the letters L to V, which tell
 * persons with the same code apart.
 *
 * @example isItalianTaxCode("RSSMRA85T10A562S") // true
 */
export const isItalianTaxCode = (code: string): boolean => {
  if (!FORM.test(code)) return false
  let sum = 0
  for (let index = 0; index < 15; index += 1) {
    const value = rankOf(code[index] ?? "")
    sum += index % 2 === 0 ? (ODD[value] ?? 0) : value
  }
  return code[15] === String.fromCharCode(65 + (sum % 26))
}

/** 0 to 9 for digits, 0 to 25 for letters. */
const rankOf = (character: string): number => (/\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65)
