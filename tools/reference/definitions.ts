/** References: the committed files that follow from the definitions. */
import { RELEASE, standard, type Table, tablesOf } from "@anbud/core"
import { tableMap } from "./tableMap.ts"

/** A committed file and what it must hold. */
export interface Reference {
  /** From the repository's root. */
  readonly path: string
  readonly text: string
}

/** A schema as it is committed: the tables without what only helps older rows across. */
export interface SchemaSnapshot {
  readonly release: string
  readonly tables: readonly Table[]
}

/** The files as they are to be. */
export const references = (): readonly Reference[] => {
  const tables = tablesOf(standard)
  return [
    { path: "docs/reference/tables.md", text: tableMap(tables) },
    { path: `packages/core/schema/${RELEASE}.json`, text: snapshotText({ release: RELEASE, tables }) },
  ]
}

/** One line per table, so that a change shows as one. */
const snapshotText = ({ release, tables }: SchemaSnapshot): string => {
  const lines = tables.map((table) => `    ${JSON.stringify(plain(table))}`)
  return `{\n  "release": "${release}",\n  "tables": [\n${lines.join(",\n")}\n  ]\n}\n`
}

const plain = ({ name, owner, columns, primaryKey, uniques, foreignKeys, indexes }: Table): Table => ({
  name,
  owner,
  columns: columns.map(({ name: column, type, nullable, values, min }) => ({
    name: column,
    type,
    nullable,
    ...(values === undefined ? {} : { values }),
    ...(min === undefined ? {} : { min }),
  })),
  primaryKey,
  uniques,
  foreignKeys,
  indexes,
})
