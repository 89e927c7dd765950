/**
 * Identifiers: organisation and VAT numbers of Sweden, Norway, Finland, Italy and Denmark.
 *
 * Spaces, dots, hyphens and case do not count. All checks are local: length, form and check digit. A number of
 * another country is taken as it is, folded in the same way.
 */

import { isLuhn, isWeighted } from "./checkDigit.ts"
import { isItalianTaxCode } from "./italianTaxCode.ts"

/** A number in the one form that is compared, and in the form that people in its country write. */
export interface Identifier {
  readonly canonical: string
  readonly display: string
}

/** Why a text is no identifier: its form is wrong, or its check digit is. */
export type NotAnIdentifier = "form" | "checkDigit"

/** An identifier, or why it is none. */
export type Identified =
  | { readonly ok: true; readonly value: Identifier }
  | { readonly ok: false; readonly error: NotAnIdentifier }

/**
 * The organisation number that a text writes, by the rules of a country (ISO 3166-1).
 *
 * @example orgNumber("SE", "5560125790") // canonical "5560125790", display "556012-5790"
 */
export const orgNumber = (country: string, text: string): Identified => byCountry(ORG_NUMBER, country, text)

/**
 * The VAT number that a text writes. Its own prefix says whose rules hold; without one, the country does.
 *
 * @example vatNumber("NO", "310 000 019 MVA") // canonical "NO310000019MVA"
 */
export const vatNumber = (country: string, text: string): Identified => {
  const prefix = /^\s*(SE|NO|FI|IT|DK)/i.exec(text)?.[1]?.toUpperCase()
  return byCountry(VAT_NUMBER, prefix ?? (/^\s*[a-z]{2}/i.test(text) ? "" : country), text)
}

type Read = (folded: string, text: string) => Identified

const byCountry = (readers: Readonly<Record<string, Read>>, country: string, text: string): Identified => {
  const folded = text.replace(/[\s.\-\u2010-\u2015]/g, "").toUpperCase()
  const read = Object.hasOwn(readers, country) ? readers[country] : undefined
  if (read) return read(folded, text)
  return folded === "" ? wrong("form") : right(folded, text.trim())
}

const right = (canonical: string, display: string): Identified => ({ ok: true, value: { canonical, display } })
const wrong = (error: NotAnIdentifier): Identified => ({ ok: false, error })

/** Reads digits of one length: not all zeros, and with a check digit that holds. */
const digits =
  (pattern: RegExp, holds: (digits: string) => boolean, display: (digits: string) => string): Read =>
  (folded) => {
    if (!pattern.test(folded) || /^0+$/.test(folded)) return wrong("form")
    return holds(folded) ? right(folded, display(folded)) : wrong("checkDigit")
  }

const norwegian = digits(
  /^\d{9}$/,
  (number) => isWeighted(number, [3, 2, 7, 6, 5, 4, 3, 2]),
  (number) => number.replace(/^(\d{3})(\d{3})/, "$1 $2 "),
)

const finnishDigits = digits(
  /^\d{8}$/,
  (number) => isWeighted(number, [7, 9, 10, 5, 8, 4, 2]),
  (number) => `${number.slice(0, 7)}-${number.slice(7)}`,
)

/** Numbers of before 1979 have one digit less. */
const finnish: Read = (folded, text) => finnishDigits(/^\d{7}$/.test(folded) ? `0${folded}` : folded, text)

const italian = digits(/^\d{11}$/, isLuhn, (number) => number)

const danish = digits(
  /^[1-9]\d{7}$/,
  (number) =>
    [2, 7, 6, 5, 4, 3, 2, 1].reduce((sum, weight, index) => sum + weight * Number(number[index]), 0) % 11 === 0,
  (number) => number,
)

/** A legal person, or the personal number of a sole trader: its third digit, the month's first, is 0 or 1. */
const swedish: Read = (folded) => {
  const [, century, number, separator] = /^(16|18|19|20)?(\d{6}(\+?)\d{4})$/.exec(folded) ?? []
  if (number === undefined) return wrong("form")
  const ten = number.replace("+", "")
  const isLegalPerson = Number(ten[2]) >= 2
  if (!isLegalPerson && !isBirthDate(ten)) return wrong("form")
  if (isLegalPerson && (separator === "+" || (century !== undefined && century !== "16"))) return wrong("form")
  return isLuhn(ten)
    ? right(ten, `${ten.slice(0, 6)}${separator === "+" ? "+" : "-"}${ten.slice(6)}`)
    : wrong("checkDigit")
}

/** Month and day of a personal number; a coordination number has 60 added to its day. */
const isBirthDate = (ten: string): boolean => {
  const month = Number(ten.slice(2, 4))
  const day = Number(ten.slice(4, 6)) % 60
  return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

const ORG_NUMBER: Readonly<Record<string, Read>> = {
  SE: swedish,
  NO: norwegian,
  FI: finnish,
  IT: (folded, text) =>
    folded.length === 16
      ? isItalianTaxCode(folded)
        ? right(folded, folded)
        : wrong("checkDigit")
      : italian(folded, text),
  DK: danish,
}

/** A VAT number is the prefix, the organisation number and a tail; it is displayed as it is compared. */
const around =
  (prefix: string, read: Read, tail: RegExp, canonicalTail: (tail: string) => string): Read =>
  (folded, text) => {
    const body = folded.startsWith(prefix) ? folded.slice(prefix.length) : folded
    const end = tail.exec(body)
    if (!end) return wrong("form")
    const number = read(body.slice(0, end.index), text)
    if (!number.ok) return number
    const canonical = `${prefix}${number.value.canonical}${canonicalTail(end[0])}`
    return right(canonical, canonical)
  }

const VAT_NUMBER: Readonly<Record<string, Read>> = {
  SE: around("SE", swedish, /(?<=^\d{10})\d\d$/, (tail) => tail),
  NO: around("NO", norwegian, /MVA$/, (tail) => tail),
  FI: around("FI", finnishDigits, /$/, (tail) => tail),
  IT: around("IT", italian, /$/, (tail) => tail),
  DK: around("DK", danish, /$/, (tail) => tail),
}
