/**
 * A second, independent reader of the firm's CSV files, so that the data is not judged by the importer it feeds.
 */
import { readFileSync } from "node:fs"

export const dataFolder: URL = new URL("../data/", import.meta.url)

export type Row = Readonly<Record<string, string>>

export interface CsvFile {
  readonly header: readonly string[]
  readonly rows: readonly Row[]
  /** Cells of each row as they stand, before they get names: a short row is visible here only. */
  readonly records: readonly (readonly string[])[]
}

/** Reads one file of the data folder as UTF-8. */
export const readData = (file: string): string => readFileSync(new URL(file, dataFolder), "utf8")

/** Reads a semicolon-separated file with a header row; a byte order mark and blank lines are skipped. */
export const readCsv = (file: string): CsvFile => {
  const records = parseRecords(readData(file).replace(/^\uFEFF/, "")).filter((cells) => cells.join("") !== "")
  const [header = [], ...body] = records
  const rows = body.map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at] ?? ""])))
  return { header, rows, records: body }
}

const parseRecords = (text: string): string[][] => {
  const records: string[][] = []
  let cells: string[] = []
  let cell = ""
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (quoted && char === '"' && text[at + 1] === '"') {
      cell += '"'
      at += 1
    } else if (char === '"') quoted = !quoted
    else if (!quoted && char === ";") {
      cells.push(cell)
      cell = ""
    } else if (!quoted && char === "\n") {
      records.push([...cells, cell])
      cells = []
      cell = ""
    } else if (quoted || char !== "\r") cell += char
  }
  return cell === "" && cells.length === 0 ? records : [...records, [...cells, cell]]
}
