/**
 * The structure of a quote: which lines count, who belongs to which section and bundle, which alternatives are open.
 */
import { type Draft, reportMissing } from "./draft.ts"
import { type NestingFault, nestingFaults } from "./nesting.ts"
import type { Alternative, QuoteLine, Section } from "./quote.ts"

/** The places of lines and sections by id, made only for quotes that have sections, bundles or alternatives. */
export interface Structure {
  readonly rowById: ReadonlyMap<string, number>
  readonly sectionById: ReadonlyMap<string, number>
  /** Row of the enclosing bundle, or −1. */
  readonly bundleOf: Int32Array
  /** Index of the section, or −1. */
  readonly sectionOf: Int32Array
  /** Index of the section around a section, or −1. */
  readonly sectionParents: readonly number[]
  readonly isSectionCounted: readonly boolean[]
  /** Whether a row lies in the section or in one inside it. */
  readonly isInSection: (row: number, section: number) => boolean
}

/** Fills `isCounted` and reports references that lead nowhere; the structure is undefined for a flat quote. */
export const readStructure = (draft: Draft): Structure | undefined => {
  const { lines, sections = [] } = draft.quote
  const { isCounted } = draft.columns
  let isFlat = sections.length === 0
  for (let row = 0; row < lines.length; row++) {
    const line = lines[row]!
    if (line.kind === "subtotal") draft.hasSubtotals = true
    const hasAmount = line.kind !== "text" && line.kind !== "subtotal" && line.kind !== "bundle"
    isCounted[row] = hasAmount && line.option !== "offered" ? 1 : 0
    if (line.parentId !== undefined || line.alternative !== undefined || line.sectionId !== undefined) isFlat = false
    // A bundle without components must be found, not passed over.
    if (line.kind === "bundle") isFlat = false
  }
  return isFlat ? undefined : readNested(draft, lines, sections)
}

const readNested = (draft: Draft, lines: readonly QuoteLine[], sections: readonly Section[]): Structure => {
  const rowById = indexById(lines)
  const sectionById = indexById(sections)
  const sectionParents = sections.map((section, at) =>
    resolve(draft, sectionById, section.parentId, `sections[${at}].parentId`),
  )
  const bundleOf = new Int32Array(lines.length).fill(-1)
  const sectionOf = new Int32Array(lines.length).fill(-1)
  lines.forEach((line, row) => {
    bundleOf[row] = resolveBundle(draft, rowById, line.parentId, `lines[${row}].parentId`)
    sectionOf[row] = resolve(draft, sectionById, line.sectionId, `lines[${row}].sectionId`)
  })
  const undecided = undecidedGroups(draft, lines, sections)
  const isOut = (item: QuoteLine | Section): boolean =>
    item.option === "offered" ||
    (item.alternative !== undefined && (!item.alternative.isChosen || undecided.has(item.alternative.group)))
  const sectionOut = sections.map((section) => isOut(section))
  const lineOut = lines.map((line) => isOut(line))
  refuseNesting(draft, "sections", nestingFaults(sectionParents), sectionParents, sectionOut)
  refuseNesting(draft, "lines", nestingFaults(bundleOf), bundleOf, lineOut)
  const isSectionCounted = sections.map((_, at) => !isOutAbove(at, sectionParents, sectionOut))
  const { isCounted } = draft.columns
  for (let row = 0; row < lines.length; row++) {
    if (isCounted[row] === 0) continue
    const section = sectionOf[row]!
    const isOutside = section >= 0 && !isSectionCounted[section]
    if (isOutside || isOutAbove(row, bundleOf, lineOut)) isCounted[row] = 0
  }
  const isInSection = (row: number, wanted: number): boolean => {
    let section = sectionOf[row]!
    while (section >= 0 && section !== wanted) section = sectionParents[section]!
    return section >= 0
  }
  return { rowById, sectionById, bundleOf, sectionOf, sectionParents, isSectionCounted, isInSection }
}

/** First one wins: duplicates are reported where ids are checked. */
const indexById = (items: readonly { readonly id: string }[]): ReadonlyMap<string, number> => {
  const index = new Map<string, number>()
  items.forEach((item, at) => {
    if (!index.has(item.id)) index.set(item.id, at)
  })
  return index
}

const resolve = (draft: Draft, index: ReadonlyMap<string, number>, id: string | undefined, path: string): number => {
  if (id === undefined) return -1
  const at = index.get(id)
  if (at !== undefined) return at
  draft.issues.push({ _tag: "UnknownReference", path, severity: "error", id })
  return -1
}

/** Only a bundle has components. */
const resolveBundle = (
  draft: Draft,
  rowById: ReadonlyMap<string, number>,
  id: string | undefined,
  path: string,
): number => {
  const row = resolve(draft, rowById, id, path)
  if (row < 0 || draft.quote.lines[row]!.kind === "bundle") return row
  draft.issues.push({ _tag: "InvalidShape", path, severity: "error", expected: "a bundle" })
  return -1
}

/** Whether `start` or anything above it is out. */
const isOutAbove = (start: number, parents: ArrayLike<number>, out: readonly boolean[]): boolean => {
  for (let at = start; at >= 0; at = parents[at]!) if (out[at]) return true
  return false
}

/** What nests wrongly is out and stands alone: nothing that walks up from now on meets a cycle or a deep chain. */
const refuseNesting = (
  draft: Draft,
  what: "lines" | "sections",
  faults: ReadonlyMap<number, NestingFault>,
  parents: Int32Array | number[],
  out: boolean[],
): void => {
  for (const [at, reason] of faults) {
    const id = draft.quote[what]![at]!.id
    reportMissing(draft, { _tag: "NestingRefused", path: `${what}[${at}].parentId`, severity: "error", id, reason })
    parents[at] = -1
    out[at] = true
  }
}

const undecidedGroups = (draft: Draft, lines: readonly QuoteLine[], sections: readonly Section[]): Set<string> => {
  const chosen = new Map<string, { count: number; path: string }>()
  const count = (alternative: Alternative | undefined, path: string): void => {
    if (alternative === undefined) return
    const group = chosen.get(alternative.group) ?? { count: 0, path }
    if (alternative.isChosen) group.count++
    chosen.set(alternative.group, group)
  }
  lines.forEach((line, row) => {
    count(line.alternative, `lines[${row}].alternative`)
  })
  sections.forEach((section, at) => {
    count(section.alternative, `sections[${at}].alternative`)
  })
  const undecided = new Set<string>()
  for (const [group, { count: chosenCount, path }] of chosen) {
    if (chosenCount === 1) continue
    undecided.add(group)
    reportMissing(draft, { _tag: "AlternativeUndecided", path, severity: "error", group, chosen: chosenCount })
  }
  return undecided
}
