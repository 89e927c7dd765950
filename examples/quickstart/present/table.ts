/**
 * Tables, headings and facts for a terminal: at most 100 columns, the same bytes in every run.
 *
 * Colours are off unless the caller asks (`{ colour: process.stdout.isTTY === true }`); a tone never carries
 * meaning alone, so nothing is lost without it.
 */
import { cutToWidth, printable, textWidth, wrapToWidth } from "./textWidth.ts"

/** Widest line that is ever printed. */
export const pageWidth = 100

export type Tone = "good" | "warn" | "bad" | "dim" | "bold"

export interface ToneText {
  readonly text: string
  readonly tone: Tone
}

export type Cell = string | ToneText

export interface Column {
  readonly title: string
  /** Numbers go to the right. */
  readonly align?: "left" | "right"
  /** A text that does not fit is cut with an ellipsis, or continued on a second line when true. */
  readonly wrap?: boolean
}

export interface TableOptions {
  /** Rows below a rule, in bold: sums. */
  readonly totals?: readonly (readonly Cell[])[]
  readonly colour?: boolean
  /** Columns of blank before each line. */
  readonly indent?: number
}

const gap = "  "

/**
 * A table with aligned columns, ending with a line break.
 *
 * When the rows are wider than the page, the widest left-aligned column gives way until they fit; numbers are never cut.
 *
 * @example table([{ title: "Rad" }, { title: "Netto", align: "right" }], [["L01", "12 345,50"]])
 */
export const table = (
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {},
): string => {
  const totals = options.totals ?? []
  const indent = " ".repeat(options.indent ?? 2)
  const widths = fitted(columns, [columns.map((column) => column.title), ...rows, ...totals], pageWidth - indent.length)
  const colour = options.colour === true
  const rule = tone(widths.map((width) => "─".repeat(width)).join(gap), "dim", colour)
  const print = (cells: readonly Cell[], whole?: Tone): string[] =>
    layout(columns, widths, cells).map((line) => line.map((cell) => tone(...padded(cell, whole), colour)).join(gap))
  const lines = [
    ...print(
      columns.map((column) => column.title),
      "bold",
    ),
    rule,
    ...rows.flatMap((row) => print(row)),
    ...(totals.length > 0 ? [rule, ...totals.flatMap((row) => print(row, "bold"))] : []),
  ]
  return lines.map((line) => `${`${indent}${line}`.trimEnd()}\n`).join("")
}

/** A heading over the whole page: `━━ 3  Priset ━━━━━…`. */
export const sectionTitle = (title: string, options: { readonly colour?: boolean } = {}): string => {
  const text = cutToWidth(printable(title), pageWidth - 8)
  return `\n${tone(`━━ ${text} ${"━".repeat(pageWidth - 4 - textWidth(text))}`, "bold", options.colour === true)}\n\n`
}

/** Labels and values below each other, values aligned; long values continue under themselves. */
export const facts = (
  pairs: readonly (readonly [label: string, value: Cell])[],
  options: { readonly colour?: boolean; readonly indent?: number } = {},
): string => {
  const indent = " ".repeat(options.indent ?? 2)
  const labelWidth = Math.max(0, ...pairs.map(([label]) => textWidth(printable(label))))
  const lines = pairs.flatMap(([label, value]) => {
    const { text, tone: kind } = asTone(value)
    const room = Math.max(20, pageWidth - indent.length - labelWidth - gap.length)
    return wrapToWidth(printable(text), room).map((line, at) => {
      const name = at === 0 ? printable(label) : ""
      const before = `${name}${" ".repeat(labelWidth - textWidth(name))}`
      return `${indent}${tone(before, "dim", options.colour === true)}${gap}${tone(line, kind, options.colour === true)}`
    })
  })
  return lines.map((line) => `${line.trimEnd()}\n`).join("")
}

interface Placed {
  readonly text: string
  readonly tone: Tone | undefined
  readonly width: number
  readonly align: "left" | "right"
}

const layout = (columns: readonly Column[], widths: readonly number[], cells: readonly Cell[]): Placed[][] => {
  const parts = columns.map((column, at) => {
    const { text, tone: kind } = asTone(cells[at] ?? "")
    const width = widths[at] ?? 0
    const safe = printable(text)
    const lines = column.wrap ? wrapToWidth(safe, width) : [cutToWidth(safe, width)]
    return lines.map((line): Placed => ({ text: line, tone: kind, width, align: column.align ?? "left" }))
  })
  const height = Math.max(1, ...parts.map((lines) => lines.length))
  return Array.from({ length: height }, (_, row) =>
    parts.map(
      (lines, at): Placed => lines[row] ?? { text: "", tone: undefined, width: widths[at] ?? 0, align: "left" },
    ),
  )
}

const padded = (cell: Placed, whole: Tone | undefined): [string, Tone | undefined] => {
  const blank = " ".repeat(Math.max(0, cell.width - textWidth(cell.text)))
  return [cell.align === "right" ? `${blank}${cell.text}` : `${cell.text}${blank}`, cell.tone ?? whole]
}

const fitted = (columns: readonly Column[], rows: readonly (readonly Cell[])[], room: number): number[] => {
  const widths = columns.map((_, at) =>
    Math.max(1, ...rows.map((row) => textWidth(printable(asTone(row[at] ?? "").text)))),
  )
  const total = () => widths.reduce((sum, width) => sum + width, gap.length * (columns.length - 1))
  while (total() > room) {
    const texts = columns.flatMap((column, at) => (column.align === "right" ? [] : [at]))
    const widest = texts.reduce((best, at) => ((widths[at] ?? 0) > (widths[best] ?? 0) ? at : best), texts[0] ?? -1)
    const width = widths[widest] ?? 0
    if (width <= 4) break
    widths[widest] = width - 1
  }
  return widths
}

const asTone = (cell: Cell): { readonly text: string; readonly tone: Tone | undefined } =>
  typeof cell === "string" ? { text: cell, tone: undefined } : cell

const codes: Readonly<Record<Tone, string>> = { good: "32", warn: "33", bad: "31", dim: "2", bold: "1" }

const tone = (text: string, kind: Tone | undefined, colour: boolean): string =>
  colour && kind ? `\u001B[${codes[kind]}m${text}\u001B[0m` : text
