/** Price book: the price lists, discounts and products that a customer's quote is priced from. */
import type { Buyer, DiscountRow, PriceBook, PriceListScope } from "@anbud/pricing"
import type { Reads } from "../../kernel/reads.ts"
import { DiscountRule, PriceList, PriceListItem, type Product } from "../catalogue/entities.ts"
import type { Company } from "../parties/entities.ts"

/** The customer as pricing sees it: its own prices first, then its parent's, then its segment's. */
export const buyerOf = (customer: Company): Buyer => ({
  customerId: customer.id,
  ...(customer.parentCompany === null ? {} : { parentId: customer.parentCompany }),
  segmentIds: customer.segment === null ? [] : [customer.segment],
})

/** Loads what may price these products for a buyer in a currency; `only` restricts the lists. */
export const loadPriceBook = async (
  read: Reads,
  currency: string,
  companyCurrency: string,
  buyer: Buyer,
  products: readonly Product[],
  only: readonly PriceList[] | null,
): Promise<PriceBook> => {
  const lists = only ?? (await read.find(PriceList, { currency }))
  const items = await read.find(PriceListItem, {
    priceList: { in: lists.map((list) => list.id) },
    product: { in: products.map((product) => product.id) },
  })
  return {
    lists: lists.map((list) => ({
      id: list.number,
      currency: list.currency,
      scope: scopeOf(list),
      isNet: list.isNet,
      entries: items.filter((item) => item.priceList === list.id).map(entryOf),
    })),
    discounts: (await discountsFor(read, buyer)).flatMap(discountRow),
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

/** The rows of the matrix that name the buyer, its parent or its segment. */
const discountsFor = (
  read: Reads,
  { customerId, parentId, segmentIds = [] }: Buyer,
): Promise<readonly DiscountRule[]> => {
  const customers = [customerId, parentId].filter((id) => id !== undefined)
  return read.find(DiscountRule, { or: [{ customer: { in: customers } }, { segment: { in: segmentIds } }] })
}

/** None for a row that does not say what it is a discount on: it must not become one on everything. */
const discountRow = (rule: DiscountRule): readonly DiscountRow[] => {
  const target = targetOf(rule)
  if (target === null) return []
  return [
    {
      id: rule.id,
      subject:
        rule.customer === null
          ? { kind: "segment", segmentId: rule.segment ?? "" }
          : { kind: "customer", customerId: rule.customer, isInherited: rule.isInherited },
      target,
      ratePpm: rule.ratePpm,
      minQuantity: rule.minQuantity,
      validFrom: rule.validFrom,
      ...(rule.validTo === null ? {} : { validTo: rule.validTo }),
    },
  ]
}

const targetOf = ({ target, product, priceGroup, category }: DiscountRule): DiscountRow["target"] | null => {
  switch (target) {
    case "product":
      return product === null ? null : { kind: "product", productId: product }
    case "priceGroup":
      return priceGroup === null ? null : { kind: "group", groupId: priceGroup }
    case "category":
      return category === null ? null : { kind: "category", categoryId: category }
    case "all":
      return { kind: "all" }
  }
}
