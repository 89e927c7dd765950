/**
 * Planning instalments: part totals first, then each part over VAT groups and lines in proportion to what is still
 * open. An open column only ever shrinks to zero, so the last part closes every column to the cent.
 */
import { apportion } from "./apportion.ts"
import { currencyExponent } from "./currency.ts"
import type {
  InstalmentOrder,
  InstalmentPart,
  InstalmentPlan,
  InvalidPart,
  PlannedPart,
  PlanRefused,
} from "./instalment.ts"
import { partTotals } from "./partTotals.ts"
import { unsafeField } from "./refusedInput.ts"
import { ok, type Result, refuse } from "./result.ts"
import { roundProduct } from "./rounding.ts"
import type { VatGroup } from "./vat.ts"

/**
 * The parts of `order`: exact rows (parts) and exact columns (lines), each with its share of the order's VAT.
 *
 * A percentage is rounded by itself, never beyond what is left; percentages that reach 100 % close with the last one, a
 * remainder closes any plan. The VAT of the parts adds up to the order's, per rate.
 *
 * Refuses with `InvalidPart`, `SharesDoNotAddUp`, `OverInvoiced`, in this order.
 *
 * @example planInstalments(order, [
 *   { id: "1", share: { kind: "percent", ratePpm: 500_000 } },
 *   { id: "2", share: { kind: "percent", ratePpm: 300_000 } },
 *   { id: "3", share: { kind: "remainder" } },
 * ]) // 333 333.33 → 166 666.67, 100 000.00, 66 666.66
 */
export const planInstalments = (
  order: InstalmentOrder,
  parts: readonly InstalmentPart[],
): Result<InstalmentPlan, PlanRefused> => {
  const unsafe = unsafeOrder(order)
  if (unsafe !== undefined) return refuse(inexactAmount(unsafe))
  const netMinor = order.columns.reduce((sum, column) => sum + column.netMinor, 0)
  if (!Number.isSafeInteger(netMinor)) return refuse(inexactAmount("order.columns"))
  const totals = partTotals(parts, netMinor, order.originalNetMinor ?? netMinor, currencyExponent(order.currency) ?? 2)
  if (!totals.ok) return totals
  const state = startState(order, netMinor)
  const planned = new Array<PlannedPart>(parts.length)
  for (const [at, part] of parts.entries()) {
    if (part.invoiced === undefined) continue
    const columns = invoicedColumns(state, part)
    if (columns === undefined) {
      return refuse({ _tag: "InvalidPart", path: `parts[${at}].invoiced`, reason: "unknownColumn" })
    }
    planned[at] = book(state, part, true, columns)
  }
  for (const [at, part] of parts.entries()) {
    if (part.invoiced === undefined) planned[at] = book(state, part, false, openColumns(state, totals.value[at]!))
  }
  const beyond = planned.findIndex(({ totalMinor }) => !Number.isSafeInteger(totalMinor))
  return beyond < 0
    ? ok({ parts: planned, netMinor, unplannedMinor: state.openNet })
    : refuse(inexactAmount(`parts[${beyond}]`))
}

const inexactAmount = (path: string): InvalidPart => ({ _tag: "InvalidPart", path, reason: "inexactAmount" })

/** The path of the first amount of the order that is no safe integer. */
const unsafeOrder = (order: InstalmentOrder): string | undefined => {
  for (const [at, column] of order.columns.entries()) {
    const path = unsafeField(`order.columns[${at}].`, { netMinor: column.netMinor })
    if (path !== undefined) return path
  }
  for (const [at, { ratePpm, baseMinor, taxMinor }] of order.vat.entries()) {
    const path = unsafeField(`order.vat[${at}].`, { ratePpm, baseMinor, taxMinor })
    if (path !== undefined) return path
  }
  const { originalNetMinor = 0 } = order
  return unsafeField("order.", { originalNetMinor })
}

interface State {
  readonly order: InstalmentOrder
  /** Still to be planned, per column. */
  readonly open: Float64Array
  /** The columns of each VAT group; those without VAT share one. */
  readonly groups: readonly Group[]
  openNet: number
}

interface Group {
  readonly id: string
  readonly columns: readonly number[]
  readonly vat: VatGroup | undefined
  planned: number
  plannedTax: number
}

const startState = (order: InstalmentOrder, netMinor: number): State => {
  const byKey = new Map<string, number[]>()
  order.columns.forEach(({ vat }, at) => {
    const key = vat === undefined ? "" : `${vat.category} ${vat.ratePpm}`
    const columns = byKey.get(key)
    if (columns === undefined) byKey.set(key, [at])
    else columns.push(at)
  })
  const groups = [...byKey].map(([id, columns]) => {
    const vat = order.vat.find(({ category, ratePpm }) => `${category} ${ratePpm}` === id)
    return { id, columns, vat, planned: 0, plannedTax: 0 }
  })
  // In the order of the VAT breakdown, so that every part shows it alike.
  groups.sort((left, right) =>
    left.vat === undefined
      ? 1
      : right.vat === undefined
        ? -1
        : order.vat.indexOf(left.vat) - order.vat.indexOf(right.vat),
  )
  return { order, open: Float64Array.from(order.columns, (column) => column.netMinor), groups, openNet: netMinor }
}

/** `total` over the groups by what is open in each, then over the lines of each group likewise. */
const openColumns = (state: State, total: number): Float64Array => {
  const shares = new Float64Array(state.open.length)
  const openOf = (group: Group): number => group.columns.reduce((sum, at) => sum + state.open[at]!, 0)
  const groupOpen = Float64Array.from(state.groups, openOf)
  const isClosing = total === state.openNet
  const groupShares = isClosing
    ? groupOpen
    : inProportion(total, state.openNet, groupOpen, (at) => state.groups[at]!.id)
  state.groups.forEach((group, at) => {
    const weights = Float64Array.from(group.columns, (column) => state.open[column]!)
    const idOf = (place: number): string => state.order.columns[group.columns[place]!]!.id
    const columnShares = isClosing ? weights : inProportion(groupShares[at]!, groupOpen[at]!, weights, idOf)
    group.columns.forEach((column, place) => {
      shares[column] = columnShares[place]!
    })
  })
  return shares
}

/** Shares of `total` in proportion to `open`. Lines that cancel out wait for the part that closes the plan. */
const inProportion = (
  total: number,
  openTotal: number,
  open: Float64Array,
  idOf: (at: number) => string,
): Float64Array => {
  if (total === 0 || openTotal === 0) return new Float64Array(open.length)
  const sign = openTotal < 0 ? -1 : 1
  const shares = apportion({ total, factor: total * sign, divisor: openTotal * sign, weights: open, idOf })
  return shares ?? new Float64Array(open.length)
}

const invoicedColumns = (state: State, part: InstalmentPart): Float64Array | undefined => {
  const columns = new Float64Array(state.open.length)
  for (const { columnId, minor } of part.invoiced ?? []) {
    const at = state.order.columns.findIndex(({ id }) => id === columnId)
    if (at < 0) return undefined
    columns[at] = columns[at]! + minor
  }
  return columns
}

const book = (state: State, part: InstalmentPart, isInvoiced: boolean, columns: Float64Array): PlannedPart => {
  const vat = state.groups.flatMap((group) => taxOf(group, columns))
  let netMinor = 0
  const amounts = state.order.columns.map(({ id }, at) => {
    const minor = columns[at]!
    netMinor += minor
    return { columnId: id, minor }
  })
  amounts.forEach(({ minor }, at) => {
    state.open[at] = state.open[at]! - minor
  })
  state.openNet -= netMinor
  const vatMinor = vat.reduce((sum, group) => sum + group.taxMinor, 0)
  return { id: part.id, isInvoiced, netMinor, columns: amounts, vat, vatMinor, totalMinor: netMinor + vatMinor }
}

/** The group's tax up to and with this part, less what earlier parts took: the parts add up to the order's tax. */
const taxOf = (group: Group, columns: Float64Array): readonly VatGroup[] => {
  if (group.vat === undefined) return []
  let baseMinor = 0
  for (const at of group.columns) baseMinor += columns[at]!
  group.planned += baseMinor
  const { category, ratePpm, taxMinor: orderTax, baseMinor: orderBase } = group.vat
  const until =
    group.planned === orderBase
      ? orderTax
      : roundProduct(Math.abs(orderTax), group.planned, Math.abs(orderBase) || 1, false) *
        Math.sign(orderTax * orderBase || 1)
  const taxMinor = until - group.plannedTax
  group.plannedTax = until
  return baseMinor === 0 && taxMinor === 0 ? [] : [{ category, ratePpm, baseMinor, taxMinor }]
}
