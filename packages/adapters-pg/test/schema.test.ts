import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { postgres } from "@anbud/adapter-pg"
import { sqlStore } from "@anbud/adapter-sql"
import type { Store } from "@anbud/core"
import { CONTRACT_TABLES, EVOLVED_TABLES } from "@anbud/core/testkit"
import { expect, test, vi } from "vitest"
import { postgresDifferences } from "../src/postgres.ts"
import { asOwner, databaseUrl, schemaName } from "./temporarySchema.ts"

vi.setConfig({ testTimeout: 240_000 })

const APPLYING = fileURLToPath(new URL("./applying.ts", import.meta.url))
const TENANT = "fjall"

const built = async (): Promise<string> => {
  const schema = schemaName()
  const store = postgres({ connectionString: databaseUrl(), schema })
  await store.open(CONTRACT_TABLES)
  await store.write((tx) =>
    tx.insert("company", TENANT, [
      { id: "a", version: 1, number: "1", name: "Alfa", rank: 1, is_active: 1, kind: "supplier" },
    ]),
  )
  await store.close()
  return schema
}

const isOld = async (store: Store): Promise<void> => {
  expect(await store.schema.verify(CONTRACT_TABLES)).toEqual([])
  await store.open(CONTRACT_TABLES)
  expect(await store.read((reader) => reader.count({ table: "company", tenant: TENANT }))).toBe(1)
}

test("row 90: a connection that is lost at any statement of a migration leaves the old schema", async () => {
  const schema = await built()
  const options = { connectionString: databaseUrl(), schema }
  for (const statement of [1, 9, 20, 27, 33, 40]) {
    const differences = postgresDifferences(options)
    let count = 0
    const store = sqlStore({
      ...differences,
      connections: {
        ...differences.connections,
        begin: async (mode, signal) => {
          const transaction = await differences.connections.begin(mode, signal)
          return {
            ...transaction,
            run: async (sql, parameters) => {
              count += 1
              if (count === statement) {
                const [own] = await transaction.run("select pg_backend_pid() as pid", [])
                await asOwner(`select pg_terminate_backend(${Number(own?.["pid"])})`)
              }
              return transaction.run(sql, parameters)
            },
          }
        },
      },
    })
    const applied = store.schema.apply(EVOLVED_TABLES)
    await expect(applied).rejects.toMatchObject({ _tag: "StorageFailed" })
    await store.close()
    const after = postgres(options)
    await isOld(after)
    await after.close()
  }
  const store = postgres({ ...options, mode: "apply" })
  await store.open(EVOLVED_TABLES)
  await store.close()
})

test("row 90: a process that is killed while it migrates leaves the old schema, and the next one migrates", async () => {
  const schema = await built()
  const args = ["--import", "tsx", "--conditions=@anbud/source", APPLYING, databaseUrl(), schema, "30"]
  const child = spawn(process.execPath, args, { stdio: "inherit" })
  expect(await new Promise((resolve) => child.on("close", (_, signal) => resolve(signal)))).toBe("SIGKILL")
  const store = postgres({ connectionString: databaseUrl(), schema })
  await isOld(store)
  expect((await store.schema.apply(EVOLVED_TABLES)).state).toBe("pending")
  await store.close()
})

test("keys and indexes follow the names of what was renamed, so that a refusal still names them", async () => {
  const schema = await built()
  const store = postgres({ connectionString: databaseUrl(), schema, mode: "apply" })
  await store.open(EVOLVED_TABLES)
  const names = await asOwner(
    `select string_agg(conname, ' ' order by conname) as names from pg_constraint where conrelid = '${schema}.bill'::regclass and contype <> 'n'`,
  )
  expect(names[0]?.rows[0]?.names).toBe("bill_batch_fkey bill_company_fkey bill_credits_fkey bill_pkey")
  const row = { version: 1, title: "Beta", title_key: "beta", balance: 0, rank: 1, is_active: 1, language: "sv" }
  const again = store.write((tx) => tx.insert("company", TENANT, [{ ...row, id: "b", number: "1", kind: "partner" }]))
  await expect(again).rejects.toMatchObject({ _tag: "UniqueTaken", params: { columns: ["number"] } })
  await store.close()
})
