/**
 * Numbers as a Swedish reader expects them: 12 345,50. No locale data is asked, so every machine prints the same bytes.
 *
 * The group separator is an ordinary space, which keeps terminal output easy to compare and to copy;
 * `html.ts` makes it a non-breaking one.
 */

const minusSign = "−"

// ISO 4217: every currency has two decimals except these.
const decimalsOf: Readonly<Record<string, number>> = {
  ...{ CLP: 0, ISK: 0, JPY: 0, KRW: 0, PYG: 0, UGX: 0, VND: 0, XAF: 0, XOF: 0, XPF: 0 },
  ...{ BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3 },
}

/** How many decimals a currency's minor unit has. */
export const currencyDecimals = (currency: string): number => decimalsOf[currency] ?? 2

/**
 * An amount without its currency: `minor` units with the decimals that the currency has.
 *
 * @example amount(1_234_550, "SEK") // "12 345,50"
 */
export const amount = (minor: number, currency: string): string => {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`not an integer of minor units: ${minor}`)
  const places = currencyDecimals(currency)
  const digits = String(Math.abs(minor)).padStart(places + 1, "0")
  const whole = digits.slice(0, digits.length - places)
  return signed(minor < 0, places === 0 ? grouped(whole) : `${grouped(whole)},${digits.slice(-places)}`)
}

/**
 * An amount followed by its currency.
 *
 * @example money(-45_000, "EUR") // "−450,00 EUR"
 */
export const money = (minor: number, currency: string): string => `${amount(minor, currency)} ${currency}`

/**
 * A decimal text with a dot, as Swedish text: grouped, with a comma, padded to at least `minPlaces` decimals.
 *
 * @example decimal("1234.5", 2) // "1 234,50"
 * @example decimal("0.0450")    // "0,0450"
 */
export const decimal = (text: string, minPlaces = 0): string => {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!parts) throw new RangeError(`not a decimal text: ${text}`)
  const [, sign, whole = "0", given = ""] = parts
  const fraction = given.padEnd(minPlaces, "0")
  return signed(sign === "-", fraction === "" ? grouped(whole) : `${grouped(whole)},${fraction}`)
}

/**
 * A percentage given in 1/10 000 of a percentage point.
 *
 * @example percent(75_000)    // "7,5 %"
 * @example percent(198_200, 1) // "19,8 %" rounded half away from zero to one decimal
 */
export const percent = (ppm: number, places?: number): string => {
  if (!Number.isSafeInteger(ppm)) throw new RangeError(`not an integer of 1/10 000 percentage point: ${ppm}`)
  const step = 10 ** (4 - (places ?? 4))
  const units = Math.floor((Math.abs(ppm) + step / 2) / step)
  const digits = String(units).padStart((places ?? 4) + 1, "0")
  const cut = digits.length - (places ?? 4)
  const fraction = places === undefined ? digits.slice(cut).replace(/0+$/, "") : digits.slice(cut)
  return signed(ppm < 0 && units > 0, `${grouped(digits.slice(0, cut))}${fraction === "" ? "" : `,${fraction}`} %`)
}

/**
 * Minutes as hours with one decimal at most two: 90 → "1,5", 75 → "1,25", 480 → "8".
 */
export const hours = (minutes: number): string => {
  if (!Number.isSafeInteger(minutes)) throw new RangeError(`not whole minutes: ${minutes}`)
  const hundredths = Math.round((Math.abs(minutes) * 100) / 60)
  const fraction = String(hundredths % 100)
    .padStart(2, "0")
    .replace(/0+$/, "")
  return signed(minutes < 0, `${grouped(String(Math.floor(hundredths / 100)))}${fraction === "" ? "" : `,${fraction}`}`)
}

const unitNames: Readonly<Record<string, string>> = {
  HUR: "tim",
  C62: "st",
  H87: "st",
  MTR: "m",
  KGM: "kg",
  KMT: "km",
  DAY: "dag",
}

/** The Swedish short name of a unit of UN/ECE Recommendation 20; an unknown code is printed as it is. */
export const unitName = (code: string): string => unitNames[code] ?? code

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, " ")

const signed = (isNegative: boolean, text: string): string => (isNegative ? `${minusSign}${text}` : text)
