/** The one place where a fraction becomes an integer, against bigints. */
import fc from "fast-check"
import { expect, test } from "vitest"
import { roundBigRatio, roundProduct, roundRatio } from "../src/rounding.ts"

const safe = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  // Around 2^50, where the quotient plus a half stops being proved exact.
  fc
    .integer({ min: -64, max: 64 })
    .map((near) => 2 ** 50 + near),
)
const divisor = fc.oneof(
  fc.integer({ min: 1, max: 1000 }),
  fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  fc.integer({ min: 0, max: 15 }).map((exponent) => 10 ** exponent),
)

const asBig = (numerator: number, denominator: number, isHalfEven: boolean): number =>
  Number(roundBigRatio(BigInt(numerator), BigInt(denominator), isHalfEven))

test("a ratio rounds as its bigints do, also one step beside a tie", () => {
  fc.assert(
    fc.property(
      safe,
      divisor,
      fc.integer({ min: -1, max: 1 }),
      fc.boolean(),
      (numerator, denominator, step, isHalfEven) => {
        // k + ½, and one unit of the numerator beside it.
        const tie = Math.trunc(numerator / denominator) * denominator + Math.floor(denominator / 2) + step
        for (const one of [numerator, tie].filter(Number.isSafeInteger)) {
          expect(roundRatio(one, denominator, isHalfEven)).toBe(asBig(one, denominator, isHalfEven))
        }
      },
    ),
    { numRuns: 5000 },
  )
})

test.each`
  numerator | denominator | away  | even
  ${5}      | ${2}        | ${3}  | ${2}
  ${-5}     | ${2}        | ${-3} | ${-2}
  ${7}      | ${2}        | ${4}  | ${4}
  ${-1}     | ${3}        | ${0}  | ${0}
  ${1}      | ${2}        | ${1}  | ${0}
`("$numerator ÷ $denominator is $away, or $even to the even neighbour", ({ numerator, denominator, away, even }) => {
  expect([roundRatio(numerator, denominator, false), roundRatio(numerator, denominator, true)]).toEqual([away, even])
})

test("a product beyond 2^53 is exact, and NaN where the result is no safe integer", () => {
  expect(roundProduct(Number.MAX_SAFE_INTEGER, 999_999, 1_000_000, false)).toBe(9_007_190_247_541_736)
  expect(roundProduct(Number.MAX_SAFE_INTEGER, 2, 1, false)).toBeNaN()
})
