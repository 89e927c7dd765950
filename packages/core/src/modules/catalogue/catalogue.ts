/** Catalogue: products, price lists and the discount matrix. */
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import { rule } from "../../kernel/rule.ts"
import { DiscountRule, PriceList, PriceListItem, Product } from "./entities.ts"

const rules = [
  rule(DiscountRule, ({ ratePpm }) =>
    ratePpm >= 0 && ratePpm <= 1_000_000 ? null : { field: "ratePpm", rule: "must be 0 % to 100 %" },
  ),
  rule(DiscountRule, (row) =>
    (row.subject === "customer") === (row.customer !== null) && (row.subject === "segment") === (row.segment !== null)
      ? null
      : { field: "subject", rule: "must name the customer or the segment that it says" },
  ),
  rule(PriceList, (row) =>
    (row.scope === "customer") === (row.customer !== null)
      ? null
      : { field: "scope", rule: "a customer's list must name the customer, and no other may" },
  ),
  rule(PriceListItem, (row) =>
    row.validTo === null || row.validTo >= row.validFrom
      ? null
      : { field: "validTo", rule: "must not be before validFrom" },
  ),
  rule(Product, ({ vatRatePpm }) =>
    vatRatePpm >= 0 && vatRatePpm <= 1_000_000 ? null : { field: "vatRatePpm", rule: "must be 0 % to 100 %" },
  ),
]

const spec = plugin("catalogue", {
  needs: ["parties"],
  entities: [Product, PriceList, PriceListItem, DiscountRule],
  collections: { products: Product, priceLists: PriceList, prices: PriceListItem, discounts: DiscountRule },
  rules,
})

/** The calls of the catalogue. */
export interface Catalogue extends FaceOf<typeof spec> {}
/** The plugin catalogue. */
export interface CataloguePlugin extends Plugin<"catalogue", Catalogue> {}
/** Products, price lists and the discount matrix. */
export const catalogue: CataloguePlugin = spec
