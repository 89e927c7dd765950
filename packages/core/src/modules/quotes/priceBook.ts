/** Price book: the price lists, discounts and products that a customer's quote is priced from. */
import type { Buyer, DiscountRow, PriceBook, PriceListScope } from "@anbud/pricing"
import type { Reads } from "../../kernel/reads.ts"
import { DiscountRule, PriceList, PriceListItem, type Product } from "../catalogue/entities.ts"
import type { Company } from "../parties/entities.ts"
import { UnknownReference } from "./refusals.ts"

/** The customer as pricing sees it: its own prices first, then its parent's, then its segment's. */
export const buyerOf = (customer: Company): Buyer => ({
  customerId: customer.id,
  ...(customer.parentCompany === null ? {} : { parentId: customer.parentCompany }),
  segmentIds: customer.segment === null ? [] : [customer.segment],
})

/**
 * Loads what may price these products in a currency; `only` restricts the lists.
 *
 * Refuses with `UnknownReference` if `only` names a list that does not exist.
 */
export const loadPriceBook = async (
  read: Reads,
  currency: string,
  companyCurrency: string,
  products: readonly Product[],
  only: readonly string[] | null,
): Promise<PriceBook> => {
  const lists = (await read.find(PriceList, { currency })).filter((list) => only === null || only.includes(list.id))
  for (const [index, id] of (only ?? []).entries())
    if (!(await read.one(PriceList, { id })))
      throw new UnknownReference({ path: `priceLists[${index}]`, entity: PriceList.name, value: id })
  const ids = products.map((product) => product.id)
  const items = await read.find(PriceListItem, {
    priceList: { in: lists.map((list) => list.id) },
    product: { in: ids },
  })
  return {
    lists: lists.map((list) => ({
      id: list.number,
      currency: list.currency,
      scope: scopeOf(list),
      isNet: list.isNet,
      entries: items.filter((item) => item.priceList === list.id).map(entryOf),
    })),
    discounts: (await read.find(DiscountRule)).map(discountRow),
    products: products.map((product) => ({
      id: product.id,
      unit: product.unit,
      groupIds: [product.priceGroup],
      categoryIds: [product.category],
      listPrice: product.listPrice,
      currency: companyCurrency,
    })),
  }
}

const scopeOf = (list: PriceList): PriceListScope =>
  list.customer === null ? { kind: "standard" } : { kind: "customer", customerId: list.customer }

const entryOf = (item: PriceListItem): PriceBook["lists"][number]["entries"][number] => ({
  id: item.id,
  productId: item.product,
  minQuantity: item.minQuantity,
  validFrom: item.validFrom,
  ...(item.validTo === null ? {} : { validTo: item.validTo }),
  price: { kind: "fixed", unitPrice: item.price },
})

const discountRow = (rule: DiscountRule): DiscountRow => ({
  id: rule.id,
  subject:
    rule.customer === null
      ? { kind: "segment", segmentId: rule.segment ?? "" }
      : { kind: "customer", customerId: rule.customer, isInherited: rule.isInherited },
  target: targetOf(rule),
  ratePpm: rule.ratePpm,
  minQuantity: rule.minQuantity,
  validFrom: rule.validFrom,
  ...(rule.validTo === null ? {} : { validTo: rule.validTo }),
})

const targetOf = (rule: DiscountRule): DiscountRow["target"] => {
  if (rule.target === "product" && rule.product !== null) return { kind: "product", productId: rule.product }
  if (rule.target === "priceGroup" && rule.priceGroup !== null) return { kind: "group", groupId: rule.priceGroup }
  if (rule.target === "category" && rule.category !== null) return { kind: "category", categoryId: rule.category }
  return { kind: "all" }
}
