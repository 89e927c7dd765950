/** Sort keys: the columns that put records in the order of a field. */
import type { SortKeys } from "../kernel/derived.ts"
import type { Entity } from "../kernel/entity.ts"
import type { KindName } from "../kernel/field.ts"
import type { Model } from "../kernel/model.ts"
import type { View } from "../kernel/view.ts"
import { pathOf } from "./paths.ts"
import { invalid } from "./targets.ts"

/** Decimals are kept as text, where 9 comes after 10; a zoned time has no place among those of other zones. */
const UNORDERED: ReadonlySet<KindName> = new Set<KindName>(["decimal", "zoned"])

/** Whether values of this kind have no order in their columns. */
export const isUnordered = (kind: KindName): boolean => UNORDERED.has(kind)

/** What sorts by a field; refuses with `InvalidInput` what is unknown, hidden, or has no order. */
export const sortKeys = (model: Model, entity: Entity, name: string, view: View): SortKeys => {
  const { joins, of, target, currencyOf, missing } = pathOf(model, view, entity, name)
  const { spec, column, currency } = target
  if (isUnordered(spec.kind)) throw invalid(name, "has no order: it cannot be sorted by")
  const own = { column, ...at(of), ...(missing === undefined ? {} : { otherwise: missing }) }
  return { joins, columns: currency ? [{ column: currency.column, ...at(currencyOf) }, own] : [own] }
}

const at = (of: string | undefined): { readonly of?: string } => (of === undefined ? {} : { of })
