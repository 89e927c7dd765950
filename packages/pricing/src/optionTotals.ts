/**
 * What a quote comes to under other choices: with every option, and at the least and the most over its alternatives.
 */
import type { PricedQuote, Totals } from "./pricedQuote.ts"
import { priceQuote } from "./priceQuote.ts"
import type { Alternative, Quote, QuoteLine, Section } from "./quote.ts"

/** What a quote comes to as chosen, with all options, and between its cheapest and dearest alternatives. */
export interface OptionTotals {
  /** As chosen now; undefined if an alternative is undecided: a total would make no sense. */
  readonly firm: Totals | undefined
  readonly withAllOptions: Totals | undefined
  /** The smallest and largest total with VAT that choices among the alternatives can give, options as chosen. */
  readonly range: { readonly minMinor: number; readonly maxMinor: number } | undefined
  /** Each offered option and each alternative not chosen, with what choosing it adds to the payable total. */
  readonly choices: readonly ChoiceDelta[]
}

/** What choosing this adds to the payable total, in minor units, negative if it saves; an option has no `group`. */
export interface ChoiceDelta {
  readonly id: string
  readonly kind: "option" | "alternative"
  readonly group: string | undefined
  readonly payableMinor: number
}

/** More combinations than this are bounded group by group. */
const maxCombinations = 256

/**
 * Totals of `quote` as chosen, with all options, and over its alternatives; each choice priced as a whole, so shares and
 * VAT are those of that choice.
 *
 * Up to 256 combinations of alternatives are all priced; beyond that each group is bounded with the others as chosen.
 *
 * @example optionTotals(quote).choices // [{ id: "o1", kind: "option", group: undefined, payableMinor: 900_00 }]
 */
export const optionTotals = (quote: Quote): OptionTotals => {
  const groups = alternativeGroups(quote)
  const now = priceQuote(quote)
  const firm = isDecided(now) ? now.totals : undefined
  const settled = firm === undefined ? choose(quote, firstOf(groups)) : quote
  const all = priceQuote(withAllOptions(settled))
  return {
    firm,
    withAllOptions: firm === undefined ? undefined : all.totals,
    range: rangeOf(settled, groups),
    choices: firm === undefined ? [] : choicesOf(quote, groups, firm),
  }
}

const isDecided = (priced: PricedQuote): boolean => !priced.issues.some(({ _tag }) => _tag === "AlternativeUndecided")

type Groups = ReadonlyMap<string, readonly string[]>
type Choice = ReadonlyMap<string, string>

const alternativeGroups = (quote: Quote): Groups => {
  const groups = new Map<string, string[]>()
  for (const item of [...quote.lines, ...(quote.sections ?? [])]) {
    if (item?.alternative === undefined) continue
    const ids = groups.get(item.alternative.group) ?? []
    ids.push(item.id)
    groups.set(item.alternative.group, ids)
  }
  return groups
}

const firstOf = (groups: Groups): Choice => new Map([...groups].map(([group, ids]) => [group, ids[0]!]))

/** The quote with exactly the given member of each named group chosen. */
const choose = (quote: Quote, choice: Choice): Quote => {
  const settle = <Item extends { readonly id: string; readonly alternative?: Alternative }>(item: Item): Item => {
    const chosen = item.alternative === undefined ? undefined : choice.get(item.alternative.group)
    return chosen === undefined ? item : { ...item, alternative: { ...item.alternative, isChosen: item.id === chosen } }
  }
  return withItems(quote, settle, settle)
}

const withItems = (
  quote: Quote,
  onLine: (line: QuoteLine) => QuoteLine,
  onSection: (section: Section) => Section,
): Quote => ({
  ...quote,
  lines: quote.lines.map(onLine),
  ...(quote.sections === undefined ? {} : { sections: quote.sections.map(onSection) }),
})

const withAllOptions = (quote: Quote): Quote => {
  const take = <Item extends { readonly option?: "offered" | "chosen" }>(item: Item): Item =>
    item.option === "offered" ? { ...item, option: "chosen" } : item
  return withItems(quote, take, take)
}

const payableOf = (quote: Quote): number => priceQuote(quote).totals.payableMinor

const rangeOf = (quote: Quote, groups: Groups): OptionTotals["range"] => {
  if (groups.size === 0) {
    const only = payableOf(quote)
    return { minMinor: only, maxMinor: only }
  }
  let combinations = 1
  for (const ids of groups.values()) combinations *= ids.length
  const payables =
    combinations <= maxCombinations ? allChoices(groups).map((choice) => payableOf(choose(quote, choice))) : undefined
  if (payables !== undefined) return { minMinor: Math.min(...payables), maxMinor: Math.max(...payables) }
  const now = payableOf(quote)
  let minMinor = now
  let maxMinor = now
  for (const [group, ids] of groups) {
    const deltas = ids.map((id) => payableOf(choose(quote, new Map([[group, id]]))) - now)
    minMinor += Math.min(...deltas)
    maxMinor += Math.max(...deltas)
  }
  return { minMinor, maxMinor }
}

const allChoices = (groups: Groups): readonly Choice[] => {
  let choices: Choice[] = [new Map()]
  for (const [group, ids] of groups) {
    choices = choices.flatMap((choice) => ids.map((id) => new Map([...choice, [group, id]])))
  }
  return choices
}

const choicesOf = (quote: Quote, groups: Groups, firm: Totals): readonly ChoiceDelta[] => {
  const deltas: ChoiceDelta[] = []
  for (const item of [...quote.lines, ...(quote.sections ?? [])]) {
    if (item.option !== "offered") continue
    const take = <Item extends { readonly id: string }>(other: Item): Item =>
      other.id === item.id ? { ...other, option: "chosen" } : other
    const payableMinor = payableOf(withItems(quote, take, take)) - firm.payableMinor
    deltas.push({ id: item.id, kind: "option", group: undefined, payableMinor })
  }
  for (const [group, ids] of groups) {
    for (const id of ids) {
      const payableMinor = payableOf(choose(quote, new Map([[group, id]]))) - firm.payableMinor
      if (!isChosen(quote, id)) deltas.push({ id, kind: "alternative", group, payableMinor })
    }
  }
  return deltas
}

const isChosen = (quote: Quote, id: string): boolean =>
  [...quote.lines, ...(quote.sections ?? [])].some((item) => item.id === id && item.alternative?.isChosen === true)
