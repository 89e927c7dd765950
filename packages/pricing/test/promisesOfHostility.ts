/**
 * Promises about whatever is sent.
 */
import fc from "fast-check"
import type * as Pricing from "../src/index.ts"
import { quoteWithCosts } from "./arbitraries.ts"
import { Broken, expectThat, promise, sum } from "./promise.ts"

const isSound = (value: unknown, path: string): void => {
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Broken(`${path} is ${value}`)
  if (Object.is(value, -0)) throw new Broken(`${path} is −0`)
  if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value)) isSound(inner, `${path}.${key}`)
}

const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0,
    2 ** 53,
    "1e9",
    "NaN",
    "",
    "__proto__",
    "9".repeat(40),
    {},
    [],
    [null],
    true,
  ),
  fc.anything(),
)

/** Puts `garbage` somewhere in a copy of `quote`. */
const spoil = (quote: Pricing.Quote, turns: readonly number[], garbage: unknown): Pricing.Quote => {
  const copy: unknown = structuredClone(quote)
  let at: unknown = copy
  for (const turn of turns) {
    if (typeof at !== "object" || at === null) break
    const keys = Object.keys(at)
    const key = keys[turn % keys.length]
    if (key === undefined) break
    const next: unknown = Reflect.get(at, key)
    if (typeof next !== "object" || next === null || turn === turns.at(-1)) {
      Reflect.set(at, key, garbage)
      break
    }
    at = next
  }
  return copy as Pricing.Quote
}

export const hostile = [
  promise(
    "whatever is sent: no exception, no NaN, and an issue where a number is missing",
    fc.tuple(quoteWithCosts, fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }), anything),
    (engine, [quote, turns, garbage]) => {
      const priced = engine.priceQuote(spoil(quote, turns, garbage))
      const { quote: _, issues, ...numbers } = priced
      isSound(
        { ...numbers, lines: priced.lines.map(({ unitPrice: __, id: ___, vat: ____, ...line }) => line) },
        "priced",
      )
      if (!priced.totals.isComplete) expectThat(issues.length > 0, "an issue")
      for (const { path, _tag } of issues) expectThat(typeof path === "string" && typeof _tag === "string", "a path")
      for (const explanation of engine.whyAll(priced)) {
        expectThat(sum(explanation.steps.map(({ roundedMinor }) => roundedMinor)) === explanation.totalMinor, "steps")
      }
    },
  ),
]
