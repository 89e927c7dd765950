/** A host's own transaction: what the host writes and what the engine writes are committed together or not at all. */
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, fixedClock, fixedIds, standard } from "@anbud/core"
import Database from "better-sqlite3"
import { beforeEach, describe, expect, test } from "vitest"
import { closing, START, TENANT, temporaryFile } from "../workshop.ts"

const company = (number: string) => ({ number, name: `Firm ${number}`, country: "SE", currency: "SEK" })

const openHost = async () => {
  const file = temporaryFile()
  const store = sqlite({ file, writeTimeoutMilliseconds: 300 })
  const engine = closing(
    await createEngine({ store, plugins: standard, clock: fixedClock(START), ids: fixedIds("join") }),
  )
  await engine.tenants.create(TENANT)
  const anna = engine.as({ tenant: TENANT.id, user: "anna" })
  const database = new Database(file)
  database.pragma("foreign_keys = on")
  database.exec("create table shop_order (number text primary key) strict")
  const numbers = async () => (await anna.parties.companies.list()).items.map(({ number }) => number).sort()
  const orders = () => database.prepare("select number from shop_order order by number").pluck().all()
  const order = (number: string) => void database.prepare("insert into shop_order values (?)").run(number)
  const head = () => engine.journal.head({ tenant: TENANT.id })
  const verified = () => engine.journal.verify({ tenant: TENANT.id })
  return { engine, anna, database, numbers, orders, order, head, verified }
}

let host: Awaited<ReturnType<typeof openHost>>
beforeEach(async () => {
  host = await openHost()
})

describe("commits with the host", () => {
  test("several commands, their reads, and the host's rows; each command has its entry in the journal", async () => {
    const { anna, database, order, orders, numbers, head, verified } = host
    const before = await head()
    database.exec("begin immediate")
    order("A")
    const [made, seen] = await anna.join(database, async (s) => {
      const first = await s.parties.companies.create(company("K1"))
      await s.parties.companies.patch({ id: first.id, set: { nickname: "One" } })
      return [first, await s.parties.companies.get(first.id)] as const
    })
    order("B")
    database.exec("commit")
    expect(seen).toMatchObject({ id: made.id, nickname: "One", version: 2 })
    expect([await numbers(), orders()]).toEqual([["K1"], ["A", "B"]])
    expect((await head()).seq).toBe(before.seq + 2)
    expect(await verified()).toMatchObject({ broken: null })
    const { items } = await anna.parties.companies.history(made.id)
    expect(items.map(({ command, seq }) => [command, seq - before.seq])).toEqual([
      ["parties.companies.patch", 2],
      ["parties.companies.create", 1],
    ])
  })

  test("goes back with the host, and leaves no entry and no number", async () => {
    const { anna, database, order, orders, numbers, head } = host
    const before = await head()
    database.exec("begin immediate")
    order("A")
    await anna.join(database, (s) => s.parties.companies.create(company("K1")))
    database.exec("rollback")
    expect([await numbers(), orders(), await head()]).toEqual([[], [], before])
  })

  test("a key that was used in a transaction of the host's is used, whatever the outcome was", async () => {
    const { anna, database, numbers, head } = host
    const key = { idempotencyKey: "order-7" }
    const create = (name: string) => {
      database.exec("begin immediate")
      return anna
        .join(database, (s) => s.parties.companies.create({ ...company("K1"), name }, key))
        .result()
        .finally(() => database.exec("commit"))
    }
    const [first, again] = [await create("One"), await create("One")]
    expect(first).toMatchObject({ ok: true, value: { name: "One" } })
    expect(again).toMatchObject({ ok: true, value: { name: "One" } })
    expect(await create("Other")).toMatchObject({ ok: false, error: { _tag: "IdempotencyMismatch" } })
    const replayed = await anna.parties.companies.create({ ...company("K1"), name: "One" }, key).result()
    expect(replayed).toMatchObject({ ok: true, replayed: true, seq: (await head()).seq })
    expect(await numbers()).toEqual(["K1"])
  })

  test("twice with one key in one transaction: the second is the first again", async () => {
    const { anna, database, numbers } = host
    const key = { idempotencyKey: "order-7" }
    database.exec("begin immediate")
    const ids = await anna.join(database, async (s) => {
      const calls = [1, 2].map(() => s.parties.companies.create(company("K1"), key))
      return (await Promise.all(calls)).map(({ id }) => id)
    })
    database.exec("commit")
    expect(new Set(ids).size).toBe(1)
    expect(await numbers()).toEqual(["K1"])
  })
})

describe("what goes wrong", () => {
  test("a refusal that the host catches leaves the rest as it is", async () => {
    const { anna, database, numbers, verified } = host
    database.exec("begin immediate")
    const tag = await anna.join(database, async (s) => {
      await s.parties.companies.create(company("K1"))
      const taken = await s.parties.companies.create(company("K1")).result()
      await s.parties.companies.create(company("K2"))
      return taken.ok ? "made" : taken.error._tag
    })
    database.exec("commit")
    expect(tag).toBe("UniqueTaken")
    expect(await numbers()).toEqual(["K1", "K2"])
    expect(await verified()).toMatchObject({ broken: null })
  })

  test("an error of the host's undoes what the session did, though the host commits", async () => {
    const { anna, database, order, orders, numbers, head } = host
    const before = await head()
    const own = new Error("out of stock")
    database.exec("begin immediate")
    order("A")
    const joined = anna.join(database, async (s) => {
      await s.parties.companies.create(company("K1"))
      throw own
    })
    await expect(joined).rejects.toBe(own)
    database.exec("commit")
    expect([await numbers(), orders(), await head()]).toEqual([[], ["A"], before])
  })

  test("a refusal of the session's is the outcome of the join", async () => {
    const { anna, database } = host
    database.exec("begin immediate")
    const outcome = await anna
      .join(database, (s) => s.parties.companies.create({ ...company("K1"), country: "Sweden" }))
      .result()
    database.exec("rollback")
    expect(outcome).toMatchObject({ ok: false, error: { _tag: "InvalidInput" } })
  })

  test("without a transaction of the host's it is NoTransaction, and nothing was begun", async () => {
    const { anna, database, numbers } = host
    await expect(anna.join(database, (s) => s.parties.companies.create(company("K1")))).rejects.toMatchObject({
      _tag: "NoTransaction",
    })
    expect(database.inTransaction).toBe(false)
    expect(await numbers()).toEqual([])
  })

  test("the outer session inside the work is UseContext, and so is a join inside a join", async () => {
    const { anna, database } = host
    database.exec("begin immediate")
    const outcomes = await anna.join(database, async (s) => [
      await anna.parties.companies.create(company("K1")).result(),
      await anna.parties.companies.list().result(),
      await s.join(database, async () => 1).result(),
    ])
    database.exec("commit")
    expect(outcomes.map((outcome) => (outcome.ok ? "done" : outcome.error._tag))).toEqual(Array(3).fill("UseContext"))
  })

  test("a session that was kept is of no use afterwards", async () => {
    const { anna, database, numbers } = host
    database.exec("begin immediate")
    const kept = await anna.join(database, async (s) => ({ s }))
    await expect(kept.s.parties.companies.create(company("K1"))).rejects.toThrow("has ended")
    database.exec("commit")
    expect(await numbers()).toEqual([])
  })

  test("rights that were changed and rolled back are nobody's", async () => {
    const { anna, engine, database } = host
    const role = await anna.organisation.roles.create({ name: "reader", grants: ["parties.companies.read"] })
    await anna.organisation.users.create({ login: "eva", name: "Eva", roles: [{ role: role.id }] })
    database.exec("begin immediate")
    await anna.join(database, async (s) => {
      await s.organisation.roles.patch({ id: role.id, set: { grants: ["parties.companies.*"] } })
      return s.parties.companies.list()
    })
    database.exec("rollback")
    const eva = engine.as({ tenant: TENANT.id, user: "eva" })
    expect(await eva.parties.companies.create(company("K9")).result()).toMatchObject({ error: { _tag: "Forbidden" } })
  })
})

test("calls that are made at once run one after the other, each as if alone", async () => {
  const { anna, database, numbers, verified } = host
  database.exec("begin immediate")
  await anna.join(database, (s) =>
    Promise.all(["K1", "K2", "K1", "K3"].map((number) => s.parties.companies.create(company(number)).result())),
  )
  database.exec("commit")
  expect(await numbers()).toEqual(["K1", "K2", "K3"])
  expect(await verified()).toMatchObject({ broken: null })
})

test("what a refused command enqueued or wrote is not sealed, and what the others did is", async () => {
  const { anna, database, head } = host
  const before = await head()
  database.exec("begin immediate")
  await anna.join(database, async (s) => {
    await s.parties.companies.create({ ...company("K1"), country: "se" }).result()
    await s.parties.companies.create(company("K2"))
  })
  database.exec("commit")
  expect((await head()).seq).toBe(before.seq + 1)
})
