/** What the imports did. */
import type { Imported } from "../firm/importFirm.ts"
import { table } from "../present/table.ts"
import type { Print } from "./print.ts"

/** One row per import; every row of a file is counted once. */
export const showImports = (print: Print, imports: readonly Imported[]): void => {
  const columns = [
    { title: "File" },
    { title: "What" },
    ...["Rows", "Created", "Changed", "Unchanged"].map((title) => ({ title, align: "right" as const })),
  ]
  print(
    table(
      columns,
      imports.map(({ file, what, rows, created, changed, unchanged }) => [
        file,
        what,
        ...[rows, created, changed, unchanged].map(String),
      ]),
    ),
  )
}
