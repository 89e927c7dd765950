/** Fields that a plugin adds: read, written, imported and undone like any field, in a table of the plugin's own. */
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, DefinitionInvalid, entity, extend, optional, plugin, stored, text } from "@anbud/core"
import Database from "better-sqlite3"
import { describe, expect, expectTypeOf, test } from "vitest"
import { closing, Machine, machine, Part, planned, plugins, temporaryFile } from "../workshop.ts"
import { CoveredPart, type CoveredPartRow, openCovered } from "./cover.ts"

const NOTHING = { level: null, years: 2, number: null, fee: null, backup: null, isPaid: false }

describe("one record", () => {
  test("a record that the plugin knows nothing of reads as the defaults, and has no row in its table", async () => {
    const file = temporaryFile()
    const { anna } = await openCovered(file)
    const made = await anna.workshop.machines.create(machine("A"))
    expect(made.cover).toEqual(NOTHING)
    expect(await anna.workshop.machines.get(made.id)).toEqual(made)
    expect(rowsBeside(file)).toEqual([])
  })

  test("a create carries them, and a patch changes them with one step of the record's version", async () => {
    const file = temporaryFile()
    const { anna } = await openCovered(file)
    const { machines } = anna.workshop
    const made = await machines.create({
      ...machine("A"),
      cover: { level: "basic", fee: { minor: 500, currency: "SEK" } },
    })
    expect(made).toMatchObject({
      version: 1,
      cover: { ...NOTHING, level: "basic", fee: { minor: 500, currency: "SEK" } },
    })
    const changed = await machines.patch({
      id: made.id,
      version: 1,
      set: { label: "Saw", cover: { level: "gold", years: 5 } },
    })
    expect(changed).toMatchObject({ version: 2, label: "Saw", cover: { level: "gold", years: 5 } })
    expect(changed.cover.fee).toEqual({ minor: 500, currency: "SEK" })
    const emptied = await machines.patch({ id: made.id, set: { cover: { level: null, years: 2, fee: null } } })
    expect(emptied).toMatchObject({ version: 3, cover: NOTHING })
    expect(rowsBeside(file)).toEqual([])
  })

  test("the same value again changes nothing", async () => {
    const { anna } = await openCovered()
    const { id } = await anna.workshop.machines.create({ ...machine("A"), cover: { level: "gold" } })
    expect(await anna.workshop.machines.patch({ id, set: { cover: { level: "gold" } } })).toMatchObject({ version: 1 })
  })

  test("the history names them as filters do", async () => {
    const { anna } = await openCovered()
    const { id } = await anna.workshop.machines.create(machine("A"))
    await anna.workshop.machines.patch({ id, set: { cover: { level: "gold" } } })
    const {
      items: [latest, first],
    } = await anna.workshop.machines.history(id)
    expect(latest).toMatchObject({ before: {}, after: { "cover.level": "gold" }, version: 2 })
    expect(first?.after).toMatchObject({ "cover.years": 2 })
  })

  test("a preview shows them", async () => {
    const { anna } = await openCovered()
    const { id } = await anna.workshop.machines.create(machine("A"))
    const { changes } = await anna.workshop.machines.patch.preview({ id, set: { cover: { years: 4 } } })
    expect(changes).toMatchObject([{ before: { "cover.years": 2 }, after: { "cover.years": 4 } }])
  })

  test("the parts of a record have them too", async () => {
    const { anna } = await openCovered()
    const parts = [{ name: "blade", cover: { hours: "2.50" } }, { name: "grip" }]
    const { id } = await anna.workshop.machines.create({ ...machine("A"), parts } as never)
    const [blade, grip] = (await anna.workshop.machines.parts(id, "parts")) as unknown as readonly CoveredPartRow[]
    expect([blade?.cover.hours, grip?.cover.hours]).toEqual(["2.5", null])
    planned.set("grip", async () => [
      { verb: "patch", entity: Part, id: grip?.id ?? "", expectedVersion: null, set: { cover: { hours: "7" } } },
    ])
    await anna.workshop.run({ plan: "grip" })
    const after = await anna.workshop.machines.parts(id, "parts")
    expect(after.map((part) => (part as unknown as CoveredPartRow).cover.hours)).toEqual(["2.5", "7"])
    expect(await anna.workshop.machines.get(id)).toMatchObject({ version: 2 })
    expect(CoveredPart.extends).toBe(Part)
  })
})

describe("bad values", () => {
  test("every issue has its path", async () => {
    const { anna } = await openCovered()
    const { machines } = anna.workshop
    const bad = { ...machine("A"), cover: { level: "silver", years: 11, ghost: 1 } }
    const outcome = await machines.create(bad as never).result()
    const paths = (of: typeof outcome) =>
      of.ok || of.error._tag !== "InvalidInput" ? [] : of.error.params.issues.map(({ path }) => path)
    expect([...paths(outcome)].sort()).toEqual(["cover.ghost", "cover.level", "cover.years"])
    const { id } = await machines.create(machine("A"))
    const patched = await machines.patch({ id, set: { cover: { years: null } } as never }).result()
    expect(paths(patched as never)).toEqual(["set.cover.years"])
  })

  test("a unique value is told by its name", async () => {
    const { anna } = await openCovered()
    const { machines } = anna.workshop
    await machines.create({ ...machine("A"), cover: { number: "W 1" } })
    const twice = await machines.create({ ...machine("B"), cover: { number: "w  1" } }).result()
    expect(!twice.ok && twice.error).toMatchObject({
      _tag: "UniqueTaken",
      params: { table: "machine", columns: ["cover.number"] },
    })
  })

  test("a reference must point at a record, and an amount be in its record's currency", async () => {
    const { anna } = await openCovered()
    const { machines } = anna.workshop
    const astray = await machines
      .create({ ...machine("A"), cover: { backup: "01953000-0000-7000-8000-000000000000" } })
      .result()
    expect(!astray.ok && astray.error._tag).toBe("ReferenceMissing")
    const euro = await machines.create({ ...machine("A"), cover: { fee: { minor: 1, currency: "EUR" } } }).result()
    expect(!euro.ok && euro.error).toMatchObject({ _tag: "RuleBroken", params: { field: "cover.fee" } })
  })

  test("a rule of the plugin sees its own fields", async () => {
    const { anna } = await openCovered()
    const broken = await anna.workshop.machines.create({ ...machine("A"), cover: { level: "gold", years: 0 } }).result()
    expect(!broken.ok && broken.error).toMatchObject({ _tag: "RuleBroken", params: { field: "cover.years" } })
  })
})

describe("many records", () => {
  test("a mass update sets them, and an undo gives them back", async () => {
    const { anna } = await openCovered()
    const { machines } = anna.workshop
    const ids = []
    for (const code of ["A", "B", "C"]) ids.push((await machines.create(machine(code))).id)
    await machines.patch({ id: ids[0] ?? "", set: { cover: { level: "basic" } } })
    const set = { cover: { level: "gold" as const } }
    const outcome = await machines.massUpdate({ ids, set, refused: "all" }).result()
    expect(outcome).toMatchObject({ ok: true, value: { updated: ids } })
    await machines.undo({ seq: (outcome.ok && outcome.seq) || 0, refused: "all" })
    const levels = []
    for (const id of ids) levels.push((await machines.get(id)).cover.level)
    expect(levels).toEqual(["basic", null, null])
  })

  test("a file gives them by name, and the same file again changes nothing", async () => {
    const { anna } = await openCovered()
    const columns = {
      code: "Code",
      label: "Label",
      currency: "Currency",
      "cover.level": "Level",
      "cover.years": "Years",
    }
    const file = (text: string) => ({ file: "covers.csv", text, key: ["code"] as const, columns })
    const text = "Code;Label;Currency;Level;Years\nA;Saw;SEK;gold;4\nB;Drill;SEK;;3\n"
    expect(await anna.workshop.machines.import(file(text))).toMatchObject({ created: 2 })
    expect(await anna.workshop.machines.import(file(text))).toMatchObject({ created: 0, changed: 0, unchanged: 2 })
    const more = await anna.workshop.machines.import(file(text.replace("gold", "basic")))
    expect(more).toMatchObject({ changed: 1, unchanged: 1 })
    const { items } = await anna.workshop.machines.list()
    expect(items.map(({ code, cover }) => [code, cover.level, cover.years]).sort()).toEqual([
      ["A", "basic", 4],
      ["B", null, 3],
    ])
    const bad = await anna.workshop.machines.import(file(text.replace("gold", "silver"))).result()
    expect(!bad.ok && bad.error.params).toMatchObject({
      issues: [{ row: 2, field: "cover.level", column: "Level", value: "silver", code: "BadValue" }],
    })
  })
})

test("a filter finds them by name, where the record has a row in the plugin's table and where it has none", async () => {
  const { anna } = await openCovered()
  const { machines } = anna.workshop
  const euro = { minor: 100, currency: "SEK" }
  await machines.create({ ...machine("A"), cover: { level: "gold", years: 5, fee: euro, number: "W 1" } })
  await machines.create({ ...machine("B"), cover: { level: "basic" } })
  const { id: backup } = await machines.create(machine("C"))
  await machines.create({ ...machine("D"), cover: { backup, isPaid: true } })
  const found = async (where: object) =>
    (await machines.list({ where: where as never })).items
      .map(({ code }) => code)
      .sort()
      .join("")
  expect(await found({ "cover.level": "gold" })).toBe("A")
  expect(await found({ "cover.level": null })).toBe("CD")
  expect(await found({ "cover.level": { ne: "gold" } })).toBe("B")
  expect(await found({ not: { "cover.level": "gold" } })).toBe("BCD")
  expect(await found({ "cover.level": { in: ["gold", "basic"] } })).toBe("AB")
  expect(await found({ "cover.years": 2 })).toBe("BCD")
  expect(await found({ "cover.years": { gt: 2 } })).toBe("A")
  expect(await found({ "cover.years": { lt: 3 } })).toBe("BCD")
  expect(await found({ "cover.isPaid": false })).toBe("ABC")
  expect(await found({ "cover.number": "w  1" })).toBe("A")
  expect(await found({ "cover.backup": backup })).toBe("D")
  expect(await found({ "cover.fee": { gte: euro } })).toBe("A")
  expect(await found({ "cover.fee": { gte: { ...euro, currency: "EUR" } } })).toBe("")
  expect(await found({ or: [{ "cover.level": "gold" }, { code: "C" }] })).toBe("AC")
  const ghost = await machines.list({ where: { "cover.ghost": 1 } }).result()
  expect(!ghost.ok && ghost.error).toMatchObject({
    _tag: "InvalidInput",
    params: { issues: [{ path: "cover.ghost" }] },
  })
})

describe("the plugin's own code", () => {
  test("reads and writes them with their types", async () => {
    const { anna } = await openCovered()
    const { id } = await anna.workshop.machines.create(machine("A"))
    const promoted = await anna.cover.promote({ machine: id, level: "gold" })
    expectTypeOf(promoted.cover.level).toEqualTypeOf<"basic" | "gold" | null>()
    expect(promoted).toMatchObject({ version: 2, cover: { level: "gold", years: 3 } })
  })

  test("a hook writes what its plugin adds to another's record", async () => {
    const { anna } = await openCovered()
    const { id } = await anna.workshop.machines.create(machine("A"))
    await anna.workshop.raise({ machine: id, by: 2 })
    expect(await anna.workshop.machines.get(id)).toMatchObject({ count: 3, cover: { isPaid: true } })
    const {
      items: [latest],
    } = await anna.workshop.machines.history(id)
    expect(latest).toMatchObject({ by: "cover", after: { "cover.isPaid": true } })
  })
})

test("they go with their record", async () => {
  const file = temporaryFile()
  const { anna } = await openCovered(file)
  const parts = [{ name: "blade", cover: { hours: "2" } }]
  const { id } = await anna.workshop.machines.create({ ...machine("A"), parts, cover: { level: "gold" } } as never)
  planned.set("scrap", async () => [{ verb: "remove", entity: Machine, id }])
  await anna.workshop.run({ plan: "scrap" })
  expect(rowsBeside(file)).toEqual([])
  const history = await anna.workshop.machines.get(id).result()
  expect(!history.ok && history.error._tag).toBe("NotFound")
  const { id: backup } = await anna.workshop.machines.create(machine("C"))
  await anna.workshop.machines.create({ ...machine("D"), cover: { backup } })
  planned.set("scrap", async () => [{ verb: "remove", entity: Machine, id: backup }])
  const kept = await anna.workshop.run({ plan: "scrap" }).result()
  expect(!kept.ok && kept.error).toMatchObject({ _tag: "ReferenceMissing", params: { field: "cover.backup" } })
})

const rowsBeside = (file: string): readonly unknown[] => {
  const db = new Database(file, { readonly: true })
  try {
    return ["machine", "part"].flatMap((name) => db.prepare(`select * from anbud_${name}__cover`).all())
  } finally {
    db.close()
  }
}

describe("what cannot be added", () => {
  const named = (id: string, adds: readonly unknown[], needs = ["workshop"]) =>
    plugin(id, { needs, entities: [], adds: adds as never })
  const Own = entity("own", { name: text() })
  test.each([
    [
      "a required field",
      named("extra", [extend(Machine, { extra: { must: text() } } as never)]),
      "must be optional or defaulted",
    ],
    [
      "a stored field",
      named("extra", [extend(Machine, { extra: { must: stored(text()) } } as never)]),
      "must be optional or defaulted",
    ],
    ["under another name", named("extra", [extend(Machine, { other: { a: optional(text()) } })]), "under another name"],
    [
      "without the need",
      named("extra", [extend(Machine, { extra: { a: optional(text()) } })], []),
      'does not list "workshop"',
    ],
    [
      "a plugin called like a field",
      named("label", [extend(Machine, { label: { a: optional(text()) } })]),
      "a field of the plugin's name",
    ],
    [
      "twice",
      named(
        "extra",
        [1, 2].map(() => extend(Machine, { extra: { a: optional(text()) } })),
      ),
      "twice",
    ],
    [
      "to an entity that nobody lists",
      named("extra", [extend(Own, { extra: { a: optional(text()) } })]),
      "no such entity",
    ],
    [
      "a field with a bad name",
      named("extra", [extend(Machine, { extra: { "a.b": optional(text()) } })]),
      "not a name for a field",
    ],
    [
      "a reference to a stranger",
      named("extra", [extend(Machine, { extra: { a: optional(Own.id) } })]),
      "unknown entity",
    ],
  ])("%s", async (_, extra, reason) => {
    const engine = createEngine({
      store: sqlite({ file: ":memory:" }),
      plugins: { ...plugins, [extra.id]: extra } as never,
    })
    const error = await engine.then(closing, (refused: unknown) => refused)
    expect(DefinitionInvalid.is(error) && error.params.issues.join("; ")).toContain(reason)
  })
})
