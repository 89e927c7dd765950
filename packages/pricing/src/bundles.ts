/**
 * Bundles: a fixed price is shared over the components by their own value, so that VAT and margin per component add up.
 */
import { apportion } from "./apportion.ts"
import { type Draft, reportMissing, writable } from "./draft.ts"
import { overflow } from "./refusedInput.ts"
import type { Structure } from "./structure.ts"

/** Gives each component of a fixed bundle its part of the bundle's price. Stage 8 of the waterfall. */
export const shareBundles = (draft: Draft, structure: Structure | undefined): void => {
  if (structure === undefined) return
  const components = componentsOf(draft, structure)
  draft.quote.lines.forEach((line, row) => {
    const isInner = structure.bundleOf[row]! >= 0
    if (line.kind !== "bundle" || isInner) return
    // A bundle inside a fixed one is settled by it; inside a summing one it is a bundle of its own.
    settle(draft, components, row)
  })
}

type Components = ReadonlyMap<number, readonly number[]>

const componentsOf = (draft: Draft, structure: Structure): Components => {
  const components = new Map<number, number[]>()
  for (let row = 0; row < draft.rows; row++) {
    const bundle = structure.bundleOf[row]!
    if (bundle < 0 || !isPart(draft, row)) continue
    const siblings = components.get(bundle)
    if (siblings === undefined) components.set(bundle, [row])
    else siblings.push(row)
  }
  return components
}

const isPart = (draft: Draft, row: number): boolean => {
  const line = draft.quote.lines[row]!
  return line.kind === "bundle" ? line.option !== "offered" : draft.columns.isCounted[row] === 1
}

const isFixed = (draft: Draft, row: number): boolean => draft.quote.lines[row]!.bundlePrice === "fixed"

const settle = (draft: Draft, components: Components, row: number): void => {
  const parts = components.get(row) ?? []
  if (isFixed(draft, row)) {
    share(draft, components, row, draft.columns.base[row]!)
    return
  }
  for (const part of parts) if (draft.quote.lines[part]!.kind === "bundle") settle(draft, components, part)
}

/** What a component is worth as a weight: its own net, or that of everything in it. */
const worthOf = (draft: Draft, components: Components, row: number): number => {
  const isBundle = draft.quote.lines[row]!.kind === "bundle"
  if (!isBundle || isFixed(draft, row)) return draft.columns.base[row]!
  return (components.get(row) ?? []).reduce((sum, part) => sum + worthOf(draft, components, part), 0)
}

const share = (draft: Draft, components: Components, row: number, amount: number): void => {
  const parts = components.get(row) ?? []
  const weights = Float64Array.from(parts, (part) => Math.max(worthOf(draft, components, part), 0))
  let divisor = weights.reduce((sum, weight) => sum + weight, 0)
  if (parts.length === 0) {
    reportMissing(draft, { _tag: "NoTarget", path: `lines[${row}]`, severity: "error" })
    return
  }
  if (divisor === 0) {
    weights.fill(1)
    divisor = parts.length
    draft.issues.push({ _tag: "ZeroBasis", path: `lines[${row}]`, severity: "warning" })
  }
  const idOf = (place: number): string => draft.quote.lines[parts[place]!]!.id
  const shares = apportion({ total: amount, factor: amount, divisor, weights, idOf })
  if (shares === undefined) {
    reportMissing(draft, overflow(`lines[${row}]`))
    return
  }
  parts.forEach((part, place) => {
    if (draft.quote.lines[part]!.kind === "bundle") share(draft, components, part, shares[place]!)
    else {
      writable(draft.columns, "bundle")[part] = shares[place]! - draft.columns.base[part]!
      draft.columns.base[part] = shares[place]!
    }
  })
}
