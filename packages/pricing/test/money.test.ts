import { describe, expect, test } from "vitest"
import {
  addMoney,
  currencyCodes,
  currencyExponent,
  decimalText,
  money,
  moneyText,
  parseDecimal,
  parseMoney,
  sumMoney,
} from "../src/index.ts"

describe("decimals are checked by length and grammar before anything computes", () => {
  test.each`
    input                       | text
    ${"12.50"}                  | ${"12.5"}
    ${"-0"}                     | ${"0"}
    ${"-0.000"}                 | ${"0"}
    ${"0.000001"}               | ${"0.000001"}
    ${"100.0000000000"}         | ${"100"}
    ${1234}                     | ${"1234"}
    ${-0}                       | ${"0"}
    ${"999999999999999.999999"} | ${"999999999999999.999999"}
    ${"-9007199254740993"}      | ${"refused tooManyDigits"}
    ${"9007199254740.993001"}   | ${"9007199254740.993001"}
  `("$input reads as $text", ({ input, text }) => {
    const read = parseDecimal(input)
    expect(read.ok ? decimalText(read.value) : `refused ${read.error.reason}`).toBe(text)
  })

  test.each([
    ["1e9", "notADecimal"],
    ["1e9000000", "notADecimal"],
    ["0x1p+99999", "notADecimal"],
    ["NaN", "notADecimal"],
    ["Infinity", "notADecimal"],
    ["1,5", "notADecimal"],
    [" 1", "notADecimal"],
    ["1 ", "notADecimal"],
    ["+1", "notADecimal"],
    ["", "notADecimal"],
    ["-", "notADecimal"],
    [".5", "notADecimal"],
    ["5.", "notADecimal"],
    ["1.2.3", "notADecimal"],
    ["007", "notADecimal"],
    ["١٢", "notADecimal"],
    ["1".repeat(41), "tooLong"],
    ["9".repeat(10_000), "tooLong"],
    ["1234567890123456", "tooManyDigits"],
    ["0.1234567", "tooManyDecimals"],
    [0.1, "notASafeInteger"],
    [Number.NaN, "notASafeInteger"],
    [2 ** 53, "notASafeInteger"],
    [Number.POSITIVE_INFINITY, "notASafeInteger"],
    [undefined, "notADecimal"],
    [{ toString: () => "1" }, "notADecimal"],
  ])("InexactInput: %s is refused as %s", (input, reason) => {
    expect(parseDecimal(input as string)).toMatchObject({ ok: false, error: { _tag: "InexactInput", reason } })
  })
})

describe("money is a safe integer of minor units", () => {
  test.each`
    text        | currency | minor
    ${"12.5"}   | ${"EUR"} | ${1250}
    ${"-12.34"} | ${"SEK"} | ${-1234}
    ${"1200"}   | ${"JPY"} | ${1200}
    ${"1.234"}  | ${"KWD"} | ${1234}
    ${"1.2345"} | ${"CLF"} | ${12345}
  `("$text $currency is $minor minor units", ({ text, currency, minor }) => {
    const read = parseMoney(text, currency)
    expect(read).toEqual({ ok: true, value: { minor, currency } })
  })

  test.each([
    ["12.505", "EUR", "InexactInput"],
    ["1.5", "JPY", "InexactInput"],
    ["1", "XYZ", "UnknownCurrency"],
    ["999999999999999.99", "EUR", "MoneyOverflow"],
  ])("%s %s is refused with %s", (text, currency, tag) => {
    expect(parseMoney(text, currency)).toMatchObject({ ok: false, error: { _tag: tag } })
  })

  test("text has the currency's decimals and no locale", () => {
    expect(moneyText(money(1250, "EUR"))).toBe("12.50")
    expect(moneyText(money(-5, "EUR"))).toBe("-0.05")
    expect(moneyText(money(5, "JPY"))).toBe("5")
    expect(moneyText(money(5, "KWD"))).toBe("0.005")
  })

  test("sums are checked: MoneyOverflow and CurrencyMix", () => {
    const most = money(Number.MAX_SAFE_INTEGER, "EUR")
    expect(addMoney(most, money(1, "EUR"))).toMatchObject({ ok: false, error: { _tag: "MoneyOverflow" } })
    expect(addMoney(most, money(1, "SEK"))).toMatchObject({ ok: false, error: { _tag: "CurrencyMix" } })
    expect(sumMoney([most, most, money(-Number.MAX_SAFE_INTEGER, "EUR")], "EUR")).toEqual({ ok: true, value: most })
    expect(() => money(0.5, "EUR")).toThrow(RangeError)
  })

  test("the currency table has the odd exponents right", () => {
    const odd = Object.fromEntries(currencyCodes().map((code) => [code, currencyExponent(code)]))
    expect(odd).toMatchObject({ SEK: 2, JPY: 0, KWD: 3, CLF: 4, ISK: 0, TND: 3, NOK: 2, EUR: 2, KRW: 0 })
    expect(currencyCodes().length).toBeGreaterThan(150)
    expect(currencyExponent("__proto__")).toBeUndefined()
    expect(currencyExponent("constructor")).toBeUndefined()
  })
})
