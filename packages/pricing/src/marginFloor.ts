/**
 * Margin floors: what each rule says of lines, sections and the total, compared as exact fractions, never rounded.
 */
import type { Draft } from "./draft.ts"
import { compare, type Fraction, fraction, readFraction, times } from "./fraction.ts"
import type { FloorBound, FloorLevel, FloorOutcome, MarginRule } from "./marginRule.ts"
import { type MarginSubject, marginSubjects } from "./marginSubject.ts"
import type { PricedSection, Totals } from "./pricedQuote.ts"
import { bigPowerOfTen, safeNumber } from "./rounding.ts"
import type { Structure } from "./structure.ts"

const wholePpm = 1_000_000n

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
  const subjectsOf = marginSubjects(draft, structure, totals, sections)
  rules.forEach((rule, at) => {
    const limits = readLimits(draft, rule, `marginRules[${at}]`)
    if (limits === undefined) return
    for (const subject of subjectsOf(rule)) {
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

const outcomeOf = (rule: MarginRule, limits: readonly Limit[], subject: MarginSubject): FloorOutcome => {
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

const boundOf = (rule: MarginRule, { level, value }: Limit, cost: bigint, subject: MarginSubject): FloorBound => {
  const floor = floorOf(rule, value, cost, subject)
  return {
    level,
    limit: limitNumber(value),
    floorMinor: floor === undefined ? undefined : safeInteger(floor),
    maxDiscountPpm: floor === undefined ? undefined : maxDiscount(subject.undiscounted, floor),
  }
}

/** Does the net keep the limit? Compared without dividing. */
const holds = (rule: MarginRule, limit: Fraction, net: bigint, cost: bigint, subject: MarginSubject): boolean => {
  if (rule.measure === "maxDiscountPpm") {
    const given = BigInt(subject.undiscounted) - net
    return compare(fraction(given * wholePpm), times(limit, fraction(BigInt(subject.undiscounted)))) <= 0
  }
  const margin = fraction((net - cost) * wholePpm)
  if (rule.measure === "amount") return compare(fraction(net - cost), limit) >= 0
  return compare(margin, times(limit, fraction(rule.measure === "marginPpm" ? net : cost))) >= 0
}

/** The smallest net in minor units that keeps the limit; rounded up, towards safety. */
const floorOf = (rule: MarginRule, limit: Fraction, cost: bigint, subject: MarginSubject): bigint | undefined => {
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

const measured = (rule: MarginRule, net: bigint, cost: bigint, subject: MarginSubject): number | undefined => {
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
