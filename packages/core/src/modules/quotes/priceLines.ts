/** Pricing lines: finds each line's price, discount and cost once, so that a draft keeps them from then on. */
import { type Buyer, decimalText, findDiscount, findPrice, type PriceBook, parseDecimal } from "@anbud/pricing"
import type { ValuesOf } from "../../kernel/entity.ts"
import type { LocalDate } from "../../kernel/field.ts"
import type { Product } from "../catalogue/entities.ts"
import { type DatedCost, hourCostAt } from "../organisation/organisation.ts"
import type { PlannedCost, QuoteLine } from "./entities.ts"
import type { PricedLineRecord } from "./pricingInput.ts"
import { CannotPrice } from "./refusals.ts"

/** A line as a caller gives it. */
export type GivenLine = ValuesOf<typeof QuoteLine.fields>

/** What prices are looked up for, and in what. */
export interface PriceScope {
  readonly book: PriceBook
  readonly buyer: Buyer
  readonly currency: string
  readonly company: { readonly currency: string; readonly rate: string } | null
  readonly on: LocalDate
  readonly products: ReadonlyMap<string, Product>
  /** The cost rates of the planned people, by login. */
  readonly costRates: ReadonlyMap<string, readonly DatedCost[]>
}

interface LineIssue {
  readonly path: string
  readonly message: string
}

/**
 * The lines with price, discount and cost as of the date; a line that `kept` knows stays as it was priced before.
 *
 * Refuses with `CannotPrice`, naming every line that no list prices, that two rows price differently, or whose people
 * had no cost on that date.
 */
export const priceLines = (
  scope: PriceScope,
  lines: readonly GivenLine[],
  kept: (index: number) => PricedLineRecord | undefined = () => undefined,
): readonly PricedLineRecord[] | CannotPrice => {
  const issues: LineIssue[] = []
  const priced = lines.flatMap((line, index): readonly PricedLineRecord[] => {
    const before = kept(index)
    if (before) return [before]
    const path = `lines[${index}]`
    const product = scope.products.get(line.product)
    if (!product) throw new Error(`${path} has a product that nobody looked up`)
    const found = lookUp(scope, line, product)
    const weightKg = weightOf(product.weightKg, line.quantity)
    const plannedCosts = costsOf(scope, line, path)
    if (typeof found === "string") issues.push({ path: `${path}.product`, message: `${product.number}: ${found}` })
    if (weightKg === undefined) issues.push({ path: `${path}.quantity`, message: `${product.number}: TooHeavy` })
    if (plannedCosts !== null && "path" in plannedCosts) issues.push(plannedCosts)
    if (typeof found === "string" || weightKg === undefined) return []
    if (plannedCosts !== null && "path" in plannedCosts) return []
    const { unitCost, kind, unit, vatRatePpm } = product
    return [{ ...line, ...found, unitCost, kind, unit, vatRatePpm, weightKg, plannedCosts }]
  })
  return issues.length > 0 ? new CannotPrice({ issues }) : priced
}

type Found = Pick<PricedLineRecord, "unitPrice" | "isNetPrice" | "priceSource" | "discountPpm" | "discountSource">

const lookUp = (scope: PriceScope, line: GivenLine, product: Product): Found | string => {
  const { buyer, currency, on } = scope
  const request = {
    buyer,
    productId: product.id,
    // What comes back is worth what it was sold for: the tiers of as many pieces.
    quantity: line.quantity.replace(/^-/, ""),
    date: on,
    currency,
    ...(scope.company ? { company: scope.company } : {}),
  }
  const price = findPrice(request, scope.book)
  if (!price.ok) return price.error._tag
  const { unitPrice, listId, isNet } = price.value
  const base = { unitPrice, isNetPrice: isNet, priceSource: listId }
  if (isNet) return { ...base, discountPpm: 0, discountSource: null }
  const groups = { groupIds: [product.priceGroup], categoryIds: [product.category] }
  const discount = findDiscount({ ...request, ...groups }, scope.book.discounts)
  if (!discount.ok) return discount.error._tag
  return { ...base, discountPpm: discount.value.ratePpm, discountSource: discount.value.rowId ?? null }
}

const MOST_MICRO = BigInt(Number.MAX_SAFE_INTEGER)

/**
 * Weight per unit times quantity, rounded to millionths of a kilogram: a spread needs weights, not masses. Null
 * without a weight, undefined for one that no column holds.
 */
const weightOf = (each: string | null, quantity: string): string | null | undefined => {
  if (each === null) return null
  const [left, right] = [parseDecimal(each), parseDecimal(quantity)]
  if (!left.ok || !right.ok) throw new Error(`Not decimals: ${each}, ${quantity}`)
  const product = BigInt(left.value.mantissa) * BigInt(right.value.mantissa)
  const scale = left.value.scale + right.value.scale
  const micro = scale <= 6 ? product * 10n ** BigInt(6 - scale) : halvesUp(product, 10n ** BigInt(scale - 6))
  if (micro > MOST_MICRO || micro < -MOST_MICRO) return undefined
  return scale <= 6 ? decimalText({ mantissa: product, scale }) : decimalText({ mantissa: micro, scale: 6 })
}

/** Halves away from zero. */
const halvesUp = (value: bigint, step: bigint): bigint => (value + (value < 0n ? -step : step) / 2n) / step

const costsOf = (scope: PriceScope, line: GivenLine, path: string): readonly PlannedCost[] | LineIssue | null => {
  if (line.plan === null) return null
  const costs: PlannedCost[] = []
  for (const [index, { user, effortMinutes }] of line.plan.people.entries()) {
    const hourCost = hourCostAt(scope.costRates.get(user) ?? [], scope.on)
    const at = `${path}.plan.people[${index}].user`
    if (!hourCost) return { path: at, message: `${user} has no hour cost on ${scope.on}` }
    costs.push({ user, effortMinutes, hourCost })
  }
  return costs
}
