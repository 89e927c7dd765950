/**
 * Explanations as text, in English or Swedish: one line per step, the sum last. No locale is consulted: amounts are
 * written plainly, "1250.00 SEK".
 */
import { currencyExponent } from "./currency.ts"
import { scaledText } from "./decimal.ts"
import type { Allocation, ExactValue, Explanation, Stage, Step } from "./explanation.ts"
import { roundBigRatio } from "./rounding.ts"

/** The languages of explanations: English and Swedish. */
export type Language = "en" | "sv"

interface Words {
  readonly stages: Readonly<Record<Stage, string>>
  readonly price: (quantity: string, unitPrice: string, per: string) => string
  readonly exactly: (exact: string) => string
  readonly allocation: (allocation: Allocation, floor: string) => string
  readonly sum: (subject: Explanation["subject"]) => string
}

const english: Words = {
  stages: {
    gross: "Quantity × price",
    matrixDiscount: "Agreed discount",
    lineDiscount: "Discount",
    lineCharge: "Charge",
    bundle: "Bundle price",
    discountShare: "Share of document discount",
    footerShare: "Share of footer charge",
    adjustment: "Adjustment",
    includedVat: "VAT included in the price",
    shownDiscount: "Document discount",
    shownFooter: "Footer charge",
    vat: "VAT",
    payableRounding: "Rounding of the payable amount",
  },
  price: (quantity, unitPrice, per) => `${quantity} at ${unitPrice}${per === "1" ? "" : ` per ${per}`}`,
  exactly: (exact) => `exactly ${exact}`,
  allocation: ({ rank, of, leftOver }, floor) =>
    `${floor} and ${rank <= leftOver ? "one unit more" : "nothing more"}: remainder ${rank} of ${of}, ${leftOver} left over`,
  sum: (subject) => (subject.kind === "line" ? `Line ${subject.lineId}` : "To pay"),
}

const swedish: Words = {
  stages: {
    gross: "Antal × pris",
    matrixDiscount: "Avtalad rabatt",
    lineDiscount: "Rabatt",
    lineCharge: "Avgift",
    bundle: "Paketpris",
    discountShare: "Andel av dokumentrabatt",
    footerShare: "Andel av fotpost",
    adjustment: "Justering",
    includedVat: "Moms som ingår i priset",
    shownDiscount: "Dokumentrabatt",
    shownFooter: "Fotpost",
    vat: "Moms",
    payableRounding: "Öresavrundning",
  },
  price: (quantity, unitPrice, per) => `${quantity} à ${unitPrice}${per === "1" ? "" : ` per ${per}`}`,
  exactly: (exact) => `exakt ${exact}`,
  allocation: ({ rank, of, leftOver }, floor) =>
    `${floor} och ${rank <= leftOver ? "en enhet till" : "inget mer"}: rest ${rank} av ${of}, ${leftOver} över`,
  sum: (subject) => (subject.kind === "line" ? `Rad ${subject.lineId}` : "Att betala"),
}

/**
 * `explanation` as lines of text, the last one the sum.
 *
 * @example whyText(explanation, "en")
 * // Quantity × price (16 at 348.35): 5573.60 SEK
 * // Discount (exactly -222.944): -222.94 SEK
 * // Line a: 5350.66 SEK
 */
export const whyText = (explanation: Explanation, language: Language): string => {
  const words = language === "sv" ? swedish : english
  const exponent = currencyExponent(explanation.currency) ?? 2
  const amount = (minor: number): string => `${scaledText(minor, exponent)} ${explanation.currency}`
  const rows = explanation.steps.map((step) => {
    const notes = notesOf(step, explanation, words, exponent)
    const name = [words.stages[step.stage], step.label ?? step.ruleId].filter((part) => part !== undefined).join(" ")
    return `${name}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}: ${amount(step.roundedMinor)}`
  })
  return [...rows, `${words.sum(explanation.subject)}: ${amount(explanation.totalMinor)}`].join("\n")
}

const notesOf = (step: Step, { price }: Explanation, words: Words, exponent: number): readonly string[] => {
  const notes: string[] = []
  if (step.stage === "gross" && price !== undefined) {
    notes.push(words.price(price.quantity, price.unitPrice, price.perQuantity))
  }
  const exact = step.exact === undefined ? undefined : inexactText(step.exact, step.roundedMinor, exponent)
  if (exact !== undefined) notes.push(words.exactly(exact))
  if (step.allocation !== undefined) {
    notes.push(words.allocation(step.allocation, scaledText(step.allocation.floorMinor, exponent)))
  }
  return notes
}

/** The exact value with three more decimals, or undefined where rounding changed nothing. */
const inexactText = (exact: ExactValue, roundedMinor: number, exponent: number): string | undefined => {
  const numerator = BigInt(exact.numerator)
  const denominator = BigInt(exact.denominator)
  if (numerator === BigInt(roundedMinor) * denominator) return undefined
  return scaledText(roundBigRatio(numerator * 1000n, denominator, false), exponent + 3)
}
