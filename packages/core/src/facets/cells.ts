/** Cells: the text of a file's cell as a value of a kind. The decimal sign is declared, never guessed. */
import { decimalText, parseDecimal } from "@anbud/pricing"
import type { Kind, KindName } from "../kernel/field.ts"

/** The cell is not a value of the field. */
export class NotAValue extends Error {
  readonly value: string
  constructor(message: string, value = "") {
    super(message)
    this.value = value
  }
}

type Read = (text: string, decimal: "." | ",") => unknown

/** Up to here millionths of an hour times nine are exact. */
const MAX_SECONDS = 3_600_000_000

const asIs: Read = (text) => text

const number: Read = (text, sign) => {
  const grouped = /^-?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?$/.test(text)
    ? text.replace(/[ \u00a0\u202f]/g, "")
    : text
  const other = sign === "." ? "," : "."
  if (grouped.includes(other)) throw new NotAValue(`must be a number with "${sign}" as its decimal sign`)
  const parsed = parseDecimal(grouped.replace(sign, "."), { maxScale: 6 })
  if (!parsed.ok) throw new NotAValue(`must be a number such as 12${sign}50, with at most 6 places and no exponent`)
  return decimalText(parsed.value)
}

const scaledBy =
  (power: number, unit: string): Read =>
  (text, sign) => {
    const parsed = parseDecimal(number(text, sign) as string, { maxScale: 6 })
    if (!parsed.ok) throw new NotAValue(`must be ${unit}`)
    const { mantissa, scale } = parsed.value
    if (scale > power)
      throw new NotAValue(power === 0 ? `must be ${unit}` : `must be ${unit} with at most ${power} places`)
    const scaled = Number(mantissa) * 10 ** (power - scale)
    if (!Number.isSafeInteger(scaled)) throw new NotAValue(`must be ${unit} of fewer digits`)
    return scaled
  }

const READ: { readonly [K in KindName]: Read } = {
  text: asIs,
  ref: asIs,
  date: asIs,
  instant: asIs,
  choice: asIs,
  decimal: number,
  price: number,
  quantity: number,
  integer: scaledBy(0, "a whole number"),
  percent: scaledBy(4, "a percentage"),
  duration: (text, sign) => {
    const seconds = ((scaledBy(6, "hours")(text, sign) as number) * 9) / 2500
    if (!Number.isSafeInteger(seconds) || Math.abs(seconds) > MAX_SECONDS)
      throw new NotAValue("must be hours in whole seconds")
    return seconds
  },
  boolean: (text) => {
    const known = new Map([
      ["yes", true],
      ["no", false],
      ["true", true],
      ["false", false],
      ["ja", true],
      ["nej", false],
      ["1", true],
      ["0", false],
    ])
    const value = known.get(text.toLowerCase())
    if (value === undefined) throw new NotAValue("must be yes or no")
    return value
  },
  money: () => {
    throw new NotAValue("an amount needs a function of the row, which knows its currency")
  },
  zoned: () => {
    throw new NotAValue("a zoned time needs a function of the row, which knows its zone")
  },
  json: () => {
    throw new NotAValue("an embedded value needs a function of the row")
  },
  children: () => {
    throw new NotAValue("parts need a function of the row")
  },
}

/** A cell as a value; an empty cell is no value. Durations are hours in files and seconds inside. */
export const cellValue = (kind: Kind, text: string, decimal: "." | ","): unknown =>
  text === "" ? undefined : READ[kind.kind](text, decimal)
