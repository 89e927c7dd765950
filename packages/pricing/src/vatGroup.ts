/**
 * VAT groups: one per category and rate. Lines of one quote share a handful, so a short list is searched.
 */
import { type Draft, reportMissing, type VatGroupDraft } from "./draft.ts"
import { isPpm } from "./ppm.ts"
import type { QuoteLine } from "./quote.ts"
import { percentOutOfRange } from "./refusedInput.ts"
import { canBeTaxed, type Vat } from "./vat.ts"

const categories = new Set<unknown>(["S", "Z", "E", "AE", "K", "G", "O", "L", "M"])
const maxGroups = 1000

/** The index of the line's VAT group, or −1 with an issue. */
export const groupOf = (draft: Draft, row: number, line: QuoteLine): number => {
  const vat = line.vat ?? draft.found.get(row)?.vat
  return vat === undefined && draft.columns.isCounted[row] === 0 ? -1 : groupFor(draft, vat, `lines[${row}].vat`)
}

/** The index of the group for `vat`, new if need be; −1 with an issue if it is no VAT. */
export const groupFor = (draft: Draft, vat: Vat | undefined, path: string): number => {
  const { groups } = draft
  // Lines mostly share a few VAT objects: identity first.
  for (let index = 0; index < groups.length; index++) if (groups[index]!.vat === vat) return index
  if (vat === undefined || vat === null) return refused(draft, path, "missing")
  for (let index = 0; index < groups.length; index++) {
    const known = groups[index]!.vat
    if (known.category === vat.category && known.ratePpm === vat.ratePpm) return index
  }
  if (!categories.has(vat.category)) return refused(draft, `${path}.category`, "unknownCategory")
  if (!isPpm(vat.ratePpm) || groups.length >= maxGroups) {
    reportMissing(draft, percentOutOfRange(`${path}.ratePpm`, vat.ratePpm))
    return -1
  }
  if (vat.ratePpm !== 0 && !canBeTaxed(vat.category)) return refused(draft, `${path}.ratePpm`, "rateInUntaxedCategory")
  // Minus zero would come out again in the result.
  const plain = Object.is(vat.ratePpm, -0) ? { ...vat, ratePpm: 0 } : vat
  const fresh: VatGroupDraft = { vat: plain, rows: 0, base: 0, tax: 0, companyBase: 0, companyTax: 0 }
  return groups.push(fresh) - 1
}

/** The counted rows of each VAT group, in the order of the quote. */
export const countedRowsByGroup = (draft: Draft): readonly (readonly number[])[] => {
  const { isCounted, group } = draft.columns
  const rows = draft.groups.map((): number[] => [])
  for (let row = 0; row < draft.rows; row++) if (isCounted[row] === 1) rows[group[row]!]?.push(row)
  return rows
}

const refused = (
  draft: Draft,
  path: string,
  reason: "rateInUntaxedCategory" | "missing" | "unknownCategory",
): number => {
  reportMissing(draft, { _tag: "VatRefused", path, severity: "error", reason })
  return -1
}
