import { postgres } from "@anbud/adapter-pg"
import { createEngine, type Store, type StoredRow, standard, type Table } from "@anbud/core"
import pg from "pg"
import { expect, onTestFinished, test } from "vitest"
import { cuttingProxy } from "./cuttingProxy.ts"
import { asOwner, databaseUrl, schemaName } from "./temporarySchema.ts"

const TENANT = "fjallservice"
const NOTE: Table = {
  name: "note",
  owner: "test",
  columns: [
    { name: "id", type: "text", nullable: false },
    { name: "of", type: "text", nullable: true },
  ],
  primaryKey: ["id"],
  uniques: [],
  foreignKeys: [{ columns: ["of"], table: "note", references: ["id"] }],
  indexes: [["of"]],
}

const opened = async (
  options: { readonly pool: pg.Pool } | { readonly connectionString: string },
  schema = schemaName(),
): Promise<Store> => {
  const store = postgres({ ...options, schema, waitMilliseconds: 3_000 })
  await store.open([NOTE])
  onTestFinished(() => store.close())
  return store
}
const insert = (store: Store, ...rows: readonly StoredRow[]): Promise<void> =>
  store.write((tx) => tx.insert("note", TENANT, rows))
const ids = async (store: Store): Promise<readonly unknown[]> =>
  (await store.read((reader) => reader.select({ table: "note", tenant: TENANT }))).map((row) => row["id"])
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
const tagOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => "done",
    (error: { readonly _tag?: string }) => error._tag ?? error,
  )

test.each([1, 4])(
  "row 88: a connection cut while it commits, with a pool of %i: what was committed is done, what was not is refused",
  async (max) => {
    const proxy = await cuttingProxy(databaseUrl())
    onTestFinished(() => proxy.close())
    const pool = new pg.Pool({ connectionString: proxy.url, max })
    onTestFinished(() => pool.end())
    const store = await opened({ pool })
    proxy.cut = "after"
    expect(await tagOf(insert(store, { id: "committed" }))).toBe("done")
    proxy.cut = "before"
    expect(await tagOf(insert(store, { id: "lost" }))).toBe("StorageFailed")
    expect(proxy.cuts).toBe(2)
    expect(await ids(store)).toEqual(["committed"])
  },
)

test("row 88: a connection cut while it commits to a server that cannot be asked afterwards is CommitUnknown", async () => {
  const proxy = await cuttingProxy(databaseUrl())
  onTestFinished(() => proxy.close())
  const schema = schemaName()
  const store = postgres({ connectionString: proxy.url, schema, waitMilliseconds: 300 })
  await store.open([NOTE])
  onTestFinished(() => store.close())
  proxy.cut = "after"
  const written = tagOf(insert(store, { id: "committed" }))
  while (proxy.cuts === 0) await pause(1)
  await proxy.close()
  expect(await written).toBe("CommitUnknown")
  const later = postgres({ connectionString: databaseUrl(), schema })
  await later.open([NOTE])
  onTestFinished(() => later.close())
  expect(await ids(later)).toEqual(["committed"])
})

test("a server that ends every connection, idle or at work, refuses what was at work and serves what comes next", async () => {
  // Under a name of its own, so that the tests beside this one keep their connections.
  const name = schemaName("ended")
  const url = new URL(databaseUrl())
  url.searchParams.set("application_name", name)
  const store = await opened({ connectionString: url.href })
  const endAll = () =>
    asOwner(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${name}'`)
  await endAll()
  expect(await tagOf(insert(store, { id: "a" }))).toBe("done")
  const atWork = store.write(async (tx) => {
    await tx.insert("note", TENANT, [{ id: "b" }])
    await endAll()
    await pause(50)
    await tx.insert("note", TENANT, [{ id: "c" }])
  })
  expect(await tagOf(atWork)).toBe("StorageFailed")
  expect(await ids(store)).toEqual(["a"])
})

test("row 88: if the server cannot be asked either, the outcome is unknown; under a key the engine finds it", async () => {
  const proxy = await cuttingProxy(databaseUrl())
  onTestFinished(() => proxy.close())
  // Time passes only in pauses: in 3 s the server is asked sixty times what became of a commit.
  let now = 0
  const patience = {
    random: () => 0,
    now: () => now,
    pause: async (milliseconds: number) => {
      now += milliseconds
    },
  }
  const options = { schema: schemaName(), waitMilliseconds: 3_000, maxConnections: 1, patience }
  const store = postgres({ connectionString: proxy.url, ...options })
  const engine = await createEngine({ store, plugins: standard })
  onTestFinished(() => engine.close())
  await engine.tenants.create({ id: "fjall", name: "Fjäll", currency: "SEK", zone: "Europe/Stockholm", admin: "anna" })
  const anna = engine.as({ tenant: "fjall", user: "anna" })
  const { companies } = anna.parties
  const made = (number: string, key?: string) =>
    companies
      .create(
        { number, name: number, country: "SE", currency: "SEK" },
        key === undefined ? {} : { idempotencyKey: key },
      )
      .result()
  // A reader that does not look by itself within the test is woken by the commit that was found.
  const after = await anna.headCursor()
  const read = (async () => {
    for await (const { records } of anna.changes({ after, pollMilliseconds: 600_000 })) return records.length
    return 0
  })()
  await pause(200)
  Object.assign(proxy, { cuts: 0, cut: "after", refuses: 60 })
  expect(await made("K1", "once")).toMatchObject({ ok: true, replayed: false, value: { number: "K1" } })
  expect(await read).toBe(1)
  Object.assign(proxy, { cuts: 0, cut: "before", refuses: 60 })
  expect(await made("K2", "again")).toMatchObject({ ok: true, replayed: false, value: { number: "K2" } })
  Object.assign(proxy, { cuts: 0, cut: "after", refuses: 60 })
  expect(await made("K3")).toMatchObject({ ok: false, error: { _tag: "CommitUnknown", status: 503 } })
  Object.assign(proxy, { cuts: 0, cut: "after", refuses: 61 })
  expect(await made("K4", "still away")).toMatchObject({ ok: false, error: { _tag: "CommitUnknown" } })
  expect(await made("K4", "still away")).toMatchObject({ ok: true, replayed: true })
  expect(await companies.count({})).toBe(4)
  expect(await engine.journal.verify({ tenant: "fjall" })).toMatchObject({ broken: null })
})

test("row 85: of a ring of locks one gives way, is run again from its beginning, and both are done", async () => {
  const store = await opened({ connectionString: databaseUrl() })
  await insert(store, { id: "a" }, { id: "b" })
  const locking = (first: string, second: string, begin: () => void): Promise<void> =>
    store.write(async (tx) => {
      begin()
      await tx.lock("note", TENANT, [first])
      await pause(100)
      await tx.lock("note", TENANT, [second])
      await tx.insert("note", TENANT, [{ id: `${first}${second}` }])
    })
  let begun = 0
  const counted = (first: string, second: string) => {
    const run = locking(first, second, () => {
      begun += 1
    })
    return tagOf(run)
  }
  expect(await Promise.all([counted("a", "b"), counted("b", "a")])).toEqual(["done", "done"])
  expect(begun).toBe(3)
  expect(await ids(store)).toEqual(["a", "ab", "b", "ba"])
})

test("row 85: what has to give way every time is Contention after five tries, and nothing of it is written", async () => {
  const schema = schemaName()
  const store = await opened({ connectionString: databaseUrl() }, schema)
  await asOwner(
    `create function ${schema}.give_way() returns trigger language plpgsql as $$ begin
      raise exception using errcode = tg_argv[0]; end $$`,
    `create constraint trigger late after insert on ${schema}.note deferrable initially deferred
      for each row when (new.id = 'at commit') execute function ${schema}.give_way('40001')`,
    `create trigger soon before insert on ${schema}.note
      for each row when (new.id = 'at once') execute function ${schema}.give_way('40P01')`,
  )
  for (const id of ["at once", "at commit"]) {
    let tries = 0
    const writing = store.write(async (tx) => {
      tries += 1
      // Whatever the work makes of the error, the transaction has ended.
      await tx.insert("note", TENANT, [{ id }]).catch(() => undefined)
    })
    expect([await tagOf(writing), tries]).toEqual(["Contention", 5])
  }
  expect(await ids(store)).toEqual([])
})

test("one who refers to a locked row and holds the counter does not wait for one who locks it and wants the counter", async () => {
  const store = await opened({ connectionString: databaseUrl() })
  await insert(store, { id: "parent" })
  const referring = store.write(async (tx) => {
    await tx.insert("note", TENANT, [{ id: "child", of: "parent" }])
    await tx.next(TENANT, "seq")
    await pause(150)
  })
  await pause(50)
  const locking = store.write(async (tx) => {
    await tx.lock("note", TENANT, ["parent"])
    return tx.next(TENANT, "seq")
  })
  await referring
  expect(await locking).toBe(2)
})

test("a caller who goes home while waiting for a lock leaves no lock behind on the server", async () => {
  const pool = new pg.Pool({ connectionString: databaseUrl() })
  onTestFinished(() => pool.end())
  const store = await opened({ pool })
  await insert(store, { id: "a" }, { id: "b" })
  const abort = new AbortController()
  const reason = new Error("went home")
  const holding = store.write(async (tx) => {
    await tx.lock("note", TENANT, ["b"])
    await pause(1_000)
  })
  await pause(100)
  const leaving = store.write(
    async (tx) => {
      await tx.lock("note", TENANT, ["a"])
      await tx.lock("note", TENANT, ["b"])
    },
    { signal: abort.signal },
  )
  await Promise.all([pause(100).then(() => abort.abort(reason)), expect(leaving).rejects.toBe(reason)])
  // Row b is still held, and yet row a is free.
  let isHeld = true
  const held = holding.then(() => {
    isHeld = false
  })
  await store.write((tx) => tx.lock("note", TENANT, ["a"]))
  expect(isHeld).toBe(true)
  await held
})
