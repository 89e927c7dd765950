/** Report fields: what a report reads for a field, and how its cells become a value again. */
import type { ReportField } from "../kernel/derived.ts"
import type { Entity } from "../kernel/entity.ts"
import type { KindName } from "../kernel/field.ts"
import type { Model } from "../kernel/model.ts"
import type { View } from "../kernel/view.ts"
import { valueOfCell } from "./columns.ts"
import { pathOf } from "./paths.ts"
import { isUnordered } from "./sortKeys.ts"
import { invalid } from "./targets.ts"

const ADDABLE: ReadonlySet<KindName> = new Set<KindName>(["integer", "money", "price", "quantity", "duration"])

/** What a report reads for a field; refuses with `InvalidInput` what is unknown, hidden, or of no single value. */
export const reportField = (model: Model, entity: Entity, name: string, view: View): ReportField => {
  const { joins, of, target, currencyOf, missing } = pathOf(model, view, entity, name)
  const { spec, column, currency } = target
  if (spec.kind === "zoned") throw invalid(name, "is a local time of some zone, which no report shows")
  return {
    joins,
    column: { column, ...at(of), ...(missing === undefined ? {} : { otherwise: missing }) },
    ...(currency ? { currency: { column: currency.column, ...at(currencyOf) } } : {}),
    isOrdered: !isUnordered(spec.kind),
    isAddable: ADDABLE.has(spec.kind),
    isDate: spec.kind === "date",
    isShared: name.includes(".") && target.name !== name,
    value: (cell, currencyCell) => {
      if (cell === null) return null
      return currency ? { minor: Number(cell), currency: String(currencyCell) } : valueOfCell(spec, cell)
    },
  }
}

const at = (of: string | undefined): { readonly of?: string } => (of === undefined ? {} : { of })
