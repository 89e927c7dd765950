/** What the firm sells and for how much: products, price lists and the discount matrix. */
import { entity, type Rooted, type RowOf } from "../../kernel/entity.ts"
import {
  boolean,
  choice,
  currency,
  date,
  defaulted,
  optional,
  percent,
  price,
  quantity,
  ref,
  text,
} from "../../kernel/field.ts"
import { Company } from "../parties/entities.ts"

/** A product: goods, an hour of work, work bought from others, or a fee. Prices and costs are the tenant's currency. */
export const Product = entity("product", {
  number: text({ unique: true, search: "exact", maxLength: 40 }),
  name: text({ search: "words" }),
  nameEn: optional(text({ search: "words" })),
  kind: choice(["goods", "labour", "external", "fee"]),
  /** UN/ECE Recommendation 20: HUR hour, H87 piece, MTR metre. */
  unit: text({ maxLength: 3 }),
  category: text({ search: "words", maxLength: 80 }),
  priceGroup: text({ maxLength: 80 }),
  listPrice: price(),
  unitCost: price(),
  vatRatePpm: percent(),
  weightKg: optional(quantity()),
  /** The skill that an hour of it needs. */
  skill: optional(text({ maxLength: 80 })),
})
export interface Product extends RowOf<typeof Product.fields>, Rooted<"product"> {}

/** A price list in one currency, for all customers or for one. */
export const PriceList = entity("priceList", {
  number: text({ unique: true, search: "exact", maxLength: 40 }),
  currency: currency(),
  scope: choice(["standard", "customer"]),
  customer: optional(ref(Company)),
  /** Prices of a net list take no discount from the matrix. */
  isNet: defaulted(boolean(), false),
})
export interface PriceList extends RowOf<typeof PriceList.fields>, Rooted<"priceList"> {}

/** A price of a product from a quantity and from a date on. */
export const PriceListItem = entity("priceListItem", {
  priceList: ref(PriceList),
  product: ref(Product),
  minQuantity: quantity(),
  price: price(),
  validFrom: date(),
  validTo: optional(date()),
})
export interface PriceListItem extends RowOf<typeof PriceListItem.fields>, Rooted<"priceListItem"> {}

/** A cell of the discount matrix: who gets how much off what. */
export const DiscountRule = entity("discountRule", {
  /** The number of a customer or the name of a segment, with what it is. */
  subject: choice(["customer", "segment"]),
  customer: optional(ref(Company)),
  segment: optional(text({ maxLength: 80 })),
  target: choice(["product", "priceGroup", "category", "all"]),
  product: optional(ref(Product)),
  priceGroup: optional(text({ maxLength: 80 })),
  category: optional(text({ maxLength: 80 })),
  ratePpm: percent(),
  minQuantity: quantity(),
  validFrom: date(),
  validTo: optional(date()),
  /** Whether the subsidiaries of the customer get it too. */
  isInherited: defaulted(boolean(), false),
})
export interface DiscountRule extends RowOf<typeof DiscountRule.fields>, Rooted<"discountRule"> {}
