import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { type SqliteOptions, sqlite } from "@anbud/adapter-sqlite"
import { isRefusal } from "@anbud/core"
import { CONTRACT_TABLES } from "@anbud/core/testkit"
import Database from "better-sqlite3"
import { describe, expect, onTestFinished, test } from "vitest"
import { unfitness } from "../src/driver.ts"
import { openHandle } from "../src/handle.ts"
import { isOlder } from "../src/versions.ts"
import { STEP, TENANT, writeBatch } from "./batches.ts"
import { temporaryFile } from "./temporaryFile.ts"

const refusalOf = async (options: SqliteOptions): Promise<readonly unknown[]> => {
  const store = sqlite(options)
  const error = await store.open([STEP]).catch((thrown: unknown) => thrown)
  await store.close()
  return isRefusal(error) ? [error._tag, error.params] : [error]
}

const changed = async (statement: string): Promise<readonly unknown[]> => {
  const file = temporaryFile()
  const store = sqlite({ file })
  await store.open([STEP])
  await store.close()
  const database = new Database(file)
  database.exec(statement)
  database.close()
  return refusalOf({ file })
}

describe("every connection has its settings asserted", () => {
  test.each([
    ["journal_mode", "wal"],
    ["synchronous", 2],
    ["foreign_keys", 1],
    ["busy_timeout", 10],
    ["trusted_schema", 0],
  ])("%s is %s for writers and readers", (pragma, value) => {
    const file = temporaryFile()
    for (const use of ["write", "read"] as const) {
      const { database } = openHandle(file, use)
      expect(database.pragma(pragma, { simple: true })).toBe(value)
      database.close()
    }
  })

  test("a reader cannot write", () => {
    const file = temporaryFile()
    openHandle(file, "write").database.close()
    const reader = openHandle(file, "read")
    expect(() => reader.run("create table t (a)", [])).toThrow(/readonly/)
    reader.database.close()
  })

  test.each([
    ["3.51.2", true],
    ["3.51.3", false],
    ["3.9.99", true],
    ["3.53.0", false],
    ["4.0.0", false],
    ["2.99.99", true],
  ])("SQLite %s is refused: %s", (version, refused) => {
    expect(isOlder(version, "3.51.3")).toBe(refused)
  })
})

describe("a driver that would end the process is refused before it can", () => {
  test.each([
    ["13.2.0", "20.20.2", 9, "better-sqlite3 13.2.0 ends the process on Node 20.20.2; install better-sqlite3@12"],
    ["13.0.0", "22.13.1", 9, "better-sqlite3 13.0.0 ends the process on Node 22.13.1; install better-sqlite3@12"],
    ["13.2.0", "22.14.0", 10, null],
    ["13.2.0", "24.21.0", 10, null],
    ["12.11.1", "20.19.0", 9, null],
    ["12.11.1", "22.23.3", 10, null],
    ["12.11.1", "24.18.9", 10, null],
    ["12.11.1", "24.19.0", 10, "better-sqlite3 12.11.1 can end the process on Node 24.19.0; install better-sqlite3@13"],
    ["12.11.1", "26.0.0", 10, "better-sqlite3 12.11.1 can end the process on Node 26.0.0; install better-sqlite3@13"],
  ])("better-sqlite3 %s on Node %s with Node-API %d", (driver, node, nodeApi, reason) => {
    expect(unfitness({ driver, node, nodeApi })).toBe(reason)
  })

  test("opening a store says so, and the file is not made", async () => {
    const { versions } = process
    const file = temporaryFile()
    // No version of the driver can be carried by both of these.
    const unfit = { ...versions, node: "24.19.0", napi: "9" }
    Object.defineProperty(process, "versions", { value: unfit, configurable: true })
    onTestFinished(() => void Object.defineProperty(process, "versions", { value: versions, configurable: true }))
    const reason = expect.stringMatching(
      /^better-sqlite3 1[23].* the process on Node 24.19.0; install better-sqlite3@1[23]$/,
    )
    expect(await refusalOf({ file })).toEqual(["StorageFailed", { reason }])
    expect(existsSync(file)).toBe(false)
  })
})

describe("a file that cannot be opened is StorageFailed, without its path", () => {
  test("its folder does not exist", async () => {
    const file = join(dirname(temporaryFile()), "missing", "store.db")
    expect(await refusalOf({ file })).toEqual(["StorageFailed", { reason: "the file cannot be opened" }])
  })

  test("it is a folder", async () => {
    const file = temporaryFile()
    mkdirSync(file)
    expect(await refusalOf({ file })).toEqual(["StorageFailed", { reason: "the file cannot be opened" }])
  })

  test("it is not a database", async () => {
    const file = temporaryFile()
    writeFileSync(
      file,
      "A letter to Anna, longer than the header of a database, which has a hundred bytes.\n".repeat(20),
    )
    expect(await refusalOf({ file })).toEqual(["StorageFailed", { reason: "the file is not a database" }])
    expect(readFileSync(file, "utf8")).toContain("Anna")
  })
})

describe("a store that is not what the plugins define is SchemaOutOfDate", () => {
  test("verify does not build an empty store", async () => {
    const differences = ["the store is empty, and it was opened to be verified only"]
    const refused = await refusalOf({ file: temporaryFile(), schema: "verify" })
    expect(refused).toMatchObject(["SchemaOutOfDate", { differences, plan: { state: "pending", isEmpty: true } }])
  })

  test.each([
    ["alter table anbud_step add column extra text", "table step: column extra is in the store but not defined"],
    ["alter table anbud_step rename column seq to number", "table step: column seq is missing"],
    ["drop index anbud_step_seq_idx", "table step: index (tenant, seq) is missing"],
    ["create unique index u on anbud_step (seq)", "table step: unique key (seq) is in the store but not defined"],
    ["drop table anbud_step", "table step: is missing"],
    [
      "drop table anbud_counter; create table anbud_counter (tenant text not null, name text not null, value integer not null, primary key (tenant, name))",
      "table counter: is not STRICT, so SQLite would accept text in a column of numbers",
    ],
    [
      "update anbud_meta set value = '2' where key = 'format'",
      "the store has format 2, this version of the engine reads 1",
    ],
  ])("%s", async (statement, difference) => {
    const [tag, params] = await changed(statement)
    expect(tag).toBe("SchemaOutOfDate")
    expect((params as { readonly differences: readonly string[] }).differences).toContain(difference)
  })

  test("a host may add an index, and has tables of its own in the same file", async () => {
    const file = temporaryFile()
    const host = new Database(file)
    host.exec("create table customer (id integer primary key, name text)")
    const store = sqlite({ file })
    await store.open([STEP])
    host.exec("create index by_writer on anbud_step (writer)")
    host.close()
    await store.open([STEP])
    await store.close()
  })

  test("a table of our name that is not ours keeps the store from being built", async () => {
    const file = temporaryFile()
    const host = new Database(file)
    host.exec("create table anbud_step (id text)")
    host.close()
    const [tag, params] = await refusalOf({ file })
    expect([tag, params]).toMatchObject([
      "SchemaOutOfDate",
      { differences: ["table step: a table of this name exists, but it is not ours"] },
    ])
  })
})

test("two stores with different prefixes live in one file", async () => {
  const file = temporaryFile()
  const stores = ["one_", "two_"].map((prefix) => sqlite({ file, prefix }))
  for (const store of stores) await store.open([STEP])
  const numbers = await Promise.all(stores.map((store) => writeBatch(store, "a")))
  expect(numbers).toEqual([1, 1])
  for (const store of stores) await store.close()
})

test("the planner uses an index that narrows a tenant down, also to read in the order of the primary key", async () => {
  const file = temporaryFile()
  const store = sqlite({ file })
  await store.open(CONTRACT_TABLES)
  await store.close()
  const database = new Database(file)
  const plan = database
    .prepare("explain query plan select * from anbud_invoice where tenant = ? and company = ? order by id limit 10")
    .all(TENANT, "c-1") as readonly { readonly detail: string }[]
  expect(plan[0]?.detail).toBe("SEARCH anbud_invoice USING INDEX anbud_invoice_company_idx (tenant=? AND company=?)")
  database.close()
})
