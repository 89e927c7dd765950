import { sqlite } from "@anbud/adapter-sqlite"
import {
  createEngine,
  IdempotencyMismatch,
  InvalidInput,
  NotFound,
  RuleBroken,
  type Store,
  type Transaction,
  UniqueTaken,
  VersionConflict,
} from "@anbud/core"
import { describe, expect, test } from "vitest"
import {
  add,
  closing,
  create,
  Machine,
  machine,
  NOBODY,
  openWorkshop,
  Part,
  patch,
  planned,
  plugins,
  Reading,
  remove,
  TENANT,
} from "./workshop.ts"

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

describe("parts", () => {
  const build = async () => {
    const shop = await openWorkshop()
    const root = await shop.anna.workshop.machines.create({
      ...machine("A"),
      parts: [{ name: "one", bolts: [{ length: 1 }, { length: 2 }] }, { name: "two" }, { name: "three" }],
    })
    const parts = () => shop.anna.workshop.machines.parts(root.id, "parts")
    const apply = async (plan: Parameters<typeof planned.set>[1]) => {
      planned.set("plan", plan)
      await shop.anna.workshop.run({ plan: "plan" })
    }
    const version = async () => (await shop.anna.workshop.machines.get(root.id)).version
    return { ...shop, root, parts, apply, version }
  }

  test("come in the order in which they were given", async () => {
    const { parts } = await build()
    expect((await parts()).map(({ name, position }) => [name, position])).toEqual([
      ["one", 1],
      ["two", 2],
      ["three", 3],
    ])
  })

  test("whatever is written below a root, the root steps once", async () => {
    const { parts, apply, version, root } = await build()
    const [one, two, three] = await parts()
    await apply(async (ctx) => {
      const bolts = await ctx.read.children(
        Part.fields.bolts.spec.kind === "children" ? (await import("./workshop.ts")).Bolt : (null as never),
        one!.id,
      )
      return [
        patch(Part, two!, { name: "zwei" }),
        remove(Part, three!),
        add(Part, root.id, { name: "four" }),
        ...bolts.map(
          (bolt) =>
            ({
              verb: "patch",
              entity: (Part.fields.bolts.spec as never as { entity: never }).entity,
              id: bolt.id,
              expectedVersion: null,
              set: { length: 9 },
            }) as const,
        ),
      ]
    })
    expect(await version()).toBe(2)
    expect((await parts()).map(({ name, position }) => [name, position])).toEqual([
      ["one", 1],
      ["zwei", 2],
      ["four", 4],
    ])
  })

  test("a part that is removed takes its own parts with it", async () => {
    const { engine, parts, apply, version } = await build()
    const [one] = await parts()
    await apply(async () => [remove(Part, one!)])
    expect((await parts()).map(({ name }) => name)).toEqual(["two", "three"])
    expect(await version()).toBe(2)
    expect(await engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ broken: null })
  })

  test("parts can be added to a record of the same command, after those it came with", async () => {
    const { anna, apply } = await build()
    await apply(async (ctx) => {
      const id = ctx.newId(Machine)
      return [
        create(Machine, id, { ...machine("B"), parts: [{ name: "x" }] }),
        add(Part, id, { name: "y" }),
        add(Part, id, { name: "z" }),
      ]
    })
    const { items } = await anna.workshop.machines.list({ where: { code: "B" } })
    const made = await anna.workshop.machines.parts(items[0]!.id, "parts")
    expect(made.map(({ name, position }) => [name, position])).toEqual([
      ["x", 1],
      ["y", 2],
      ["z", 3],
    ])
    expect(items[0]).toMatchObject({ version: 1 })
  })

  test("a part that is not there is a refusal", async () => {
    const { apply } = await build()
    await expect(apply(async () => [patch(Part, { id: NOBODY }, { name: "?" })])).rejects.toThrow(NotFound)
    await expect(apply(async () => [remove(Part, { id: NOBODY })])).rejects.toThrow(NotFound)
    await expect(apply(async () => [patch(Machine, { id: NOBODY, version: 1 }, { note: "?" })])).rejects.toThrow(
      NotFound,
    )
  })

  test("a conflict inside a decision is refused as one", async () => {
    const { apply, root } = await build()
    await apply(async () => [patch(Machine, root, { note: "mine" })])
    await expect(apply(async () => [patch(Machine, root, { note: "yours" })])).rejects.toThrow(VersionConflict)
  })

  test("a record with 400 parts asks the store as many questions as one with 4", async () => {
    const store = sqlite({ file: ":memory:" })
    let questions = 0
    const counting: Store = {
      ...store,
      write: (work, options) =>
        store.write((tx) => {
          const select: Transaction["select"] = (query) => {
            questions += 1
            return tx.select(query)
          }
          const insert: Transaction["insert"] = (...rows) => {
            questions += 1
            return tx.insert(...rows)
          }
          return work({ ...tx, select, insert })
        }, options),
    }
    const engine = closing(await createEngine({ store: counting, plugins }))
    await engine.tenants.create(TENANT)
    const asked = async (code: string, count: number) => {
      const parts = Array.from({ length: count }, (_, index) => ({ name: `p${index}`, bolts: [{ length: 1 }] }))
      questions = 0
      await engine.as({ tenant: TENANT.id, user: "anna" }).workshop.machines.create({ ...machine(code), parts })
      return questions
    }
    expect(await asked("A", 400)).toBe(await asked("B", 4))
  })
})

describe("amounts", () => {
  const sek = (minor: number) => ({ minor, currency: "SEK" })
  test.each([
    { budget: { minor: 1, currency: "EUR" } },
    { parts: [{ name: "x", worth: { minor: 1, currency: "EUR" } }] },
    { parts: [{ name: "x", bolts: [{ length: 1, paid: { minor: 1, currency: "EUR" } }] }] },
  ])("in another currency than their record's are refused: %j", async (given) => {
    const { anna } = await openWorkshop()
    await expect(anna.workshop.machines.create({ ...machine("A"), ...given })).rejects.toMatchObject({
      _tag: "RuleBroken",
    })
    await anna.workshop.machines.create({ ...machine("A"), currency: "EUR", ...given })
  })

  test("in another currency fail one by one in a mass update, and the others are written", async () => {
    const { anna } = await openWorkshop()
    const inSek = await anna.workshop.machines.create(machine("A"))
    const inEur = await anna.workshop.machines.create({ ...machine("B"), currency: "EUR" })
    const given = { ids: [inSek.id, inEur.id], set: { budget: sek(5) }, refused: "skip" } as const
    expect(await anna.workshop.machines.massUpdate(given)).toMatchObject({
      updated: [inSek.id],
      failed: [{ id: inEur.id, tag: "RuleBroken" }],
    })
  })

  test("a currency cannot change under its amounts, here or below", async () => {
    const { anna } = await openWorkshop()
    const own = await anna.workshop.machines.create({ ...machine("A"), budget: sek(5) })
    const below = await anna.workshop.machines.create({ ...machine("B"), parts: [{ name: "x", worth: sek(5) }] })
    const free = await anna.workshop.machines.create({ ...machine("C"), deposit: sek(5) })
    const eur = (id: typeof own.id) => anna.workshop.machines.patch({ id, set: { currency: "EUR" } })
    await expect(eur(own.id)).rejects.toMatchObject({ params: { field: "budget" } })
    await expect(eur(below.id)).rejects.toMatchObject({ params: { field: "currency" } })
    expect(await eur(free.id)).toMatchObject({ currency: "EUR", deposit: sek(5) })
  })
})
