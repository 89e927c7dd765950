/** Parts of a record, and amounts that take their currency from it. */
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, NotFound, type Store, type Transaction, VersionConflict } from "@anbud/core"
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
  remove,
  TENANT,
} from "./workshop.ts"

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
    // The first call of all also reads who anna is.
    await asked("W", 1)
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
