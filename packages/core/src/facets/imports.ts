/**
 * Imports: a CSV file as records, row by row. Every bad cell is listed with its line, field and value; rows that say
 * the same of the same record are one, rows that contradict each other are refused.
 */
import { CsvError, parse } from "csv-parse/sync"
import { type Canonical, canonical } from "../kernel/canonical.ts"
import type { LookUp, ReadRow, ReadRows } from "../kernel/derived.ts"
import type { Entity } from "../kernel/entity.ts"
import type { Fields } from "../kernel/field.ts"
import type { ColumnSource, CsvRow, ImportFile, RowIssue } from "../kernel/importing.ts"
import { cellValue, NotAValue } from "./cells.ts"
import { decode } from "./codec.ts"

interface Line {
  readonly row: number
  readonly cells: CsvRow
}

/** Reads a file into decoded records and issues. */
export const readImport = async (entity: Entity, file: ImportFile<Entity>, lookUp: LookUp): Promise<ReadRows> => {
  const issues: RowIssue[] = []
  const lines = readLines(file, issues)
  checkHeadings(file, lines, issues)
  if (issues.some((issue) => issue.code === "MissingColumn" || issue.code === "UnreadableFile"))
    return { total: lines.length, rows: [], issues }
  const drafts = lines.map((line) => ({ line, values: rawValues(entity, file, line, issues) }))
  await resolveReferences(entity, file, drafts, lookUp, issues)
  const rows = drafts.flatMap(({ line, values }) => decodedRow(entity, file, line, values, issues))
  return { total: lines.length, rows: withoutRepeats(file, rows, issues), issues: sorted(issues) }
}

const readLines = (file: ImportFile<Entity>, issues: RowIssue[]): readonly Line[] => {
  try {
    const records = parse(file.text, {
      bom: true,
      delimiter: file.delimiter ?? ";",
      skip_empty_lines: true,
      relax_column_count: true,
      info: true,
    }) as unknown as readonly { readonly record: readonly string[]; readonly info: { readonly lines: number } }[]
    const [heading, ...rest] = records
    const names = (heading?.record ?? []).map((name) => name.trim())
    return rest.flatMap(({ record, info }) => lineOf(file, names, record, info.lines, issues))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    issues.push({
      row: Number(error["lines"] ?? 0),
      field: "",
      code: "UnreadableFile",
      value: "",
      message: error.message,
    })
    return []
  }
}

const lineOf = (
  file: ImportFile<Entity>,
  names: readonly string[],
  record: readonly string[],
  row: number,
  issues: RowIssue[],
): readonly Line[] => {
  const cells = Object.assign(
    Object.create(null) as Record<string, string>,
    Object.fromEntries(names.map((name, index) => [name, (record[index] ?? "").trim()])),
  )
  if (file.only && !file.only(cells)) return []
  if (record.length === names.length) return [{ row, cells }]
  const code = record.length < names.length ? "TooFewColumns" : "TooManyColumns"
  const field = code === "TooFewColumns" ? (names[record.length] ?? "") : ""
  const message = `has ${record.length} columns where the heading has ${names.length}`
  issues.push({ row, field, code, value: record.join(file.delimiter ?? ";"), message })
  return []
}

const checkHeadings = (file: ImportFile<Entity>, lines: readonly Line[], issues: RowIssue[]): void => {
  const [first] = lines
  if (!first) return
  for (const [field, source] of Object.entries(file.columns) as [string, ColumnSource][])
    if (typeof source === "string" && !Object.hasOwn(first.cells, source))
      issues.push({ row: 1, field, code: "MissingColumn", value: source, message: `there is no column ${source}` })
}

type Draft = Record<string, unknown>

const rawValues = (entity: Entity, file: ImportFile<Entity>, line: Line, issues: RowIssue[]): Draft | null => {
  const values: Draft = {}
  const before = issues.length
  for (const [name, source] of Object.entries(file.columns) as [string, ColumnSource][]) {
    const field = entity.fields[name]
    if (!field) throw new Error(`${entity.name} has no field ${name}`)
    try {
      const value =
        typeof source === "string"
          ? cellValue(field.spec, line.cells[source] ?? "", file.decimal ?? ".")
          : source(line.cells)
      if (value !== undefined && value !== null) values[name] = value
    } catch (error) {
      const shown = typeof source === "string" ? (line.cells[source] ?? "") : ""
      if (!(error instanceof NotAValue)) throw error
      issues.push({
        row: line.row,
        field: name,
        code: "BadValue",
        value: shown === "" ? error.value : shown,
        message: error.message,
      })
    }
  }
  return issues.length > before ? null : values
}

/** Natural keys of referenced records become their ids: one look-up per field and file. */
const resolveReferences = async (
  entity: Entity,
  file: ImportFile<Entity>,
  drafts: readonly { readonly line: Line; values: Draft | null }[],
  lookUp: LookUp,
  issues: RowIssue[],
): Promise<void> => {
  for (const [name, { spec }] of Object.entries(entity.fields)) {
    if (spec.kind !== "ref" || file.columns[name] === undefined) continue
    const target = spec.entity() as Entity
    const wanted = [
      ...new Set(drafts.flatMap(({ values }) => (typeof values?.[name] === "string" ? [values[name]] : []))),
    ]
    const ids = await lookUp(target, naturalKey(target.fields), wanted)
    for (const draft of drafts) {
      const value = draft.values?.[name]
      if (!draft.values || typeof value !== "string") continue
      const id = ids.get(value)
      if (id !== undefined) draft.values[name] = id
      else {
        const message = `there is no ${target.name} with ${naturalKey(target.fields)} ${value}`
        issues.push({ row: draft.line.row, field: name, code: "UnknownReference", value, message })
        draft.values = null
      }
    }
  }
}

const naturalKey = (fields: Fields): string => {
  const found = Object.entries(fields).find(([, field]) => field.options.unique === true && field.spec.kind === "text")
  if (!found) throw new Error("A record without a unique text cannot be referred to by an import")
  return found[0]
}

const decodedRow = (
  entity: Entity,
  file: ImportFile<Entity>,
  { row, cells }: Line,
  values: Draft | null,
  issues: RowIssue[],
): readonly ReadRow[] => {
  if (values === null) return []
  const decoded = decode(entity.fields, values, "create")
  if (decoded.ok) return [{ row, values: onlyGiven(entity.fields, file, decoded.values) }]
  for (const { path, message } of decoded.issues) {
    const source = (file.columns as Record<string, ColumnSource>)[path]
    const value = typeof source === "string" ? (cells[source] ?? "") : ""
    issues.push({ row, field: path, code: "BadValue", value, message })
  }
  return []
}

/** A field that the file does not speak of keeps its value in a record that exists: it is not given. */
const onlyGiven = (
  fields: Fields,
  file: ImportFile<Entity>,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(values).filter(
      ([name]) => Object.hasOwn(file.columns, name) || fields[name]?.presence === "required",
    ),
  )

const withoutRepeats = (file: ImportFile<Entity>, rows: readonly ReadRow[], issues: RowIssue[]): readonly ReadRow[] => {
  const seen = new Map<string, { readonly row: number; readonly bytes: string }>()
  return rows.filter(({ row, values }) => {
    const key = canonical(file.key.map((field) => (values[field] ?? null) as Canonical))
    const bytes = canonical(values as Canonical)
    const before = seen.get(key)
    if (!before) seen.set(key, { row, bytes })
    else if (before.bytes !== bytes)
      issues.push({
        row,
        field: file.key.join(", "),
        code: "ConflictingRows",
        value: key,
        message: `says otherwise of the same record than line ${before.row}`,
      })
    return before === undefined
  })
}

const sorted = (issues: readonly RowIssue[]): readonly RowIssue[] => [...issues].sort((a, b) => a.row - b.row)
