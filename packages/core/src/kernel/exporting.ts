/** Exporting: all that a store holds of a tenant, table by table, as text that any other program reads. */

import type { Cell, Condition, Reader, Store, StoredRow, Table } from "./store.ts"
import { UnknownTenant } from "./tenant.ts"

const ROWS_PER_CHUNK = 1_000

/** What to export. */
export interface ExportOptions {
  readonly tenant: string
  /** `csv` with a line of names; `jsonl` with one object per line. Both name the columns as the tables do. */
  readonly format: "csv" | "jsonl"
  /** Ends the export between two pieces; what was given stays given. */
  readonly signal?: AbortSignal
  /** Called after every piece. */
  readonly onProgress?: (progress: { readonly table: string; readonly rows: number }) => void
}

/** A piece of one table, to be written after the ones before it. */
export interface ExportChunk {
  readonly table: string
  /** `company.csv`: where the piece belongs. */
  readonly file: string
  readonly text: string
  readonly rows: number
}

/** What was exported. */
export interface Exported {
  readonly tables: number
  readonly rows: number
}

/**
 * Gives `take` every row of the tenant in pieces of at most 1 000 rows, all from one snapshot; the next piece is read
 * when `take` is done with the one before. An empty table gives its file too.
 *
 * Refuses with `UnknownTenant`.
 */
export const exportTenant = (
  store: Store,
  tables: readonly Table[],
  { tenant, format, signal, onProgress }: ExportOptions,
  take: (chunk: ExportChunk) => void | Promise<void>,
): Promise<Exported> =>
  store.read(async (reader) => {
    if ((await reader.count({ table: "tenant", tenant })) === 0) throw new UnknownTenant({ tenant })
    let rows = 0
    for (const table of tables) {
      const columns = ["tenant", ...table.columns.map(({ name }) => name)]
      let isFirst = true
      for await (const page of pages(reader, table, tenant)) {
        signal?.throwIfAborted()
        const lines = page.map((row) => LINE[format](columns, { tenant, ...row }))
        const text = [...(isFirst && format === "csv" ? [columns.join(",")] : []), ...lines].map((line) => `${line}\n`)
        await take({ table: table.name, file: `${table.name}.${format}`, text: text.join(""), rows: page.length })
        rows += page.length
        onProgress?.({ table: table.name, rows })
        isFirst = false
      }
    }
    return { tables: tables.length, rows }
  })

/** The rows of a table in the order of its key; at least one page, which may be empty. */
async function* pages(reader: Reader, table: Table, tenant: string): AsyncGenerator<readonly StoredRow[]> {
  const order = table.primaryKey.map((column) => ({ column }))
  let last: StoredRow | undefined
  do {
    const where = last === undefined ? {} : { where: later(table.primaryKey, last) }
    const page = await reader.select({ table: table.name, tenant, order, limit: ROWS_PER_CHUNK, ...where })
    last = page.length < ROWS_PER_CHUNK ? undefined : page.at(-1)
    yield page
  } while (last !== undefined)
}

/** Rows whose key comes after that of a row. */
const later = (key: readonly string[], row: StoredRow): Condition => ({
  op: "or",
  of: key.map((column, index) => ({
    op: "and",
    of: [
      ...key.slice(0, index).map((name) => ({ op: "eq", column: name, value: keyCell(row[name]) }) as const),
      { op: "gt", column, value: keyCell(row[column]) },
    ],
  })),
})

const keyCell = (cell: Cell | undefined): string | number => {
  if (cell === null || cell === undefined) throw new Error("A key is never empty.")
  return cell
}

type Line = (columns: readonly string[], row: StoredRow) => string

const csvCell = (cell: Cell): string => {
  if (cell === null) return ""
  const text = String(cell)
  // A text without characters is not the same as a missing one.
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const LINE: Readonly<Record<ExportOptions["format"], Line>> = {
  csv: (columns, row) => columns.map((name) => csvCell(row[name] ?? null)).join(","),
  jsonl: (columns, row) => JSON.stringify(Object.fromEntries(columns.map((name) => [name, row[name] ?? null]))),
}
