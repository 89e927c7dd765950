/** Imports: what a host says about a file, and what it gets back. The facet in `facets/imports.ts` does the work. */
import type { Entity } from "./entity.ts"
import { type RefusalOf, refusal, type Translate } from "./errors.ts"
import { json, text } from "./field.ts"

/** A row of the file by column heading. */
export type CsvRow = Readonly<Record<string, string>>

/** Where a field's value comes from: a column by its heading, or a function of the row. */
export type ColumnSource = string | ((row: CsvRow) => unknown)

/** A CSV file to import into a collection. */
export interface ImportFile<E extends Entity> {
  /** The file's name, for the report. */
  readonly file: string
  /** Its text; a byte-order mark is passed over. */
  readonly text: string
  /** The fields whose values say which record a row is about. */
  readonly key: readonly (keyof E["fields"] & string)[]
  /** The source of each field; an empty cell is a missing value. A reference is found by its own natural key. */
  readonly columns: { readonly [K in keyof E["fields"]]?: ColumnSource } & {
    /** What others add, such as `"warranty.level"`: the name is checked when the file is read. */
    readonly [name: `${string}.${string}`]: ColumnSource
  }
  /** The decimal sign of the file's numbers, `.` by default: the other sign is an error, never a guess. */
  readonly decimal?: "." | ","
  /** The sign between cells, `;` by default. */
  readonly delimiter?: ";" | "," | "\t"
  /** Which rows to take; all by default. */
  readonly only?: (row: CsvRow) => boolean
  /** What happens to good rows when there are bad ones: `all` (default) writes nothing, `skip` writes the good ones. */
  readonly refused?: "all" | "skip"
}

/** Why a row was refused: the line on which it begins (the heading is line 1), where in it, and what stands there. */
export interface RowIssue {
  readonly row: number
  /** The entity's field, with the path inside it. */
  readonly field: string
  /** The heading of the column as it stands in the file; several where a value is made from several. */
  readonly column: string
  readonly code:
    | "MissingColumn"
    | "DuplicateColumn"
    | "TooFewColumns"
    | "TooManyColumns"
    | "BadValue"
    | "UnknownReference"
    | "ConflictingRows"
    | "UnreadableFile"
    | "RuleBroken"
    | "Forbidden"
    /** Refused when it was to be written: something has changed since the file was read. */
    | "Refused"
  readonly value: string
  readonly message: string
}

/** What an import did, row by row: every row is counted exactly once. */
export interface ImportReport {
  readonly file: string
  readonly rows: number
  readonly created: number
  readonly changed: number
  readonly unchanged: number
  readonly refused: readonly RowIssue[]
}

const SHOWN = 5

const listed = (issues: readonly RowIssue[], line: string, translate: Translate): string => {
  const texts = issues.slice(0, SHOWN).map(({ row, column, field, value, message }) => {
    const place = [`${line} ${row}`, column || field].filter((part) => part !== "").join(", ")
    return `${place}${value === "" ? "" : ` "${value}"`} ${translate(message)}`
  })
  return [...texts, ...(issues.length > SHOWN ? [`… (${issues.length})`] : [])].join("; ")
}

/**
 * The file has rows that cannot be imported; nothing was written.
 *
 * Correct the rows that are named in the file and import it again; rows that are in already are left alone.
 */
export const ImportRejected = refusal(
  "ImportRejected",
  { file: text(), issues: json<readonly RowIssue[]>() },
  {
    en: ({ file, issues }, translate) =>
      `${file} cannot be imported; nothing was written: ${listed(issues, "line", translate)}.`,
    sv: ({ file, issues }, translate) =>
      `${file} kan inte importeras; inget skrevs: ${listed(issues, "rad", translate)}.`,
  },
  422,
)
export type ImportRejected = RefusalOf<typeof ImportRejected>
