/**
 * Search tokens: what a text is found by. Words are folded in case, width and accents; an identifier is found with or
 * without what separates its parts. Made here and never by a database, so that both find alike.
 */
import type { SearchMode } from "../kernel/field.ts"
import { IDENTIFIER, INSIDE, type SearchTerms, type SearchToken, WORD } from "../kernel/searchTerms.ts"

const MOST_WORDS = 100
const MOST_TERMS = 10
const MOST_CHARACTERS = 60

/** The tokens of a value, each once. */
export const tokensOf = (mode: SearchMode, value: string): readonly SearchToken[] => {
  const words = wordsOf(value).slice(0, MOST_WORDS)
  const identifiers = mode === "exact" ? identifiersOf(value) : []
  const inside = words.flatMap(endingsOf).filter((token) => !words.includes(token))
  return [
    ...identifiers.map((token) => ({ rank: IDENTIFIER, token })),
    ...words.map((token) => ({ rank: WORD, token })),
    ...[...new Set(inside)].map((token) => ({ rank: INSIDE, token })),
  ]
}

/** What somebody who types this text looks for. */
export const termsOf = (text: string): SearchTerms => {
  const words = wordsOf(text).slice(0, MOST_TERMS)
  return { words, identifiers: words.length === 0 ? [] : identifiersOf(text) }
}

/**
 * A text folded for comparison: case, width, composition, accents and what cannot be seen do not count.
 *
 * @example folded("FJÄLL \u{200B}Ⅻ") // "fjall xii"
 */
export const folded = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\p{M}\p{Cf}]/gu, "")
    .replace(/[ßøæœđðłıþħ]/g, (letter) => LETTERS[letter] ?? letter)

/** Letters that Unicode does not take apart, as people type them where they are missing on the keyboard. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  ø: "o",
  æ: "ae",
  œ: "oe",
  đ: "d",
  ð: "d",
  ł: "l",
  ı: "i",
  þ: "th",
  ħ: "h",
}

const wordsOf = (text: string): readonly string[] => [
  ...new Set((folded(text).match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => first(word, MOST_CHARACTERS))),
]

const first = (text: string, count: number): string =>
  text.length <= count ? text : [...text].slice(0, count).join("")

/** Where a compound may begin anew: "service" in "fjällservice"; short words, and those with digits, have no such place. */
const MIN_BEFORE = 3
const MIN_AFTER = 4

const endingsOf = (word: string): readonly string[] => {
  const letters = [...word]
  const endings: string[] = []
  if (/\p{N}/u.test(word)) return endings
  for (let from = MIN_BEFORE; from <= letters.length - MIN_AFTER; from += 1) endings.push(letters.slice(from).join(""))
  return endings
}

/** The shortest number that is looked for without the prefix of a country or a trunk. */
const MIN_NATIONAL = 6

/**
 * An identifier without what separates its parts. A telephone number is also found without its country code, which has
 * one to three digits, and without the zero that stands for it at home.
 */
const identifiersOf = (text: string): readonly string[] => {
  const whole = first(folded(text).replace(/[^\p{L}\p{N}]/gu, ""), MOST_CHARACTERS)
  if (whole === "") return []
  if (!/^\d+$/.test(whole)) return [whole]
  const isAbroad = /^\s*(?:\+|00)/.test(text.normalize("NFKC"))
  const digits = whole.replace(/^0+/, "")
  const national = isAbroad ? [digits, digits.slice(1), digits.slice(2), digits.slice(3)] : [digits]
  return [...new Set([whole, ...national.filter((number) => number.length >= MIN_NATIONAL)])]
}
