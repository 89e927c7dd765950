/** Pricing lines: finds each line's price, discount and cost once, so that a draft keeps them from then on. */
import { type Buyer, decimalText, findDiscount, findPrice, type PriceBook, parseDecimal } from "@anbud/pricing"
import type { ValuesOf } from "../../kernel/entity.ts"
import type { LocalDate } from "../../kernel/field.ts"
import type { Reads } from "../../kernel/reads.ts"
import type { Product } from "../catalogue/entities.ts"
import { CostRate, User } from "../organisation/entities.ts"
import { hourCostAt } from "../organisation/organisation.ts"
import type { PlannedCost, QuoteLine } from "./entities.ts"
import type { PricedLineRecord } from "./pricingInput.ts"
import { CannotPrice, UnknownReference } from "./refusals.ts"

/** A line as a caller gives it. */
export type GivenLine = ValuesOf<typeof QuoteLine.fields>

/** What prices are looked up for. */
export interface PriceScope {
  readonly read: Reads
  readonly book: PriceBook
  readonly buyer: Buyer
  readonly currency: string
  readonly company: { readonly currency: string; readonly rate: string } | null
  readonly on: LocalDate
}

/**
 * The lines with price, discount and cost as of the date.
 *
 * Refuses with `CannotPrice`, naming every line that no list prices or that two rows price differently, and with
 * `UnknownReference` for planned people that do not exist.
 */
export const priceLines = async (
  scope: PriceScope,
  lines: readonly GivenLine[],
  products: ReadonlyMap<string, Product>,
): Promise<readonly PricedLineRecord[]> => {
  const issues: { readonly path: string; readonly message: string }[] = []
  const priced: PricedLineRecord[] = []
  for (const [index, line] of lines.entries()) {
    const path = `lines[${index}]`
    const product = products.get(line.product)
    if (!product) throw new UnknownReference({ path: `${path}.product`, entity: "product", value: line.product })
    const found = lookUp(scope, line, product)
    if (typeof found === "string") issues.push({ path: `${path}.product`, message: `${product.number}: ${found}` })
    else
      priced.push({
        ...line,
        ...found,
        ...fromProduct(product, line),
        plannedCosts: await plannedCosts(scope, line, path),
      })
  }
  if (issues.length > 0) throw new CannotPrice({ issues })
  return priced
}

type Found = Pick<PricedLineRecord, "unitPrice" | "isNetPrice" | "priceSource" | "discountPpm" | "discountSource">

const lookUp = (scope: PriceScope, line: GivenLine, product: Product): Found | string => {
  const { buyer, currency, on } = scope
  const request = {
    buyer,
    productId: product.id,
    quantity: line.quantity,
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

const fromProduct = (
  product: Product,
  line: GivenLine,
): Pick<PricedLineRecord, "unitCost" | "kind" | "unit" | "vatRatePpm" | "weightKg"> => ({
  unitCost: product.unitCost,
  kind: product.kind,
  unit: product.unit,
  vatRatePpm: product.vatRatePpm,
  weightKg: product.weightKg === null ? null : weightOf(product.weightKg, line.quantity),
})

/** Weight per unit times quantity, rounded to millionths of a kilogram: a spread needs weights, not masses. */
const weightOf = (each: string, quantity: string): string => {
  const [left, right] = [parseDecimal(each), parseDecimal(quantity)]
  if (!left.ok || !right.ok) throw new Error(`Not decimals: ${each}, ${quantity}`)
  const scale = left.value.scale + right.value.scale
  const product = BigInt(left.value.mantissa) * BigInt(right.value.mantissa)
  if (scale <= 6) return decimalText({ mantissa: Number(product), scale })
  const step = 10n ** BigInt(scale - 6)
  return decimalText({ mantissa: Number((product + step / 2n) / step), scale: 6 })
}

const plannedCosts = async (
  scope: PriceScope,
  line: GivenLine,
  path: string,
): Promise<readonly PlannedCost[] | null> => {
  if (line.plan === null) return null
  const costs: PlannedCost[] = []
  for (const [index, { user: login, effortMinutes }] of line.plan.people.entries()) {
    const at = `${path}.plan.people[${index}].user`
    const user = await scope.read.one(User, { login })
    if (!user) throw new UnknownReference({ path: at, entity: User.name, value: login })
    const hourCost = hourCostAt(await scope.read.children(CostRate, user.id), scope.on)
    if (!hourCost)
      throw new CannotPrice({ issues: [{ path: at, message: `${login} has no hour cost on ${scope.on}` }] })
    costs.push({ user: login, effortMinutes, hourCost })
  }
  return costs
}
