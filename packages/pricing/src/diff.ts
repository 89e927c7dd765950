/**
 * The difference of two revisions, in cents: per line and stage, per footer, per VAT group, in the totals.
 */
import type { Stage } from "./explanation.ts"
import type { PricedLine, PricedQuote } from "./pricedQuote.ts"
import { lineStages } from "./whyTotal.ts"

/** What changed between two revisions, in minor units; the margin in those of the company's currency. */
export interface QuoteDifference {
  readonly lines: readonly LineDifference[]
  readonly footers: readonly FooterDifference[]
  readonly vat: readonly VatDifference[]
  readonly netMinor: number
  readonly vatMinor: number
  readonly roundingMinor: number
  readonly payableMinor: number
  readonly marginMinor: number
}

/** How far a line's stages, net and cost moved, in minor units; a line that does not count is worth zero. */
export interface LineDifference {
  readonly lineId: string
  readonly change: "added" | "removed" | "changed"
  /** Only stages that moved; together they are `netMinor`. */
  readonly stages: readonly { readonly stage: Stage; readonly minor: number }[]
  readonly netMinor: number
  readonly costMinor: number
}

/** How far the net of a shown footer or document discount moved, in minor units; hidden ones are in the lines. */
export interface FooterDifference {
  readonly footerId: string
  readonly netMinor: number
}

/** How far the tax of one category and rate moved, in minor units. */
export interface VatDifference {
  readonly category: string
  readonly ratePpm: number
  readonly taxMinor: number
}

/**
 * `after` less `before`. Lines are matched by id; what did not move is left out. Line nets, shown footers, VAT and
 * rounding add up to the difference of the payable total. Undefined if the currencies differ.
 *
 * @example diff(revision1, revision2)?.payableMinor // −400_00
 */
export const diff = (before: PricedQuote, after: PricedQuote): QuoteDifference | undefined => {
  if (before.currency !== after.currency) return undefined
  return {
    lines: lineDifferences(before, after),
    footers: footerDifferences(before, after),
    vat: vatDifferences(before, after),
    netMinor: after.totals.netMinor - before.totals.netMinor,
    vatMinor: after.totals.vatMinor - before.totals.vatMinor,
    roundingMinor: after.totals.roundingMinor - before.totals.roundingMinor,
    payableMinor: after.totals.payableMinor - before.totals.payableMinor,
    marginMinor: after.totals.marginMinor - before.totals.marginMinor,
  }
}

/** Only a counted line is worth anything to the total. */
const worth = (line: PricedLine | undefined, amountOf: (line: PricedLine) => number): number =>
  line?.isCounted === true ? amountOf(line) : 0

const lineDifferences = (before: PricedQuote, after: PricedQuote): readonly LineDifference[] => {
  const old = new Map(before.lines.map((line) => [line.id, line]))
  const kept = new Set(after.lines.map(({ id }) => id))
  const differences = after.lines.map((line) => lineDifference(old.get(line.id), line))
  for (const line of before.lines) if (!kept.has(line.id)) differences.push(lineDifference(line, undefined))
  return differences.filter((difference) => difference !== undefined)
}

const lineDifference = (before: PricedLine | undefined, after: PricedLine | undefined): LineDifference | undefined => {
  const stages = lineStages
    .map(({ stage, amountOf }) => ({ stage, minor: worth(after, amountOf) - worth(before, amountOf) }))
    .filter(({ minor }) => minor !== 0)
  const costMinor = worth(after, (line) => line.costMinor) - worth(before, (line) => line.costMinor)
  const isSame = before !== undefined && after !== undefined && stages.length === 0 && costMinor === 0
  if (isSame) return undefined
  return {
    lineId: (after ?? before)!.id,
    change: before === undefined ? "added" : after === undefined ? "removed" : "changed",
    stages,
    netMinor: worth(after, (line) => line.netMinor) - worth(before, (line) => line.netMinor),
    costMinor,
  }
}

const footerDifferences = (before: PricedQuote, after: PricedQuote): readonly FooterDifference[] => {
  const changes = new Map<string, number>()
  for (const { id, source, visibility, netMinor } of before.footers) {
    if (visibility !== "hidden") changes.set(`${source} ${id}`, -netMinor)
  }
  for (const { id, source, visibility, netMinor } of after.footers) {
    const key = `${source} ${id}`
    if (visibility !== "hidden") changes.set(key, (changes.get(key) ?? 0) + netMinor)
  }
  return [...changes]
    .filter(([, netMinor]) => netMinor !== 0)
    .map(([key, netMinor]) => ({ footerId: key.slice(key.indexOf(" ") + 1), netMinor }))
}

const vatDifferences = (before: PricedQuote, after: PricedQuote): readonly VatDifference[] => {
  const changes = new Map<string, VatDifference>()
  const add = (sign: 1 | -1, groups: PricedQuote["vat"]): void => {
    for (const { category, ratePpm, taxMinor } of groups) {
      const key = `${category} ${ratePpm}`
      const sum = (changes.get(key)?.taxMinor ?? 0) + sign * taxMinor
      changes.set(key, { category, ratePpm, taxMinor: sum })
    }
  }
  add(-1, before.vat)
  add(1, after.vat)
  return [...changes.values()].filter(({ taxMinor }) => taxMinor !== 0)
}
