/** Shares that add up, in tables: allocation, its edges, and shares within bounds. */
import { describe, expect, test } from "vitest"
import { type Apportionment, apportion, remainderOrder } from "../src/apportion.ts"
import { allocate } from "../src/index.ts"
import { waterFill } from "../src/waterFill.ts"
import { hamilton } from "./oracle/exact.ts"

const rows = (...weights: readonly (number | string)[]) =>
  weights.map((weight, at) => ({ id: String.fromCharCode(97 + at), weight }))
const maxSafe = Number.MAX_SAFE_INTEGER

describe("allocate", () => {
  test.each`
    total       | weights                                            | shares
    ${1}        | ${["1", "1"]}                                      | ${[1, 0]}
    ${5}        | ${["0", "7", "3"]}                                 | ${[0, 4, 1]}
    ${-5}       | ${["0", "7", "3"]}                                 | ${[0, -4, -1]}
    ${0}        | ${["1", "2"]}                                      | ${[0, 0]}
    ${0}        | ${["0", "0"]}                                      | ${[0, 0]}
    ${0}        | ${[]}                                              | ${[]}
    ${100}      | ${["0.5", "0.25", "0.25"]}                         | ${[50, 25, 25]}
    ${100}      | ${["1.5", "2", "0.000000000001"]}                  | ${[43, 57, 0]}
    ${10}       | ${["1", "2.50", "0.125"]}                          | ${[3, 7, 0]}
    ${7}        | ${["900000000000000.5", "900000000000000.5", "0"]} | ${[4, 3, 0]}
    ${maxSafe}  | ${["1", "1"]}                                      | ${[4503599627370496, 4503599627370495]}
    ${-maxSafe} | ${["1", "1"]}                                      | ${[-4503599627370496, -4503599627370495]}
  `("$total over $weights is $shares", ({ total, weights, shares }) => {
    const found = allocate(total, rows(...weights))
    if (!found.ok) throw new Error(found.error._tag)
    expect(found.value.map(({ minor }) => minor)).toEqual(shares)
    expect(found.value.map(({ id }) => id)).toEqual(rows(...weights).map(({ id }) => id))
  })

  test.each`
    total      | weights                                    | error
    ${0.5}     | ${["1"]}                                   | ${{ _tag: "InexactInput", got: "0.5", reason: "notASafeInteger" }}
    ${2 ** 53} | ${["1"]}                                   | ${{ _tag: "InexactInput", got: "9007199254740992", reason: "notASafeInteger" }}
    ${1}       | ${["1", "1e3"]}                            | ${{ _tag: "InexactInput", got: "1e3", reason: "notADecimal" }}
    ${1}       | ${["0.0000000000001"]}                     | ${{ _tag: "InexactInput", got: "0.0000000000001", reason: "tooManyDecimals" }}
    ${1}       | ${["2", "-1"]}                             | ${{ _tag: "NegativeWeight", id: "b", weight: "-1" }}
    ${1}       | ${["0", "0"]}                              | ${{ _tag: "ZeroWeights", totalMinor: 1 }}
    ${1}       | ${[]}                                      | ${{ _tag: "ZeroWeights", totalMinor: 1 }}
    ${1}       | ${[maxSafe, maxSafe - 1]}                  | ${{ _tag: "MoneyOverflow", exact: "18014398509481981" }}
    ${1}       | ${["900000000000000.1", "0.000000000001"]} | ${{ _tag: "MoneyOverflow", exact: "900000000000000100000000001" }}
  `("$total over $weights is refused: $error._tag", ({ total, weights, error }) => {
    expect(allocate(total, rows(...weights))).toEqual({ ok: false, error })
  })

  test("weights too fine for a safe integer are divided by what they share", () => {
    expect(allocate(3, rows("400000000000000.000002", "800000000000000.000004"))).toMatchObject({
      value: [{ minor: 1 }, { minor: 2 }],
    })
  })
})

test.each([7, 10, 4_503_599_627_370_497, maxSafe, -7, -maxSafe])(
  "%s over weights that fill 2^53 is what bigints say, to the unit",
  (total) => {
    const weights = rows(3_002_399_751_580_331, 3_002_399_751_580_333, 3_002_399_751_580_327)
    const exact = hamilton(
      BigInt(total),
      weights.map(({ id, weight }) => ({ id, weight: BigInt(weight) })),
    )
    const found = allocate(total, weights)
    expect(found.ok && new Map(found.value.map(({ id, minor }) => [id, BigInt(minor)]))).toEqual(exact)
  },
)

describe("apportion", () => {
  const of = (total: number, weights: readonly number[], more: Partial<Apportionment> = {}): Apportionment => ({
    total,
    factor: total,
    divisor: weights.reduce((sum, weight) => sum + weight, 0),
    weights: Float64Array.from(weights),
    idOf: (row) => String.fromCharCode(97 + row),
    ...more,
  })
  const big = 2 ** 40

  test.each`
    what                                     | request                                                                        | shares          | order
    ${"the largest remainder first"}         | ${of(10, [1, 1, 1])}                                                           | ${[4, 3, 3]}    | ${[0, 1, 2]}
    ${"two units over three equal rows"}     | ${of(11, [1, 1, 1])}                                                           | ${[4, 4, 3]}    | ${[0, 1, 2]}
    ${"equal remainders: the larger weight"} | ${of(1, [1, 3], { divisor: 4, factor: 2, total: 2 })}                          | ${[0, 2]}       | ${[1, 0]}
    ${"equal weights: the smaller id"}       | ${of(1, [1, 1], { idOf: (row) => (row === 0 ? "b" : "a") })}                   | ${[0, 1]}       | ${[1, 0]}
    ${"a negative weight takes back"}        | ${of(10, [3, -1])}                                                             | ${[15, -5]}     | ${[0, 1]}
    ${"mirrored"}                            | ${of(-10, [3, -1])}                                                            | ${[-15, 5]}     | ${[0, 1]}
    ${"mirrored thirds"}                     | ${of(-10, [1, 1, 1])}                                                          | ${[-4, -3, -3]} | ${[0, 1, 2]}
    ${"beyond 2^53"}                         | ${of(10, [big, big, big], { factor: 10 * big, divisor: 3 * big * big })}       | ${[4, 3, 3]}    | ${[0, 1, 2]}
    ${"beyond 2^53, by remainder"}           | ${of(4, [2 * big, big, 3 * big], { factor: 4 * big, divisor: 6 * big * big })} | ${[1, 1, 2]}    | ${[1, 0, 2]}
    ${"beyond 2^53, mirrored"}               | ${of(-10, [big, big, big], { factor: -10 * big, divisor: 3 * big * big })}     | ${[-4, -3, -3]} | ${[0, 1, 2]}
    ${"beyond 2^53, one negative"}           | ${of(10, [3 * big, -big], { factor: 10 * big, divisor: 2 * big * big })}       | ${[15, -5]}     | ${[0, 1]}
  `("$what: $shares", ({ request, shares, order }) => {
    expect(Array.from(apportion(request)!)).toEqual(shares)
    expect(remainderOrder(request)).toEqual(order)
  })

  test("a share that is no safe integer is none", () => {
    expect(apportion(of(maxSafe, [maxSafe, 1 - maxSafe]))).toBeUndefined()
  })

  test("no share is minus zero", () => {
    for (const share of apportion(of(-1, [1, 0, 1]))!) expect(Object.is(share, -0)).toBe(false)
  })
})

describe("waterFill", () => {
  const fill = (total: number, weights: readonly number[], lower: readonly number[], upper: readonly number[]) => {
    const shares = waterFill(total, {
      weights: Float64Array.from(weights),
      lower: Float64Array.from(lower),
      upper: Float64Array.from(upper),
      idOf: (at) => String.fromCharCode(97 + at),
    })
    return shares && Array.from(shares)
  }
  test.each`
    total  | weights      | lower         | upper             | shares
    ${100} | ${[1, 1]}    | ${[0, 0]}     | ${[100, 100]}     | ${[50, 50]}
    ${100} | ${[1, 1]}    | ${[0, 70]}    | ${[100, 100]}     | ${[30, 70]}
    ${100} | ${[1, 1]}    | ${[0, 0]}     | ${[20, 100]}      | ${[20, 80]}
    ${100} | ${[1, 1, 2]} | ${[0, 0, 0]}  | ${[10, 100, 100]} | ${[10, 30, 60]}
    ${100} | ${[1, 1, 2]} | ${[40, 0, 0]} | ${[99, 99, 45]}   | ${[40, 20, 40]}
    ${100} | ${[1, 1, 2]} | ${[0, 30, 0]} | ${[99, 99, 40]}   | ${[30, 30, 40]}
    ${100} | ${[1, 9]}    | ${[60, 40]}   | ${[60, 40]}       | ${[60, 40]}
    ${100} | ${[1, 9]}    | ${[60, 41]}   | ${[99, 99]}       | ${undefined}
    ${100} | ${[1, 9]}    | ${[0, 0]}     | ${[50, 49]}       | ${undefined}
    ${100} | ${[0, 0]}    | ${[10, 20]}   | ${[60, 90]}       | ${[60, 40]}
    ${100} | ${[0, 5]}    | ${[0, 0]}     | ${[99, 40]}       | ${[60, 40]}
    ${30}  | ${[0, 0]}    | ${[10, 20]}   | ${[60, 90]}       | ${[10, 20]}
    ${0}   | ${[3, 4]}    | ${[0, 0]}     | ${[9, 9]}         | ${[0, 0]}
  `("$total over $weights within $lower and $upper is $shares", ({ total, weights, lower, upper, shares }) => {
    expect(fill(total, weights, lower, upper)).toEqual(shares)
  })
})
