/** List patches: what a caller says of a record's lists of parts, by id. */
import { InvalidInput, NotFound, VersionConflict } from "@anbud/core"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { machine, NOBODY, openWorkshop } from "./workshop.ts"

const withParts = async (...names: readonly string[]) => {
  const shop = await openWorkshop()
  const machines = shop.anna.workshop.machines
  const root = await machines.create({ ...machine("A"), parts: names.map((name) => ({ name })) })
  const parts = () => machines.parts(root.id, "parts")
  const idOf = async (name: string) => {
    const found = (await parts()).find((part) => part.name === name)
    if (!found) throw new Error(`no part ${name}`)
    return found.id
  }
  const names_ = async () => (await parts()).map(({ name }) => name)
  return { ...shop, machines, root, parts, idOf, names: names_ }
}

describe("a list patch", () => {
  test("adds, changes, removes and moves by id; what it does not name stays; the root steps once", async () => {
    const { machines, root, idOf, names, parts } = await withParts("one", "two", "three")
    const patched = await machines.patch({
      id: root.id,
      version: 1,
      set: {
        label: "Lathe",
        parts: {
          add: [{ name: "four" }, { name: "five" }],
          change: [{ id: await idOf("two"), set: { name: "zwei" } }],
          remove: [await idOf("one")],
          move: [
            { added: 1, to: 1 },
            { id: await idOf("three"), to: 2 },
          ],
        },
      },
    })
    expect(patched).toMatchObject({ label: "Lathe", version: 2 })
    expect(await names()).toEqual(["five", "three", "zwei", "four"])
    expect((await parts()).map(({ position }) => position)).toEqual([1, 2, 3, 4])
  })

  test("reaches parts of parts", async () => {
    const { machines, root, idOf } = await withParts("one")
    const set = {
      parts: {
        change: [{ id: await idOf("one"), set: { name: "uno", bolts: { add: [{ length: 3 }, { length: 4 }] } } }],
      },
    }
    const { changes } = await machines.patch.preview({ id: root.id, set })
    expect(changes.map(({ entity, after }) => [entity, after])).toEqual([
      ["bolt", { length: 3 }],
      ["bolt", { length: 4 }],
      ["part", { name: "uno" }],
    ])
    expect((await machines.patch({ id: root.id, set })).version).toBe(2)
  })

  test("that only moves is told by the journal", async () => {
    const { engine, machines, root, idOf, names } = await withParts("one", "two", "three")
    await machines.patch({ id: root.id, set: { parts: { move: [{ id: await idOf("three"), to: 1 }] } } })
    expect(await names()).toEqual(["three", "one", "two"])
    expect(await engine.journal.verify({ tenant: "fjall" })).toMatchObject({ broken: null })
    const preview = await machines.patch.preview({
      id: root.id,
      set: { parts: { move: [{ id: await idOf("one"), to: 3 }] } },
    })
    expect(preview.changes.map(({ before, after }) => [before, after])).toEqual([
      [{ position: 2 }, { position: 3 }],
      [{ position: 3 }, { position: 2 }],
    ])
  })

  test("that changes nothing writes nothing", async () => {
    const { machines, root, idOf } = await withParts("one", "two")
    const same = await machines.patch({
      id: root.id,
      set: {
        parts: { change: [{ id: await idOf("one"), set: { name: "one" } }], move: [{ id: await idOf("one"), to: 1 }] },
      },
    })
    expect(same.version).toBe(1)
  })

  test("is refused for parts of another record, places that are none, and stale versions; then nothing is written", async () => {
    const { machines, root, idOf, names } = await withParts("one", "two")
    const other = await machines.create({ ...machine("B"), parts: [{ name: "theirs" }] })
    const [theirs] = await machines.parts(other.id, "parts")
    const one = await idOf("one")
    const refused = async (parts: object, version?: number) => {
      const call = machines.patch({
        id: root.id,
        ...(version ? { version } : {}),
        set: { label: "No", parts } as never,
      })
      const outcome = await call.result()
      return outcome.ok ? "written" : outcome.error
    }
    expect(NotFound.is(await refused({ remove: [theirs?.id] }))).toBe(true)
    expect(NotFound.is(await refused({ change: [{ id: NOBODY, set: { name: "x" } }] }))).toBe(true)
    expect(VersionConflict.is(await refused({ remove: [one] }, 7))).toBe(true)
    const misplaced = await Promise.all(
      [
        { move: [{ id: one, to: 3 }] },
        { move: [{ id: one, to: 0 }] },
        { move: [{ added: 0, to: 1 }] },
        { remove: [one], move: [{ id: one, to: 1 }] },
        { move: [{ id: one, added: 0, to: 1 }] },
        { replace: [] },
        [{ name: "all" }],
      ].map((parts) => refused(parts)),
    )
    expect(misplaced.map((error) => InvalidInput.is(error))).toEqual(misplaced.map(() => true))
    expect(await names()).toEqual(["one", "two"])
    expect((await machines.get(root.id)).version).toBe(1)
  })

  test("has no place in a mass update", async () => {
    const { machines, root } = await withParts("one")
    const set = { parts: { add: [{ name: "two" }] } } as never
    const outcome = await machines.massUpdate({ ids: [root.id], set, refused: "all" }).result()
    expect(!outcome.ok && outcome.error).toMatchObject({ params: { issues: [{ path: "set.parts" }] } })
  })

  test("leaves the list as the same steps on an array would", async () => {
    const { machines, root, parts } = await withParts("a", "b", "c")
    const step = fc.record({
      add: fc.array(fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom("x", "y", "z") }), { maxLength: 2 }),
      remove: fc.array(fc.nat(9), { maxLength: 2 }),
      move: fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 3 }),
    })
    const model = (await parts()).map(({ id, name }) => ({ id: id as string, name }))
    await fc.assert(
      fc.asyncProperty(step, async (given) => {
        const removed = [...new Set(given.remove.filter((at) => at < model.length))].map((at) => model[at]!.id)
        const kept = model.filter(({ id }) => !removed.includes(id))
        const added = given.add.map((name, index) => ({ id: `added ${index}`, name }))
        const list = [...kept, ...added]
        const moves =
          list.length === 0
            ? []
            : given.move.map(([from, to]) => ({ from: list[from % list.length]!.id, to: 1 + (to % list.length) }))
        for (const { from, to } of moves) {
          const [one] = list.splice(
            list.findIndex(({ id }) => id === from),
            1,
          )
          list.splice(to - 1, 0, one!)
        }
        const move = moves.map(({ from, to }) =>
          from.startsWith("added") ? { added: Number(from.slice(6)), to } : { id: from as never, to },
        )
        await machines.patch({
          id: root.id,
          set: { parts: { add: given.add.map((name) => ({ name })), remove: removed as never[], move } },
        })
        const after = await parts()
        expect(after.map(({ name }) => name)).toEqual(list.map(({ name }) => name))
        model.splice(0, model.length, ...after.map(({ id, name }) => ({ id: id as string, name })))
      }),
      { numRuns: 60 },
    )
  })
})
