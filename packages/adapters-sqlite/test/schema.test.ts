import { copyFileSync, existsSync } from "node:fs"
import { type Connections, type Differences, sqlStore } from "@anbud/adapter-sql"
import { sqlite } from "@anbud/adapter-sqlite"
import { isRefusal, planText, type StoredRow, type Table } from "@anbud/core"
import { CONTRACT_TABLES, EVOLVED_TABLES } from "@anbud/core/testkit"
import Database from "better-sqlite3"
import { expect, test, vi } from "vitest"
import { sqliteDifferences } from "../src/sqlite.ts"
import { applyingProcess } from "./applyingProcess.ts"
import { STEP } from "./batches.ts"
import { temporaryFile } from "./temporaryFile.ts"

vi.setConfig({ testTimeout: 240_000 })

const TENANT = "fjallservice"

const row = (id: string): StoredRow => ({
  id,
  version: 1,
  number: `C-${id}`,
  name: `Firm ${id}`,
  rank: 1,
  is_active: 1,
  kind: "supplier",
})

const built = async (file: string, companies = 2): Promise<void> => {
  const store = sqlite({ file })
  await store.open(CONTRACT_TABLES)
  const ids = Array.from({ length: companies }, (_, index) => String(index).padStart(6, "0"))
  await store.write(async (tx) => {
    await tx.insert("company", TENANT, ids.map(row))
    await tx.insert(
      "invoice",
      TENANT,
      ids.map((id) => ({ id: `i${id}`, company: id })),
    )
  })
  await store.close()
}

/** Everything in a file: the schema and all rows, without the planner's statistics and page numbers. */
const contents = (file: string): unknown => {
  const database = new Database(file)
  try {
    const schema = database
      .prepare("select type, name, tbl_name, sql from sqlite_schema where name not like 'sqlite_%' order by name")
      .all() as readonly { readonly type: string; readonly name: string }[]
    const rows = schema
      .filter(({ type }) => type === "table")
      .map(({ name }) => [name, database.prepare(`select * from "${name}" order by rowid`).all()])
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok")
    expect(database.pragma("foreign_key_check")).toEqual([])
    return { schema, rows }
  } finally {
    database.close()
  }
}

/** The same differences, with a look before each statement of a change of schema. */
const watched = (differences: Differences, look: (sql: string) => void): Differences => {
  const begin: Connections["begin"] = async (mode, signal) => {
    const transaction = await differences.connections.begin(mode, signal)
    if (mode !== "schema") return transaction
    return {
      ...transaction,
      run: (sql, parameters) => {
        look(sql)
        return transaction.run(sql, parameters)
      },
      commit: async () => {
        look("commit")
        await transaction.commit()
        look("committed")
      },
    }
  }
  return { ...differences, connections: { ...differences.connections, begin } }
}

test("row 90: what a crash leaves at any statement of a migration is the old schema or the new one, with all rows", async () => {
  const file = temporaryFile()
  await built(file)
  const old = contents(file)
  const images: { readonly copy: string; readonly before: string }[] = []
  const look = (before: string): void => {
    const copy = `${file}.${images.length}`
    // A killed process leaves the file and the log as they are; the index of the log is made anew.
    for (const ending of ["", "-wal"]) if (existsSync(file + ending)) copyFileSync(file + ending, copy + ending)
    images.push({ copy, before })
  }
  const store = sqlStore(watched(sqliteDifferences({ file }), look))
  await store.schema.apply(EVOLVED_TABLES)
  await store.close()
  const changed = contents(file)
  expect(changed).not.toEqual(old)
  for (const { copy, before } of images) expect(contents(copy)).toEqual(before === "committed" ? changed : old)
  expect(images.length).toBeGreaterThan(30)
})

test("row 90: a process that is killed while it migrates leaves the old schema, and the next one migrates", async () => {
  const file = temporaryFile()
  await built(file)
  const old = contents(file)
  for (const statement of [60, 95]) {
    const { ended } = applyingProcess(file, statement)
    expect(await ended).toEqual({ signal: "SIGKILL", output: "" })
    expect(contents(file)).toEqual(old)
  }
  const store = sqlite({ file, schema: "apply" })
  await store.open(EVOLVED_TABLES)
  await store.close()
  expect(contents(file)).not.toEqual(old)
})

test("row 91: of two processes that migrate at once one does it, and the other finds it done; old code refuses", async () => {
  const file = temporaryFile()
  await built(file)
  const ends = await Promise.all([applyingProcess(file, 0).ended, applyingProcess(file, 0).ended])
  expect(ends.map(({ output }) => output).sort()).toEqual(["current\n", "pending\n"])
  const store = sqlite({ file })
  const refused = await store.open(CONTRACT_TABLES).catch((error: unknown) => error)
  expect(isRefusal(refused) ? [refused._tag, refused.params] : refused).toEqual([
    "SchemaNewer",
    { plugin: "contract", release: "unknown", storeRelease: "unknown" },
  ])
  await store.close()
})

test("a table of 100 000 rows gets a reference and is rebuilt: its children still refer to it, and all rows are there", async () => {
  const file = temporaryFile()
  const count = 100_000
  await built(file, count)
  const company = CONTRACT_TABLES.find(({ name }) => name === "company") as Table
  const next: readonly Table[] = [
    {
      ...company,
      columns: [...company.columns, { name: "parent", type: "text", nullable: true }],
      foreignKeys: [{ columns: ["parent"], table: "company", references: ["id"] }],
      indexes: [...company.indexes, ["parent"]],
    },
    ...CONTRACT_TABLES.filter(({ name }) => name !== "company"),
  ]
  const store = sqlite({ file, schema: "apply" })
  const startedAt = performance.now()
  await store.open(next)
  console.log(`rebuilt ${count} rows in ${Math.round(performance.now() - startedAt)} ms`)
  expect(await store.read((reader) => reader.count({ table: "company", tenant: TENANT }))).toBe(count)
  expect(await store.read((reader) => reader.count({ table: "invoice", tenant: TENANT }))).toBe(count)
  const remove = store.write((tx) => tx.remove("company", TENANT, ["000007"]))
  await expect(remove).rejects.toMatchObject({ _tag: "ReferenceMissing" })
  const link = (parent: string): Promise<unknown> =>
    store.write((tx) => tx.update("company", TENANT, [{ id: "000001", expectedVersion: 1, set: { parent } }]))
  await expect(link("nobody")).rejects.toMatchObject({ _tag: "ReferenceMissing" })
  expect(await link("000002")).toEqual(["000001"])
  await store.close()
})

test("indexes, triggers and views of the host on a table that is rebuilt are there afterwards", async () => {
  const file = temporaryFile()
  await built(file)
  const host = new Database(file)
  host.exec(`
    create index host_rank on anbud_company (rank);
    create table host_log (company text);
    create trigger host_watch after update on anbud_company begin insert into host_log values (new.id); end;
    create view host_firms as select id, number from anbud_company;`)
  host.close()
  const store = sqlite({ file, schema: "apply" })
  await store.open(EVOLVED_TABLES)
  const emptied = new Database(file)
  emptied.exec("delete from host_log")
  emptied.close()
  await store.write((tx) => tx.update("company", TENANT, [{ id: "000001", expectedVersion: 1, set: { rank: 0 } }]))
  await store.close()
  const after = new Database(file)
  expect(after.prepare("select count(*) from host_firms").pluck().get()).toBe(2)
  expect(after.prepare("select company from host_log").pluck().all()).toEqual(["000001"])
  expect(after.prepare("select name from pragma_index_list('anbud_company')").pluck().all()).toContain("host_rank")
  after.close()
})

test("tables of others are never touched: with our names, our prefix, and in our way", async () => {
  const file = temporaryFile()
  const host = new Database(file)
  host.exec(`
    create table company (id text); insert into company values ('host');
    create table anbud_batch (id text); insert into anbud_batch values ('host');
    create table anbud_company__rebuilt (id text); insert into anbud_company__rebuilt values ('host');`)
  const hosts = (): unknown =>
    ["company", "anbud_batch", "anbud_company__rebuilt"].map((name) => host.prepare(`select * from ${name}`).all())
  await built(file)
  const before = [hosts(), contents(file)]
  const store = sqlite({ file })
  const plan = await store.schema.plan(EVOLVED_TABLES)
  expect(plan.refused.map(({ obstacle, table }) => `${obstacle} ${table}`).sort()).toEqual([
    "TableInTheWay batch",
    "TableInTheWay company",
  ])
  await expect(store.schema.apply(EVOLVED_TABLES)).rejects.toMatchObject({ _tag: "SchemaOutOfDate" })
  expect([hosts(), contents(file)]).toEqual(before)
  host.exec("drop table anbud_batch; drop table anbud_company__rebuilt")
  const { steps } = await store.schema.apply(EVOLVED_TABLES)
  const ours = /"anbud_(?:company|company__rebuilt|invoice|bill|batch|bill__rebuilt)"/
  const statements = steps.flatMap(({ sql }) => sql).filter((statement) => !statement.startsWith("--"))
  expect(statements.filter((statement) => !ours.test(statement))).toEqual([])
  expect(host.prepare("select * from company").all()).toEqual([{ id: "host" }])
  host.close()
  await store.close()
})

test("plugins come in any order, and one that is not loaded keeps its tables", async () => {
  const file = temporaryFile()
  const other = (owner: string): Table => ({ ...STEP, name: `step_of_${owner}`, owner })
  const orders = [[other("a")], [other("b"), other("a")], [other("b")], [other("c"), other("b")]]
  for (const tables of orders) {
    const store = sqlite({ file, schema: "apply" })
    await store.open(tables)
    await store.close()
  }
  const store = sqlite({ file })
  await store.open([other("c"), other("a"), other("b")])
  await store.close()
})

test("a plan reads as text: steps with their statements, refusals with their fix", async () => {
  const file = temporaryFile()
  await built(file)
  const store = sqlite({ file })
  expect(planText(await store.schema.plan(EVOLVED_TABLES))).toMatchInlineSnapshot(`
    "6 steps to apply.
    + company (contract): rename the column name to title
    + bill (contract): rename the table, which was anbud_invoice
    + company (contract): add the column title_key, filled from title
    + company (contract): rebuild the table: require the column balance, 0 in older rows; change what the column rank accepts; change what the column kind accepts; add the column note; add the column language, "sv" in older rows; add the column parent; add the column title_key; make (title_key) unique; let (parent) refer to company
    + bill (contract): rebuild the table: add the column batch; let (batch) refer to batch
    + batch (contract): create the table
    = company: the column profile stays and is read no more"
  `)
  const company = EVOLVED_TABLES[0] as Table
  const fax: Table["columns"][number] = { name: "fax", type: "text", nullable: false }
  const refused = await store.schema.plan([
    { ...company, columns: [...company.columns, fax] },
    ...EVOLVED_TABLES.slice(1),
  ])
  expect(planText(refused).split("\n").slice(0, 3)).toMatchInlineSnapshot(`
    [
      "Nothing will be applied: 1 of the changes would lose data or cannot be made.",
      "✗ company: the column fax is required and has no default, and 2 rows would be without it",
      "    1. Make the field optional(…) and apply. 2. Fill it in those rows. 3. Make it required and apply again. Or give it a default: defaulted(…, value).",
    ]
  `)
  await store.close()
})
