/** What a SQLite file has under the name of a table. */
import type { ActualForeignKey, ActualTable, Connection } from "@anbud/adapter-sql"
import type { StoredRow } from "@anbud/core"

/** The table as SQLite's own catalogue describes it, or null. */
export const introspectSqlite = async (connection: Connection, name: string): Promise<ActualTable | null> => {
  const rows = async (sql: string, of: string = name): Promise<readonly StoredRow[]> => connection.run(sql, [of])
  const [table] = await rows("select strict from pragma_table_list where schema = 'main' and name = ?")
  if (table === undefined) return null
  const columns = await rows('select name, type, "notnull" as required, pk from pragma_table_xinfo(?) order by cid')
  const uniques: (readonly string[])[] = []
  const indexes: (readonly string[])[] = []
  for (const index of await rows('select name, "unique" as is_unique, origin from pragma_index_list(?)')) {
    if (index["origin"] === "pk") continue
    const of = await rows("select name from pragma_index_info(?) order by seqno", String(index["name"]))
    ;(index["is_unique"] === 1 ? uniques : indexes).push(of.map(nameOf))
  }
  const keys = columns.filter((column) => Number(column["pk"]) > 0)
  return {
    columns: columns.map((column) => ({
      name: nameOf(column),
      type: String(column["type"]),
      nullable: column["required"] === 0,
    })),
    primaryKey: keys.toSorted((a, b) => Number(a["pk"]) - Number(b["pk"])).map(nameOf),
    uniques,
    foreignKeys: foreignKeysOf(
      await rows('select id, "table", "from", "to" from pragma_foreign_key_list(?) order by id, seq'),
    ),
    indexes,
    flaws: table["strict"] === 1 ? [] : ["is not STRICT, so SQLite would accept text in a column of numbers"],
  }
}

const foreignKeysOf = (rows: readonly StoredRow[]): readonly ActualForeignKey[] => {
  const keys = new Map<unknown, ActualForeignKey>()
  for (const row of rows) {
    const key = keys.get(row["id"]) ?? { columns: [], table: String(row["table"]), references: [] }
    keys.set(row["id"], {
      ...key,
      columns: [...key.columns, String(row["from"])],
      references: [...key.references, String(row["to"])],
    })
  }
  return [...keys.values()]
}

const nameOf = (row: StoredRow): string => String(row["name"])
