/** The table map: every table and column of the standard plugins, for those who read the store with their own SQL. */
import type { Column, Table } from "@anbud/core"

/** The map as Markdown. */
export const tableMap = (tables: readonly Table[]): string =>
  [HEAD, ...owners(tables).map((owner) => section(owner, tables)), ""].join("\n\n").replace(/\n+$/, "\n")

const HEAD = `# Tables

Generated from the definitions by \`npm run reference\`; a test compares. On SQLite every name begins with \`anbud_\`, on PostgreSQL the tables lie in the schema \`anbud\`; both are options of the store. Every table has a first column \`tenant\`, and every key begins with it.

| ending or type | holds |
|---|---|
| \`…_minor\` | money in the currency's minor unit (öre, cents); \`…_currency\` its code, or else the currency of the record |
| \`…_micro\` | a price or a quantity in millionths |
| \`…_ppm\` | a percentage in parts per million: 25 % is 250 000 |
| \`…_seconds\`, \`…_minutes\` | a duration |
| \`…_on\`, \`…_at\` | a date, an instant in UTC, as ISO 8601 text |
| \`…_local\`, \`…_zone\` | a wall-clock time and its zone |
| \`…_key\` | the normalised form of the text beside it, for uniqueness |
| boolean | 0 or 1 |
| json | JSON as text |`

const owners = (tables: readonly Table[]): readonly string[] => [...new Set(tables.map(({ owner }) => owner))]

const section = (owner: string, tables: readonly Table[]): string =>
  [`## ${owner}`, ...tables.filter((table) => table.owner === owner).map(tableText)].join("\n\n")

const tableText = (table: Table): string => {
  const keys = [
    `Key: ${keyText(table.primaryKey)}.`,
    ...table.uniques.map((unique) => `Unique: ${keyText(unique)}.`),
    ...table.foreignKeys.map((key) => `${keyText(key.columns)} → \`${key.table}\` ${keyText(key.references)}.`),
  ]
  const rows = table.columns.map((column) => `| \`${column.name}\` | ${column.type} | ${rules(column)} |`)
  return [`### ${table.name}`, keys.join(" "), ["| column | type | |", "|---|---|---|", ...rows].join("\n")].join(
    "\n\n",
  )
}

const rules = ({ nullable, values, min }: Column): string =>
  [
    ...(nullable ? ["may be empty"] : []),
    ...(values === undefined ? [] : [values.map((value) => `\`${value}\``).join(", ")]),
    ...(min === undefined ? [] : [`from ${min}`]),
  ].join("; ")

const keyText = (columns: readonly string[]): string =>
  `(${["tenant", ...columns].map((name) => `\`${name}\``).join(", ")})`
