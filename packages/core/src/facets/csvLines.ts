/** CSV lines: the text of a file as rows of cells by heading, each with the line on which it begins. */
import { CsvError, parse } from "csv-parse/sync"
import type { Entity } from "../kernel/entity.ts"
import type { CsvRow, ImportFile, RowIssue } from "../kernel/importing.ts"

/** A row of the file. */
export interface Line {
  readonly row: number
  readonly cells: CsvRow
}

/** What a file holds: its headings, the rows that can be read, how many it has, and what is wrong. */
export interface CsvLines {
  readonly headings: readonly string[]
  readonly lines: readonly Line[]
  readonly total: number
  readonly issues: readonly RowIssue[]
}

interface Record_ {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

/** Reads a file's rows; those that `only` turns down do not count. */
export const csvLines = (file: ImportFile<Entity>): CsvLines => {
  // One kind of line end, so that lines count alike inside and outside of quotes.
  const text = file.text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n")
  const broken = text.search(/[\ufffd\p{Surrogate}]/u)
  if (broken >= 0) {
    const message = "has a character that could not be read: save the file as UTF-8"
    return refused(text.slice(0, broken).split("\n").length, message)
  }
  try {
    const [heading, ...rest] = recordsOf(file, text)
    return rowsOf(
      file,
      (heading?.record ?? []).map((name) => name.trim()),
      rest,
    )
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const isOpen = error.code === "CSV_QUOTE_NOT_CLOSED"
    return refused(
      lineAfter(file, text, Number(error["records"])),
      isOpen
        ? "opens a quote that is never closed"
        : "has a quote inside a cell: put the cell in quotes and double those that it holds",
    )
  }
}

const recordsOf = (file: ImportFile<Entity>, text: string, to?: number): readonly Record_[] =>
  parse(text, {
    delimiter: file.delimiter ?? ";",
    record_delimiter: "\n",
    skip_empty_lines: true,
    relax_column_count: true,
    info: true,
    ...(to === undefined ? {} : { to }),
  }) as unknown as readonly Record_[]

/** A file that is not CSV as a whole. */
const refused = (row: number, message: string): CsvLines => ({
  headings: [],
  lines: [],
  total: 0,
  issues: [{ row, field: "", column: "", code: "UnreadableFile", value: "", message }],
})

/** The line on which the row begins that follows the first `count` records. */
const lineAfter = (file: ImportFile<Entity>, text: string, count: number): number => {
  const read = count > 0 ? (recordsOf(file, text, count).at(-1)?.info.lines ?? 0) : 0
  const rest = text.split("\n").slice(read)
  return (
    read +
    1 +
    Math.max(
      0,
      rest.findIndex((line) => line !== ""),
    )
  )
}

const rowsOf = (file: ImportFile<Entity>, headings: readonly string[], records: readonly Record_[]): CsvLines => {
  const lines: Line[] = []
  const issues: RowIssue[] = []
  let total = 0
  for (const { record, info } of records) {
    const cells = cellsOf(headings, record)
    if (file.only && !file.only(cells)) continue
    total += 1
    const row = info.lines - record.reduce((breaks, cell) => breaks + cell.split("\n").length - 1, 0)
    if (record.length === headings.length) lines.push({ row, cells })
    else issues.push(wrongLength(file, headings, record, row))
  }
  return { headings, lines, total, issues }
}

/** Cells by heading in an object without a prototype: a heading may have any name. */
const cellsOf = (headings: readonly string[], record: readonly string[]): CsvRow => {
  const cells = Object.create(null) as Record<string, string>
  for (const [index, name] of headings.entries()) cells[name] = (record[index] ?? "").trim()
  return cells
}

const wrongLength = (
  file: ImportFile<Entity>,
  headings: readonly string[],
  record: readonly string[],
  row: number,
): RowIssue => {
  const isShort = record.length < headings.length
  const column = isShort ? (headings[record.length] ?? "") : ""
  const field = Object.entries(file.columns).find(([, source]) => source === column)?.[0] ?? ""
  return {
    row,
    field,
    column,
    code: isShort ? "TooFewColumns" : "TooManyColumns",
    value: `${record.length} of ${headings.length}`,
    message: `has ${record.length} columns where the heading has ${headings.length}`,
  }
}
