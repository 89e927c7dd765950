/** Replacing a table: what SQLite throws away with a table, and what it would do to the views on it. */
import type { Connection } from "@anbud/adapter-sql"

/**
 * Does the work that drops a table and renames another one to its name; then makes again the indexes and triggers that
 * the host has put on it.
 *
 * `legacy_alter_table` keeps SQLite from refusing the renaming because a view of the host names the table that is just
 * not there, and from rewriting references that are to lead to the new one.
 */
export const replaceTable = async (connection: Connection, table: string, work: () => Promise<void>): Promise<void> => {
  const attached = await connection.run(
    "select type, name, sql from sqlite_schema where tbl_name = ? and type in ('index', 'trigger') and sql is not null",
    [table],
  )
  await connection.run("pragma legacy_alter_table = on", [])
  try {
    await work()
  } finally {
    await connection.run("pragma legacy_alter_table = off", [])
  }
  for (const { name, sql } of attached) {
    const known = await connection.run("select 1 from sqlite_schema where name = ?", [String(name)])
    if (known.length === 0) await connection.run(String(sql), [])
  }
}
