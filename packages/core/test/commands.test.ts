import { IdempotencyMismatch, InvalidInput, RuleBroken, UniqueTaken } from "@anbud/core"
import { describe, expect, test } from "vitest"
import { create, Machine, machine, NOBODY, openWorkshop, patch, planned, Reading, remove, TENANT } from "./workshop.ts"

const seqOf = async ({ engine }: Awaited<ReturnType<typeof openWorkshop>>) =>
  (await engine.journal.head({ tenant: TENANT.id })).seq

describe("idempotency keys", () => {
  test("a repeated call gives the first outcome, says so, and writes nothing", async () => {
    const shop = await openWorkshop()
    const first = await shop.anna.workshop.machines.create(machine("A"), { idempotencyKey: "k1" }).result()
    const seq = await seqOf(shop)
    const second = await shop.anna.workshop.machines.create(machine("A"), { idempotencyKey: "k1" }).result()
    expect(first).toMatchObject({ ok: true, replayed: false, value: { code: "A", version: 1, count: 1, doubled: 2 } })
    expect(second).toEqual({ ...first, replayed: true })
    expect(await seqOf(shop)).toBe(seq)
  })

  test("a replay reads its answer again: it shows the record as it is now", async () => {
    const { anna } = await openWorkshop()
    const made = await anna.workshop.machines.create(machine("A"), { idempotencyKey: "k1" })
    await anna.workshop.machines.patch({ id: made.id, set: { label: "Lathe" } })
    const again = await anna.workshop.machines.create(machine("A"), { idempotencyKey: "k1" })
    expect(again).toMatchObject({ id: made.id, label: "Lathe", version: 2 })
  })

  test("a key that was used for another input is refused", async () => {
    const { anna } = await openWorkshop()
    await anna.workshop.machines.create(machine("A"), { idempotencyKey: "k1" })
    await expect(anna.workshop.machines.create(machine("B"), { idempotencyKey: "k1" })).rejects.toThrow(
      IdempotencyMismatch,
    )
    await anna.workshop.run({ plan: "nothing" }, { idempotencyKey: "k1" })
  })

  test("inputs that decode alike are the same input", async () => {
    const { anna } = await openWorkshop()
    await anna.workshop.machines.create({ ...machine("A"), cost: "12.50" }, { idempotencyKey: "k1" })
    const { replayed } = (await anna.workshop.machines
      .create({ cost: "12.5", note: null, ...machine("A") }, { idempotencyKey: "k1" })
      .result()) as { replayed: boolean }
    expect(replayed).toBe(true)
  })

  test("a refusal stores its outcome and nothing else, and is replayed even after its cause went away", async () => {
    const shop = await openWorkshop()
    const { id } = await shop.anna.workshop.machines.create({ ...machine("A"), count: 9 })
    const seq = await seqOf(shop)
    const refused = await shop.anna.workshop.raise({ machine: id, by: 2 }, { idempotencyKey: "r" }).result()
    expect(refused).toMatchObject({
      ok: false,
      replayed: false,
      error: { _tag: "TooMany", params: { given: 11, most: 10 } },
    })
    expect(await seqOf(shop)).toBe(seq)
    await shop.anna.workshop.machines.patch({ id, set: { count: 1 } })
    const again = await shop.anna.workshop.raise({ machine: id, by: 2 }, { idempotencyKey: "r" }).result()
    expect(again).toMatchObject({
      ok: false,
      replayed: true,
      error: { code: "TOO_MANY", message: "11 is more than 10." },
    })
    expect(await shop.anna.workshop.raise({ machine: id, by: 2 }, { idempotencyKey: "r2" })).toMatchObject({ count: 3 })
  })

  test.each(["", "x".repeat(256), "a\u0000b", "\ud800", 7 as never])("the key %j is no key", async (idempotencyKey) => {
    const { anna } = await openWorkshop()
    await expect(anna.workshop.machines.create(machine("A"), { idempotencyKey })).rejects.toThrow(InvalidInput)
  })

  test("without a key the same call is two calls", async () => {
    const { anna } = await openWorkshop()
    const { id } = await anna.workshop.machines.create(machine("A"))
    await anna.workshop.raise({ machine: id, by: 1 })
    expect(await anna.workshop.raise({ machine: id, by: 1 })).toMatchObject({ count: 3, version: 3 })
  })

  test("a replay needs the right that the call needs", async () => {
    const { engine, anna } = await openWorkshop()
    const role = await anna.organisation.roles.create({ name: "clerk", grants: ["workshop.*"] })
    const user = { login: "bo", name: "Bo", roles: [{ role: role.id }] }
    await anna.organisation.users.create(user)
    const bo = engine.as({ tenant: TENANT.id, user: "bo" })
    await bo.workshop.machines.create(machine("A"), { idempotencyKey: "k" })
    await anna.organisation.roles.patch({ id: role.id, set: { grants: [] } })
    await expect(bo.workshop.machines.create(machine("A"), { idempotencyKey: "k" })).rejects.toMatchObject({
      _tag: "Forbidden",
      params: { right: "workshop.machines.create" },
    })
  })
})

describe("bugs and interruptions", () => {
  test("an unexpected throw writes nothing, stores nothing under the key, and the engine lives", async () => {
    const shop = await openWorkshop()
    const seq = await seqOf(shop)
    planned.set("crash", async (ctx) => {
      planned.set("crash", async () => [])
      return [create(Machine, ctx.newId(Machine), machine("A")), create(Machine, "x", { label: "no code" } as never)]
    })
    await expect(shop.anna.workshop.run({ plan: "crash" }, { idempotencyKey: "k" })).rejects.toThrow(
      /missing in a create/,
    )
    expect(await seqOf(shop)).toBe(seq)
    expect(await shop.anna.workshop.machines.list()).toEqual({ items: [], next: null })
    expect(await shop.anna.workshop.run({ plan: "crash" }, { idempotencyKey: "k" }).result()).toMatchObject({
      replayed: false,
    })
  })

  test("a session that is called inside a command is a bug that leaves nothing behind, not an outcome", async () => {
    const { anna } = await openWorkshop()
    planned.set("inside", async () => {
      await anna.workshop.machines.list()
      return []
    })
    const call = () => anna.workshop.run({ plan: "inside" }, { idempotencyKey: "k" })
    await expect(call()).rejects.toMatchObject({ _tag: "UseContext" })
    planned.set("inside", async () => [])
    expect(await call()).toBe("done")
  })

  test("a signal that fired before leaves nothing; one that fires while it decides rolls back", async () => {
    const shop = await openWorkshop()
    const seq = await seqOf(shop)
    const gone = AbortSignal.abort(new Error("gone"))
    await expect(shop.anna.workshop.machines.create(machine("A"), { signal: gone })).rejects.toThrow("gone")
    const controller = new AbortController()
    planned.set("slow", async (ctx) => {
      controller.abort(new Error("too slow"))
      return [create(Machine, ctx.newId(Machine), machine("A"))]
    })
    await expect(shop.anna.workshop.run({ plan: "slow" }, { signal: controller.signal })).rejects.toThrow("too slow")
    expect(await seqOf(shop)).toBe(seq)
  })

  test("50 calls at once with one key have one effect", async () => {
    const shop = await openWorkshop()
    const { id } = await shop.anna.workshop.machines.create(machine("A"))
    const all = await Promise.all(
      Array.from({ length: 50 }, () =>
        shop.anna.workshop.raise({ machine: id, by: 1 }, { idempotencyKey: "k" }).result(),
      ),
    )
    expect(all.filter(({ replayed }) => !replayed)).toHaveLength(1)
    expect(await shop.anna.workshop.machines.get(id)).toMatchObject({ count: 2, version: 2 })
  })

  test("50 calls at once without a key stop at the limit", async () => {
    const shop = await openWorkshop()
    const { id } = await shop.anna.workshop.machines.create(machine("A"))
    const all = await Promise.all(
      Array.from({ length: 50 }, () => shop.anna.workshop.raise({ machine: id, by: 1 }).result()),
    )
    expect(all.filter(({ ok }) => ok)).toHaveLength(9)
    expect(await shop.anna.workshop.machines.get(id)).toMatchObject({ count: 10, version: 10 })
  })
})

describe("patches", () => {
  test("with the version that was read it steps once; with an older one it is refused with both", async () => {
    const { anna } = await openWorkshop()
    const made = await anna.workshop.machines.create(machine("A"))
    const next = await anna.workshop.machines.patch({ id: made.id, version: 1, set: { label: "Lathe" } })
    expect(next).toMatchObject({ label: "Lathe", version: 2 })
    await expect(
      anna.workshop.machines.patch({ id: made.id, version: 1, set: { label: "Saw" } }),
    ).rejects.toMatchObject({
      _tag: "VersionConflict",
      params: { entity: "machine", id: made.id, expected: 1, actual: 2 },
    })
    expect(await anna.workshop.machines.patch({ id: made.id, set: { label: "Saw" } })).toMatchObject({ version: 3 })
  })

  test("a missing key changes nothing, null empties, a computed field follows", async () => {
    const { anna } = await openWorkshop()
    const made = await anna.workshop.machines.create({ ...machine("A"), note: "old", count: 2 })
    const next = await anna.workshop.machines.patch({ id: made.id, set: { note: null, count: 3 } })
    expect(next).toEqual({ ...made, note: null, count: 3, doubled: 6, version: 2 })
  })

  test("what is already so writes nothing: no version, no entry", async () => {
    const shop = await openWorkshop()
    const made = await shop.anna.workshop.machines.create({ ...machine("A"), note: "same" })
    const seq = await seqOf(shop)
    expect(await shop.anna.workshop.machines.patch({ id: made.id, set: { note: "same" } })).toEqual(made)
    expect(await shop.anna.workshop.machines.patch({ id: made.id, set: {} })).toEqual(made)
    expect(await seqOf(shop)).toBe(seq)
  })

  test.each([
    { set: { doubled: 4 }, path: "set.doubled" },
    { set: { id: "x" }, path: "set.id" },
    { set: { version: 7 }, path: "set.version" },
    { set: { tenant: "other" }, path: "set.tenant" },
    { set: { parts: [] }, path: "set.parts" },
    { set: { code: null }, path: "set.code" },
    { set: { count: null }, path: "set.count" },
    { set: undefined, path: "set" },
    { set: {}, id: 5, path: "id" },
    { set: {}, version: 1.5, path: "version" },
    { set: {}, owner: "me", path: "owner" },
  ])("$path is refused by name", async ({ path, ...input }) => {
    const { anna } = await openWorkshop()
    const { id } = await anna.workshop.machines.create(machine("A"))
    const outcome = await anna.workshop.machines.patch({ id, ...input } as never).result()
    expect(outcome).toMatchObject({ ok: false, error: { _tag: "InvalidInput" } })
    expect((outcome as { error: InvalidInput }).error.params.issues.map((issue) => issue.path)).toEqual([path])
  })

  test("two parts of a decision that patch one record make one patch and one step", async () => {
    const { anna } = await openWorkshop()
    const made = await anna.workshop.machines.create(machine("A"))
    planned.set("twice", async () => [patch(Machine, made, { note: "a" }), patch(Machine, made, { count: 4 })])
    await anna.workshop.run({ plan: "twice" })
    expect(await anna.workshop.machines.get(made.id)).toMatchObject({ note: "a", count: 4, doubled: 8, version: 2 })
  })

  test("two that set one field to different values have both missed something: that is a bug, not a change", async () => {
    const { anna } = await openWorkshop()
    const made = await anna.workshop.machines.create(machine("A"))
    planned.set("lost", async () => [patch(Machine, made, { count: 4 }), patch(Machine, made, { count: 5 })])
    await expect(anna.workshop.run({ plan: "lost" })).rejects.toThrow("machine.count is set twice in one command")
    expect(await anna.workshop.machines.get(made.id)).toEqual(made)
  })

  test("a rule holds by every door, and a taken key is told by its field", async () => {
    const { anna } = await openWorkshop()
    await expect(anna.workshop.machines.create({ ...machine("A"), count: 101 })).rejects.toThrow(RuleBroken)
    const { id } = await anna.workshop.machines.create(machine("A"))
    await expect(anna.workshop.machines.patch({ id, set: { count: 101 } })).rejects.toMatchObject({
      params: { entity: "machine", field: "count", rule: "must be at most 100" },
    })
    await expect(anna.workshop.machines.create(machine(" a "))).rejects.toMatchObject({
      _tag: "UniqueTaken",
      params: { table: "machine", columns: ["code"] },
    })
    expect(UniqueTaken.code).toBe("UNIQUE_TAKEN")
  })

  test("a ledger's records are never patched or removed", async () => {
    const { anna } = await openWorkshop()
    const made = await anna.workshop.machines.create(machine("A"))
    await anna.workshop.read({ machine: made.id, value: 5 })
    for (const change of [patch(Reading, { id: NOBODY }, { value: 1 }), remove(Reading, { id: NOBODY })]) {
      planned.set("ledger", async () => [change])
      await expect(anna.workshop.run({ plan: "ledger" })).rejects.toThrow(/is a ledger/)
    }
    expect(await anna.workshop.totalOf({ machine: made.id })).toBe(5)
  })
})
