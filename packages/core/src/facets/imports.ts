/**
 * Imports: a CSV file as records, row by row. Every bad cell is listed with its line, field, column and value; rows
 * that say the same of the same record are one, rows that contradict each other are refused.
 */
import { type Canonical, canonical } from "../kernel/canonical.ts"
import type { LookUp, Origin, ReadRow, ReadRows } from "../kernel/derived.ts"
import type { Entity } from "../kernel/entity.ts"
import type { Fields } from "../kernel/field.ts"
import { fieldsOf } from "../kernel/fields.ts"
import type { ColumnSource, CsvRow, ImportFile, RowIssue } from "../kernel/importing.ts"
import type { Model } from "../kernel/model.ts"
import { nestedValues } from "../kernel/nesting.ts"
import { type InputIssue, InvalidInput } from "../kernel/refusals.ts"
import { cellValue, NotAValue } from "./cells.ts"
import { decode } from "./codec.ts"
import { csvLines, type Line } from "./csvLines.ts"
import { naturalKey, unique } from "./normalise.ts"

/** Reads a file into decoded records and issues; refuses with `InvalidInput` a mapping that fits no file. */
export const readImport = async (
  model: Model,
  entity: Entity,
  file: ImportFile<Entity>,
  lookUp: LookUp,
): Promise<ReadRows> => {
  const fields = fieldsOf(model, entity)
  checkMapping(entity, fields, file)
  const { headings, lines, total, issues: unread } = csvLines(file)
  const missing = unread.some(({ code }) => code === "UnreadableFile") ? [] : headingIssues(file, headings)
  const issues = [...missing, ...unread]
  if (issues.some(({ code }) => FILE_CODES.has(code))) return { total, rows: [], issues, isReadable: false }
  const drafts = lines.map((line): Draft => ({ line, ...rawValues(fields, file, line, issues) }))
  await resolveReferences(fields, file, drafts, lookUp, issues)
  const rows = drafts.flatMap((draft) => decodedRow(fields, file, draft, issues))
  return { total, rows: withoutRepeats(fields, file, rows, issues), issues: sorted(issues), isReadable: true }
}

/** What concerns the file and not one of its rows. */
const FILE_CODES: ReadonlySet<RowIssue["code"]> = new Set(["MissingColumn", "DuplicateColumn", "UnreadableFile"])

const checkMapping = (entity: Entity, fields: Fields, file: ImportFile<Entity>): void => {
  const issues: InputIssue[] = []
  if (typeof file.text !== "string") issues.push({ path: "text", message: "must be a text" })
  for (const name of Object.keys(file.columns ?? {})) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (!field || field.presence === "stored")
      issues.push({ path: `columns.${name}`, message: `is no field of ${entity.name} that a file can give` })
  }
  if (!Array.isArray(file.key) || file.key.length === 0)
    issues.push({ path: "key", message: "must name the fields that say which record a row is about" })
  else
    for (const name of file.key)
      if (!Object.hasOwn(file.columns ?? {}, name))
        issues.push({ path: "key", message: `names ${name}, which no column gives` })
  if (issues.length > 0) throw new InvalidInput({ issues })
}

const headingIssues = (file: ImportFile<Entity>, headings: readonly string[]): readonly RowIssue[] =>
  sourcesOf(file).flatMap(([field, column]): readonly RowIssue[] => {
    if (typeof column !== "string") return []
    const count = headings.filter((name) => name === column).length
    if (count === 1) return []
    const found = { row: 1, field, column, value: column }
    return count === 0
      ? [{ ...found, code: "MissingColumn", message: `there is no column ${column}` }]
      : [{ ...found, code: "DuplicateColumn", message: `there are ${count} columns ${column}` }]
  })

const sourcesOf = (file: ImportFile<Entity>): readonly [string, ColumnSource][] =>
  Object.entries(file.columns) as [string, ColumnSource][]

/** A row on its way: its values, null once it is refused, and where each came from. */
interface Draft {
  readonly line: Line
  values: Record<string, unknown> | null
  readonly origin: (field: string) => Origin
}

const rawValues = (
  fields: Fields,
  file: ImportFile<Entity>,
  { row, cells }: Line,
  issues: RowIssue[],
): Pick<Draft, "values" | "origin"> => {
  const values: Record<string, unknown> = {}
  const used = new Map<string, readonly string[]>()
  const before = issues.length
  for (const [name, source] of sourcesOf(file)) {
    const read: string[] = []
    used.set(name, read)
    try {
      const value =
        typeof source === "string"
          ? cellValue(fieldKind(fields, name), cells[remember(read, source)] ?? "", file.decimal ?? ".")
          : source(watched(cells, read))
      if (value !== undefined && value !== null) values[name] = value
    } catch (error) {
      if (!(error instanceof NotAValue)) throw error
      const { column, value } = originOf(cells, read, error.value)
      issues.push({ row, field: name, column, code: "BadValue", value, message: error.message })
    }
  }
  const origin = (path: string): Origin => originOf(cells, used.get(fieldAt(used, path)) ?? [], "")
  return { values: issues.length > before ? null : values, origin }
}

/** The field that a path leads into: `warranty.level` for `warranty.level`, `addresses` for `addresses[0].city`. */
const fieldAt = (fields: ReadonlyMap<string, unknown>, path: string): string =>
  fields.has(path)
    ? path
    : ([...fields.keys()].find((name) => /^[.[]/.test(path.slice(name.length)) && path.startsWith(name)) ?? "")

const fieldKind = (fields: Fields, name: string) => {
  const field = fields[name]
  if (!field) throw new Error(`There is no field ${name}`)
  return field.spec
}

const remember = (read: string[], column: string): string => {
  read.push(column)
  return column
}

/** The row as a function of it sees it: which columns it reads is where its value comes from. */
const watched = (cells: CsvRow, read: string[]): CsvRow =>
  new Proxy(cells, {
    get: (row, column) => (typeof column === "string" ? row[remember(read, column)] : undefined),
  })

/** The columns that were read, or the one among them that holds the value, with what stands in it. */
const originOf = (cells: CsvRow, read: readonly string[], value: string): Origin => {
  const columns = [...new Set(read)]
  const holding = value === "" ? [] : columns.filter((column) => cells[column] === value)
  const shown = holding.length === 1 ? holding : columns
  return {
    column: shown.join(", "),
    value: cut(value === "" ? shown.map((name) => cells[name] ?? "").join(", ") : value),
  }
}

const cut = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text)

/** Natural keys of referenced records become their ids: one look-up per field and file. */
const resolveReferences = async (
  fields: Fields,
  file: ImportFile<Entity>,
  drafts: readonly Draft[],
  lookUp: LookUp,
  issues: RowIssue[],
): Promise<void> => {
  for (const [name, { spec }] of Object.entries(fields)) {
    if (spec.kind !== "ref" || file.columns[name] === undefined) continue
    const target = spec.entity() as Entity
    const by = referenceField(target)
    const given = drafts.flatMap(({ values }) => (typeof values?.[name] === "string" ? [values[name]] : []))
    const found = await lookUp(target, by, [...new Set(given)])
    const ids = new Map([...found].map(([value, id]) => [unique(value), id]))
    for (const draft of drafts) {
      const value = draft.values?.[name]
      if (!draft.values || typeof value !== "string") continue
      const id = ids.get(unique(value))
      if (id !== undefined) draft.values[name] = id
      else {
        const { column } = originOf(draft.line.cells, draft.origin(name).column.split(", "), value)
        const message = `there is no ${target.name} with ${by} ${cut(value)}`
        issues.push({ row: draft.line.row, field: name, column, code: "UnknownReference", value: cut(value), message })
        draft.values = null
      }
    }
  }
}

/** The field by which people know a record: its first unique text. */
const referenceField = ({ name, fields }: Entity): string => {
  const found = Object.entries(fields).find(([, field]) => field.options.unique === true && field.spec.kind === "text")
  if (!found)
    throw new InvalidInput({ issues: [{ path: "columns", message: `no file can refer to ${name}: it has no number` }] })
  return found[0]
}

const decodedRow = (
  fields: Fields,
  file: ImportFile<Entity>,
  { line: { row }, values, origin }: Draft,
  issues: RowIssue[],
): readonly ReadRow[] => {
  if (values === null) return []
  const decoded = decode(fields, nestedValues(fields, values), "create")
  if (decoded.ok) return [{ row, values: onlyGiven(fields, file, decoded.values), origin }]
  for (const { path, message } of decoded.issues)
    issues.push({ row, field: path, ...origin(path), code: "BadValue", message })
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

const withoutRepeats = (
  fields: Fields,
  file: ImportFile<Entity>,
  rows: readonly ReadRow[],
  issues: RowIssue[],
): readonly ReadRow[] => {
  const seen = new Map<string, ReadRow>()
  return rows.filter((row) => {
    const key = naturalKey(fields, file.key, row.values)
    const before = seen.get(key)
    if (!before) {
      seen.set(key, row)
      return true
    }
    const others = Object.keys(row.values).filter((name) => bytesOf(row.values[name]) !== bytesOf(before.values[name]))
    if (others.length > 0) issues.push(conflict(file, row, before, others))
    return false
  })
}

/** Told by the one field that differs; where more do, the rows are about two records under one key. */
const conflict = (file: ImportFile<Entity>, row: ReadRow, before: ReadRow, others: readonly string[]): RowIssue => {
  const fields = others.length === 1 ? others : file.key
  const origins = fields.map((field) => row.origin(field))
  return {
    row: row.row,
    field: fields.join(", "),
    column: origins.map(({ column }) => column).join(", "),
    code: "ConflictingRows",
    value: cut(origins.map(({ value }) => value).join(", ")),
    message: `says otherwise of the same record than line ${before.row}: ${others.join(", ")}`,
  }
}

const bytesOf = (value: unknown): string => canonical((value ?? null) as Canonical)

const sorted = (issues: readonly RowIssue[]): readonly RowIssue[] => [...issues].sort((a, b) => a.row - b.row)
