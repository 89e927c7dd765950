/**
 * Margin floors: what each rule says of lines, sections and the total, compared as exact fractions, never rounded.
 */
import { productOf } from "./bookIndex.ts"
import type { Draft } from "./draft.ts"
import { compare, type Fraction, fraction, readFraction, times } from "./fraction.ts"
import type { FloorBound, FloorLevel, FloorOutcome, MarginRule } from "./marginRule.ts"
import type { PricedSection, Totals } from "./pricedQuote.ts"
import { bigPowerOfTen, safeNumber } from "./rounding.ts"
import type { Structure } from "./structure.ts"

const wholePpm = 1_000_000n

/** Revenue, cost and the undiscounted amount of what a rule is asked about; all in the company's minor units. */
interface Subject {
  readonly id: string | undefined
  readonly revenue: number
  readonly cost: number
  readonly overhead: number
  readonly undiscounted: number
}

/** One outcome per rule and subject, in the order of the rules, then of the quote. */
export const checkFloors = (
  draft: Draft,
  structure: Structure | undefined,
  totals: Totals,
  sections: readonly PricedSection[],
): readonly FloorOutcome[] => {
  const rules = draft.quote.marginRules ?? []
  if (rules.length === 0) return []
  const outcomes: FloorOutcome[] = []
  rules.forEach((rule, at) => {
    const limits = readLimits(draft, rule, `marginRules[${at}]`)
    if (limits === undefined) return
    for (const subject of subjectsOf(draft, structure, totals, sections, rule, rules)) {
      outcomes.push(outcomeOf(rule, limits, subject))
    }
  })
  return outcomes
}

interface Limit {
  readonly level: "warn" | "approve" | "block"
  /** Ppm, or minor units for an amount. */
  readonly value: Fraction
}

/** The rule's limits, the most severe first. */
const readLimits = (draft: Draft, rule: MarginRule, path: string): readonly Limit[] | undefined => {
  const limits: Limit[] = []
  for (const [level, key] of [
    ["block", "blockBelow"],
    ["approve", "approveBelow"],
    ["warn", "warnBelow"],
  ] as const) {
    const given = rule[key]
    if (given === undefined) continue
    const value = readFraction(given, 6)
    if (value === undefined) {
      draft.issues.push({ _tag: "InvalidShape", path: `${path}.${key}`, severity: "error", expected: "a decimal" })
      return undefined
    }
    limits.push({
      level,
      value: rule.measure === "amount" ? times(value, fraction(bigPowerOfTen(draft.companyExponent))) : value,
    })
  }
  if (limits.length > 0) return limits
  draft.issues.push({ _tag: "InvalidShape", path, severity: "error", expected: "a limit" })
  return undefined
}

const subjectsOf = (
  draft: Draft,
  structure: Structure | undefined,
  totals: Totals,
  sections: readonly PricedSection[],
  rule: MarginRule,
  rules: readonly MarginRule[],
): readonly Subject[] => {
  if (rule.appliesTo === "total") return [totalSubject(draft, totals)]
  if (rule.appliesTo === "section") return sectionSubjects(draft, structure, sections, rule)
  const subjects: Subject[] = []
  for (let row = 0; row < draft.rows; row++) {
    if (draft.columns.isPriced[row] === 1 && appliesToRow(draft, structure, rule, rules, row)) {
      subjects.push(lineSubject(draft, row))
    }
  }
  return subjects
}

const lineSubject = (draft: Draft, row: number): Subject => {
  const { columns } = draft
  const revenue = columns.companyRevenue[row]!
  const discounts = columns.discount[row]! + columns.discountShare[row]!
  return {
    id: draft.quote.lines[row]!.id,
    revenue,
    cost: columns.cost[row]!,
    overhead: columns.overhead[row]!,
    undiscounted: revenue - inCompany(draft, discounts),
  }
}

const inCompany = (draft: Draft, minor: number): number =>
  draft.rate === undefined ? minor : Math.round((minor * draft.rate.numerator) / draft.rate.denominator)

const totalSubject = (draft: Draft, totals: Totals): Subject => {
  let discounts = 0
  const { columns } = draft
  for (let row = 0; row < draft.rows; row++) if (columns.isCounted[row] === 1) discounts += columns.discount[row]!
  for (const charge of draft.charges) if (charge.source === "discount") discounts += charge.amount
  return {
    id: undefined,
    revenue: totals.companyNetMinor,
    cost: totals.costMinor,
    overhead: totals.overheadMinor,
    undiscounted: totals.companyNetMinor - inCompany(draft, discounts),
  }
}

const sectionSubjects = (
  draft: Draft,
  structure: Structure | undefined,
  sections: readonly PricedSection[],
  rule: MarginRule,
): readonly Subject[] =>
  sections
    .filter(({ id }) => rule.target?.kind !== "section" || rule.target.sectionId === id)
    .map((section) => {
      const at = structure?.sectionById.get(section.id) ?? -1
      let discounts = 0
      for (let row = 0; row < draft.rows; row++) {
        if (structure?.isInSection(row, at) === true) discounts += draft.columns.discount[row]!
      }
      return {
        id: section.id,
        revenue: section.companyRevenueMinor,
        cost: section.costMinor,
        overhead: section.overheadMinor,
        undiscounted: section.companyRevenueMinor - inCompany(draft, discounts),
      }
    })

/** Among line rules of one measure the most specific target wins: product, group, section, all. */
const appliesToRow = (
  draft: Draft,
  structure: Structure | undefined,
  rule: MarginRule,
  rules: readonly MarginRule[],
  row: number,
): boolean => {
  const own = specificity(draft, structure, rule, row)
  if (own < 0) return false
  return !rules.some(
    (other) =>
      other.appliesTo === "line" && other.measure === rule.measure && specificity(draft, structure, other, row) > own,
  )
}

const specificity = (draft: Draft, structure: Structure | undefined, rule: MarginRule, row: number): number => {
  const line = draft.quote.lines[row]!
  const { target } = rule
  switch (target?.kind) {
    case "product":
      return line.productId === target.productId ? 3 : -1
    case "group": {
      const product = productOf(draft.quote.book, line.productId)
      return (line.groupIds ?? product?.groupIds ?? []).includes(target.groupId) ? 2 : -1
    }
    case "section": {
      const at = structure?.sectionById.get(target.sectionId)
      return at !== undefined && structure?.isInSection(row, at) === true ? 1 : -1
    }
    default:
      return 0
  }
}

const outcomeOf = (rule: MarginRule, limits: readonly Limit[], subject: Subject): FloorOutcome => {
  const cost = BigInt(subject.cost) + (rule.of === "contribution" ? 0n : BigInt(subject.overhead))
  const broken = limits.find((limit) => !holds(rule, limit.value, BigInt(subject.revenue), cost, subject))
  const bounds = limits.map((limit) => boundOf(rule, limit, cost, subject))
  const bound = bounds.find(({ level }) => level === broken?.level) ?? bounds.at(-1)!
  return {
    ruleId: rule.id,
    ...(subject.id === undefined ? {} : { subjectId: subject.id }),
    level: (broken?.level ?? "ok") satisfies FloorLevel,
    value: measured(rule, BigInt(subject.revenue), cost, subject),
    limit: bound.limit,
    floorMinor: bound.floorMinor,
    maxDiscountPpm: bound.maxDiscountPpm,
    bounds,
    ...(rule.approver === undefined ? {} : { approver: rule.approver }),
  }
}

const boundOf = (rule: MarginRule, { level, value }: Limit, cost: bigint, subject: Subject): FloorBound => {
  const floor = floorOf(rule, value, cost, subject)
  return {
    level,
    limit: limitNumber(value),
    floorMinor: floor === undefined ? undefined : safeInteger(floor),
    maxDiscountPpm: floor === undefined ? undefined : maxDiscount(subject.undiscounted, floor),
  }
}

/** Does the net keep the limit? Compared without dividing. */
const holds = (rule: MarginRule, limit: Fraction, net: bigint, cost: bigint, subject: Subject): boolean => {
  if (rule.measure === "maxDiscountPpm") {
    const given = BigInt(subject.undiscounted) - net
    return compare(fraction(given * wholePpm), times(limit, fraction(BigInt(subject.undiscounted)))) <= 0
  }
  const margin = fraction((net - cost) * wholePpm)
  if (rule.measure === "amount") return compare(fraction(net - cost), limit) >= 0
  return compare(margin, times(limit, fraction(rule.measure === "marginPpm" ? net : cost))) >= 0
}

/** The smallest net in minor units that keeps the limit; rounded up, towards safety. */
const floorOf = (rule: MarginRule, limit: Fraction, cost: bigint, subject: Subject): bigint | undefined => {
  const whole = fraction(wholePpm)
  const part = (kept: Fraction, of: bigint): bigint => ceil(times(fraction(of), times(kept, fraction(1n, wholePpm))))
  const negated: Fraction = { numerator: -limit.numerator, denominator: limit.denominator }
  const less: Fraction = { numerator: wholePpm * limit.denominator + negated.numerator, denominator: limit.denominator }
  switch (rule.measure) {
    case "marginPpm":
      if (less.numerator <= 0n) return cost <= 0n && compare(limit, whole) === 0 ? 0n : undefined
      return ceil({ numerator: cost * wholePpm * less.denominator, denominator: less.numerator })
    case "markupPpm":
      return part({ numerator: wholePpm * limit.denominator + limit.numerator, denominator: limit.denominator }, cost)
    case "amount":
      return ceil({ numerator: cost * limit.denominator + limit.numerator, denominator: limit.denominator })
    case "maxDiscountPpm":
      return part(less, BigInt(subject.undiscounted))
  }
}

const ceil = ({ numerator, denominator }: Fraction): bigint => {
  const floor = numerator / denominator
  return floor * denominator < numerator ? floor + 1n : floor
}

/**
 * The largest whole ppm at which the discounted amount, rounded as pricing rounds it, still reaches the floor.
 * Zero if even the undiscounted amount is below.
 */
const maxDiscount = (undiscounted: number, floor: bigint): number | undefined => {
  if (undiscounted <= 0) return undefined
  if (BigInt(undiscounted) < floor) return 0
  if (floor <= 0n) return Number(wholePpm)
  // round(u × kept ÷ 10^6) ≥ floor  ⇔  2 u × kept ≥ (2 floor − 1) × 10^6
  const kept = ceil({ numerator: (2n * floor - 1n) * wholePpm, denominator: 2n * BigInt(undiscounted) })
  return Number(wholePpm - kept)
}

const measured = (rule: MarginRule, net: bigint, cost: bigint, subject: Subject): number | undefined => {
  if (rule.measure === "amount") return safeInteger(net - cost)
  const undiscounted = BigInt(subject.undiscounted)
  const [part, whole] =
    rule.measure === "maxDiscountPpm"
      ? [undiscounted - net, undiscounted]
      : [net - cost, rule.measure === "marginPpm" ? net : cost]
  return whole <= 0n ? undefined : safeInteger(floorOfFraction({ numerator: part * wholePpm, denominator: whole }))
}

/** Rounded down, also below zero: a value is never shown better than it is. */
const floorOfFraction = ({ numerator, denominator }: Fraction): bigint => {
  const quotient = numerator / denominator
  return quotient * denominator > numerator ? quotient - 1n : quotient
}

/** A limit beyond every amount stays beyond every amount. */
const limitNumber = (limit: Fraction): number => {
  const number = safeNumber(floorOfFraction(limit))
  return Number.isSafeInteger(number) ? number : Math.sign(Number(limit.numerator)) * Number.MAX_SAFE_INTEGER
}

const safeInteger = (value: bigint): number | undefined => {
  const number = safeNumber(value)
  return Number.isSafeInteger(number) ? number : undefined
}
