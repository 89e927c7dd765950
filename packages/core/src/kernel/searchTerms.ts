/** Search terms: what a text is found by and what is looked for, as the facet of search makes them. */
import type { Condition } from "./store.ts"

/** An identifier without separators, a word, or what a compound word ends with. Less is found first. */
export const IDENTIFIER = 0
export const WORD = 1
export const INSIDE = 2

/** The table of tokens is sorted by rank first: where every rank is named, a look-up begins at its token in each. */
export const ofEveryRank: Condition = { op: "in", column: "rank", values: [IDENTIFIER, WORD, INSIDE] }

/** One thing that a value is found by. */
export interface SearchToken {
  readonly rank: number
  readonly token: string
}

/** What is looked for: records that have all of the words, or one of the identifiers, each as a beginning. */
export interface SearchTerms {
  readonly words: readonly string[]
  readonly identifiers: readonly string[]
}

/** The condition of tokens that begin with a term. */
export const beginsWith = (term: string): Condition => ({
  op: "and",
  of: [
    { op: "gte", column: "token", value: term },
    // No letter or digit comes after the last code point.
    { op: "lt", column: "token", value: `${term}\u{10FFFF}` },
  ],
})
