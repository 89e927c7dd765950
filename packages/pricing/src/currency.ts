/**
 * Currencies of ISO 4217 and the number of decimals (the exponent) of their minor unit.
 *
 * Funds, precious metals and test codes are left out: nobody quotes in them.
 */
export type CurrencyCode = string

const withTwoDecimals =
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP " +
  "CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS " +
  "KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD " +
  "PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP " +
  "TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG"
const withNoDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
const withThreeDecimals = "BHD IQD JOD KWD LYD OMR TND"
const withFourDecimals = "CLF UYW"

const exponents: ReadonlyMap<CurrencyCode, number> = new Map(
  ([withNoDecimals, "", withTwoDecimals, withThreeDecimals, withFourDecimals] as const).flatMap((codes, exponent) =>
    codes === "" ? [] : codes.split(" ").map((code): [CurrencyCode, number] => [code, exponent]),
  ),
)

/**
 * The decimals of `currency`'s minor unit, or `undefined` for a code that ISO 4217 does not list.
 *
 * @example currencyExponent("SEK") // 2; "JPY" is 0, "KWD" is 3, "XYZ" is undefined
 */
export const currencyExponent = (currency: CurrencyCode): number | undefined => exponents.get(currency)

/**
 * Every known currency code, in alphabetical order.
 *
 * @example currencyCodes().includes("NOK") // true
 */
export const currencyCodes = (): readonly CurrencyCode[] => [...exponents.keys()].sort()
