/** Stores of every release that is kept come to the present one, and to a next one, with the rows of then. */
import { postgres } from "@anbud/adapter-pg"
import { standard, type Table, tablesOf } from "@anbud/core"
import { expect, test } from "vitest"
import { kept, releases, STEPS } from "../../../test/nextRelease.ts"
import { rowsOf, TENANTS, writeRows } from "../../../test/oldRows.ts"
import { databaseUrl, schemaName } from "./temporarySchema.ts"

/** Each table changes in another way, so that all ways occur. */
const changed = (tables: readonly Table[]): readonly Table[] => {
  const steps = Object.values(STEPS)
  return tables.map((table, index) =>
    table.owner === "kernel" ? table : (steps[index % steps.length]?.(table) ?? table),
  )
}

test.each(releases)("$release, with rows written then, becomes the present schema and a next one", async (old) => {
  const options = { connectionString: databaseUrl(), schema: schemaName() }
  const built = postgres(options)
  await built.open(old.tables)
  await writeRows(built, old.tables)
  await built.close()
  const store = postgres({ ...options, mode: "apply" })
  const present = tablesOf(standard)
  for (const tables of [present, changed(present)]) {
    await store.open(tables)
    expect(await store.schema.verify(tables)).toEqual([])
    for (const tenant of TENANTS) {
      for (const before of old.tables) {
        const now = tables.find(({ name }) => name === before.name)
        if (!now) continue
        const rows = await store.read((reader) => reader.select({ table: now.name, tenant }))
        const columns = now.columns.filter(
          ({ name, was, fill }) =>
            before.columns.some((column) => column.name === name || column.name === was) || fill !== undefined,
        )
        const shown = rows.map((row) => Object.fromEntries(columns.map(({ name }) => [name, row[name]])))
        const expected = rowsOf(before, old.tables).map((row) =>
          Object.fromEntries(columns.map((column) => [column.name, kept(row, column)])),
        )
        expect(shown).toEqual(expected)
      }
    }
  }
  await store.close()
})
