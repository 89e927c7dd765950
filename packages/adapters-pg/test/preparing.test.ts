/** Prepared statements: where they are used, that their plans are not kept, and what becomes of a call when they are lost. */
import { postgres } from "@anbud/adapter-pg"
import { CONTRACT_TABLES } from "@anbud/core/testkit"
import pg from "pg"
import { describe, expect, onTestFinished, test } from "vitest"
import { preparing } from "../src/preparing.ts"
import { databaseUrl, schemaName } from "./temporarySchema.ts"

/** A store on one connection, a write that is always the same statements, and what is prepared on the connection. */
const opened = async (options: { readonly preparedStatements?: boolean } = {}, greeted = 0) => {
  const pool = new pg.Pool({ connectionString: databaseUrl(), max: 1, idleTimeoutMillis: 0 })
  pool.on("connect", (client) => {
    const greeting = client as unknown as { processID: number }
    greeting.processID += greeted
  })
  const store = postgres({ pool, schema: schemaName(), ...options })
  await store.open(CONTRACT_TABLES)
  onTestFinished(async () => {
    await store.close()
    await pool.end()
  })
  const write = async (times: number) => {
    const numbers: number[] = []
    for (let n = 0; n < times; n++) numbers.push(await store.write((tx) => tx.next("fjall", "seq")))
    return numbers
  }
  const prepared = async () =>
    (
      await pool.query<{ name: string; plans: string; kept: string }>(
        "select name, custom_plans as plans, generic_plans as kept from pg_prepared_statements order by name",
      )
    ).rows
  return { pool, store, write, prepared }
}

describe("a statement that comes again", () => {
  test("is prepared once on its connection, and planned each time", async () => {
    const { write, prepared } = await opened()
    expect(await write(4)).toEqual([1, 2, 3, 4])
    expect(await prepared()).toEqual([])
    await write(20)
    expect(await prepared()).toEqual([{ name: expect.stringMatching(/^anbud_.{24}$/), plans: "20", kept: "0" }])
  })

  test.each([
    ["where the host does not want it", { preparedStatements: false }, 0],
    ["behind a pooler, which greets with a number of its own", {}, 1],
  ])("is not prepared %s", async (_, options, greeted) => {
    const { write, prepared } = await opened(options, greeted)
    await write(20)
    expect(await prepared()).toEqual([])
  })

  test("is not prepared in a read: what was read has been given to the caller and cannot be begun again", async () => {
    const { store, prepared } = await opened()
    for (let n = 0; n < 20; n++) await store.read((reader) => reader.count({ table: "company", tenant: "fjall" }))
    expect(await prepared()).toEqual([])
  })
})

describe("a statement that the server has forgotten, or knows as another one", () => {
  test.each([
    ["forgotten", "deallocate all"],
    ["forgotten with all else on the connection", "discard all"],
  ])("%s: the call is done all the same, once, and nothing is prepared from then on", async (_, statement) => {
    const { pool, write, prepared } = await opened()
    await write(10)
    await pool.query(statement)
    expect(await write(20)).toEqual(Array.from({ length: 20 }, (_, n) => n + 11))
    expect(await prepared()).toEqual([])
  })

  test("of another client on the same connection of the server", async () => {
    const { pool, write, prepared } = await opened()
    await write(10)
    const client = await pool.connect()
    // What a pooler does that hands a connection on: the client has not prepared it, and the server has.
    Object.assign((client as unknown as { connection: { parsedStatements: object } }).connection, {
      parsedStatements: {},
    })
    client.release()
    expect(await write(2)).toEqual([11, 12])
    expect(await prepared()).toHaveLength(1)
  })
})

describe("names", () => {
  const named = (times: number, of: readonly string[]) => {
    const { nameOf, stop } = preparing()
    const names = Array.from({ length: times }, () => of.map(nameOf)).at(-1) ?? []
    return { names, nameOf, stop }
  }

  test("come with the fifth use, and are those of the text", () => {
    expect(named(4, ["select 1"]).names).toEqual([undefined])
    const { names } = named(5, ["select 1", "select 2"])
    expect(new Set(names).size).toBe(2)
    expect(named(9, ["select 2", "select 1"]).names).toEqual(names.toReversed())
  })

  test("are no more than the server should keep, and what comes once costs nothing for long", () => {
    const texts = Array.from({ length: 300 }, (_, n) => `select ${n}`)
    const { names } = named(5, texts)
    expect(names.filter((name) => name !== undefined)).toHaveLength(256)
    const { nameOf } = named(4, ["select 1"])
    for (let n = 0; n < 1_000; n++) nameOf(`insert ${n}`)
    expect(nameOf("select 1")).toBeUndefined()
  })

  test("end for good", () => {
    const { nameOf, stop } = named(5, ["select 1"])
    stop()
    expect(Array.from({ length: 9 }, () => nameOf("select 1"))).toEqual(Array.from({ length: 9 }, () => undefined))
  })
})
