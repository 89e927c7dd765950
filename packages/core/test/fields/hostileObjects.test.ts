/**
 * Hostile objects: what a caller without types may hand over in the place of a record, row by row of the catalogue of
 * attacks. Whatever it is, it is refused with the path, nothing is written, and nothing outside is touched.
 */
import { describe, expect, test } from "vitest"
import { machine } from "../workshop.ts"
import { openCovered } from "./cover.ts"

type Outcome = { readonly ok: boolean; readonly error?: { readonly _tag: string; readonly params: unknown } }

/** Creates with this input and tells how it was refused; nothing may be left. */
const refusedWith = async (input: unknown): Promise<readonly unknown[]> => {
  const { anna, engine } = await openCovered()
  const before = await engine.journal.head({ tenant: "fjall" })
  const outcome = (await anna.workshop.machines.create(input as never).result()) as Outcome
  expect(await engine.journal.head({ tenant: "fjall" })).toEqual(before)
  expect((await anna.workshop.machines.list()).items).toEqual([])
  expect(Object.keys(Object.prototype)).toEqual([])
  expect(({} as Record<string, unknown>)["isAdmin"]).toBeUndefined()
  const params = outcome.error?.params as { readonly issues?: readonly { readonly path: string }[] } | undefined
  return [outcome.error?._tag, ...(params?.issues ?? []).map(({ path }) => path)]
}

const withJson = (text: string): unknown => ({ ...machine("A"), ...(JSON.parse(text) as object) })

describe("row 13: keys of prototypes", () => {
  test.each([
    ['{"constructor":{"prototype":{"isAdmin":true}}}', "constructor"],
    ['{"cover":{"constructor":{"isAdmin":true}}}', "cover.constructor"],
    ['{"options":{"deep":{"prototype":1}}}', "options.deep.prototype"],
    ['{"parts":[{"name":"x","constructor":1}]}', "parts[0].constructor"],
    ['{"cover.level":"gold"}', "cover.level"],
    ['{"parts.0.name":"x"}', "parts.0.name"],
  ])("%s", async (text, path) => {
    expect(await refusedWith(withJson(text))).toEqual(["InvalidInput", path])
  })

  test("__proto__ itself, at the top and inside", async () => {
    const own = Object.defineProperty({ ...machine("A") }, "__proto__", { value: { isAdmin: true }, enumerable: true })
    expect(await refusedWith(own)).toEqual(["InvalidInput", "__proto__"])
    const inner = { ...machine("A"), cover: JSON.parse('{"__proto__":{"isAdmin":true}}') as object }
    expect(await refusedWith(inner)).toEqual(["InvalidInput", "cover.__proto__"])
  })

  test("a list with names of its own", async () => {
    const parts = Object.assign([{ name: "blade" }], { isAdmin: true })
    expect(await refusedWith({ ...machine("A"), parts })).toEqual(["InvalidInput", "parts"])
  })
})

test("row 16: an unknown field is refused, never dropped, wherever it stands", async () => {
  const ghosts = { ...machine("A"), ghost: 1, cover: { ghost: 1 }, parts: [{ name: "blade", ghost: 1 }] }
  expect([...(await refusedWith(ghosts))].sort()).toEqual(["InvalidInput", "cover.ghost", "ghost", "parts[0].ghost"])
})

describe("row 17: null, missing, empty text and empty list are four things", () => {
  test("a missing key changes nothing, null empties, an empty text is a text", async () => {
    const { anna } = await openCovered()
    const { machines } = anna.workshop
    const { id } = await machines.create({ ...machine("A"), note: "old", cover: { number: "W1", level: "gold" } })
    expect(await machines.patch({ id, set: {} })).toMatchObject({ version: 1, note: "old", cover: { number: "W1" } })
    expect(await machines.patch({ id, set: { cover: {} } })).toMatchObject({ version: 1, cover: { level: "gold" } })
    expect(await machines.patch({ id, set: { note: "" } })).toMatchObject({ version: 2, note: "" })
    expect(await machines.patch({ id, set: { note: null, cover: { level: null } } })).toMatchObject({
      version: 3,
      note: null,
      cover: { level: null, number: "W1" },
    })
  })

  test.each([
    ["null for a required value", { label: null }, "label"],
    ["null for a defaulted value", { cover: { years: null } }, "cover.years"],
    ["null for what a plugin adds", { cover: null }, "cover"],
    ["null for a list", { parts: null }, "parts"],
    ["a list for a record", { cover: [] }, "cover"],
    ["a list for a text", { label: [] }, "label"],
  ])("%s is refused", async (_, given, path) => {
    expect(await refusedWith({ ...machine("A"), ...given })).toEqual(["InvalidInput", path])
  })
})

describe("row 19: depth", () => {
  const nested = (depth: number, list: boolean): unknown => {
    let value: unknown = 1
    for (let level = 0; level < depth; level += 1) value = list ? [value] : { a: value }
    return value
  }
  test.each([true, false])("100 000 levels (as lists: %s) are refused before anything recurses", async (list) => {
    const [tag, path] = await refusedWith({ ...machine("A"), options: nested(100_000, list) })
    expect(tag).toBe("InvalidInput")
    expect(String(path)).toMatch(/^options/)
  })

  test("sixty levels are data", async () => {
    const { anna } = await openCovered()
    const made = await anna.workshop.machines.create({ ...machine("A"), options: nested(60, true) })
    expect(made.options).toEqual(nested(60, true))
  })
})

describe("row 20: size", () => {
  test.each([
    ["a list of a million", { options: Array.from({ length: 1_000_000 }, () => 0) }, "options"],
    ["a text of ten million characters", { note: "x".repeat(10_000_000) }, "note"],
    ["a text beyond its field", { label: "x".repeat(41) }, "label"],
    ["a list with a length and nothing in it", { options: new Array(4_000_000_000) }, "options"],
  ])("%s is refused in a moment", async (_, given, path) => {
    const started = performance.now()
    expect(await refusedWith({ ...machine("A"), ...given })).toEqual(["InvalidInput", path])
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test("more parts than one command writes are TooManyRecords, with the limit", async () => {
    const { anna } = await openCovered()
    const parts = Array.from({ length: 1_001 }, (_, index) => ({ name: `part ${index}` }))
    const outcome = await anna.workshop.machines.create({ ...machine("A"), parts }).result()
    expect(!outcome.ok && outcome.error).toMatchObject({ _tag: "TooManyRecords", params: { most: 1_000 } })
  })
})

describe("row 21: things that are no plain data", () => {
  class Machine {
    code = "A"
  }
  test.each([
    ["an instance of a class", new Machine(), ""],
    ["a date", { ...machine("A"), boughtOn: new Date(0) }, "boughtOn"],
    ["a map", { ...machine("A"), options: new Map() }, "options"],
    ["bytes", { ...machine("A"), options: Buffer.from("x") }, "options"],
    ["a big integer", { ...machine("A"), count: 1n }, "count"],
    ["a symbol", { ...machine("A"), note: Symbol("x") }, "note"],
    ["a key that is a symbol", { ...machine("A"), [Symbol.for("x")]: 1 }, "Symbol(x)"],
    ["a function", { ...machine("A"), note: () => "x" }, "note"],
    ["a gap in a list", { ...machine("A"), options: Object.assign(new Array(3), { 0: 1, 2: 2 }) }, "options[1]"],
  ])("%s is refused", async (_, input, path) => {
    expect(await refusedWith(input)).toEqual(["InvalidInput", path])
  })

  test("a getter is refused and never asked", async () => {
    let asked = 0
    const input = Object.defineProperty({ ...machine("A") }, "note", {
      enumerable: true,
      get: () => {
        asked += 1
        return asked === 1 ? "fine" : { evil: true }
      },
    })
    expect(await refusedWith(input)).toEqual(["InvalidInput", "note"])
    expect(asked).toBe(0)
  })

  test("a proxy is read once: what was checked is what is written", async () => {
    const { anna } = await openCovered()
    let reads = 0
    const input = new Proxy(
      { ...machine("A"), note: "" },
      {
        getOwnPropertyDescriptor: (target, key) => {
          const found = Reflect.getOwnPropertyDescriptor(target, key)
          if (key !== "note" || !found) return found
          reads += 1
          return { ...found, value: `read ${reads}` }
        },
      },
    )
    const outcome = (await anna.workshop.machines.create(input).result()) as Outcome & { value?: { note: string } }
    expect([outcome.ok, outcome.value?.note, reads]).toEqual([true, "read 1", 1])
  })
})

test.each([
  ["a text for a truth", { isActive: "false" }, "isActive"],
  ["a list of one number for a number", { count: [5] }, "count"],
  ["true for 1", { count: true }, "count"],
  ["a text for a number", { count: "5" }, "count"],
  ["a number for a decimal", { cost: 12.5 }, "cost"],
  ["a number for a text", { label: 5 }, "label"],
  ["an object with valueOf", { count: { valueOf: 5 } }, "count"],
  ["1 for a truth that a plugin adds", { cover: { isPaid: 1 } }, "cover.isPaid"],
])("row 22: %s is not coerced", async (_, given, path) => {
  expect(await refusedWith({ ...machine("A"), ...given })).toEqual(["InvalidInput", path])
})

describe("row 23: names that every object has", () => {
  const names = ["toString", "hasOwnProperty", "constructor", "__proto__", "valueOf"]
  test.each(names)("%s is no field to filter, sort, import or report by", async (name) => {
    const { anna } = await openCovered()
    const { machines } = anna.workshop
    const refusals = [
      machines.list({ where: JSON.parse(`{"${name}":1}`) as never }),
      machines.list({ order: [{ field: name as never }] }),
      machines.list({ where: JSON.parse(`{"cover.${name}":1}`) as never }),
      machines.import({
        file: "f",
        text: "a\n",
        key: ["code"],
        columns: JSON.parse(`{"code":"a","${name}":"a"}`) as never,
      }),
      machines.parts("x", name as never),
    ]
    for (const call of refusals) {
      const outcome = (await call.result()) as Outcome
      expect([outcome.ok, outcome.error?._tag]).toEqual([false, "InvalidInput"])
    }
  })

  test.each(names)("%s is no plugin, no command and no choice", async (name) => {
    const { anna } = await openCovered()
    const session = anna as unknown as Record<string, unknown>
    expect(Object.hasOwn(session, name)).toBe(false)
    const outcome = (await anna.workshop.machines.create({ ...machine("A"), state: name as never }).result()) as Outcome
    expect(outcome.error?._tag).toBe("InvalidInput")
  })
})
