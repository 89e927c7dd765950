import { sqlite } from "@anbud/adapter-sqlite"
import type { Id, Where } from "@anbud/core"
import { describe, expect, test } from "vitest"
import { derived } from "../../src/facets/derived.ts"
import { compileModel } from "../../src/kernel/model.ts"
import { recordsOf } from "../../src/kernel/records.ts"
import type { View } from "../../src/kernel/view.ts"
import { Machine, machine, openWorkshop, planned, plugins } from "../workshop.ts"

type MachineWhere = Where<typeof Machine>
const sek = (minor: number) => ({ minor, currency: "SEK" })
const eur = (minor: number) => ({ minor, currency: "EUR" })

/** A: a pump of two parts, B: a fan, the twin of A, in euro, C: nothing. */
const withParts = async () => {
  const { anna, engine } = await openWorkshop()
  const { machines } = anna.workshop
  const a = await machines.create({
    ...machine("A"),
    note: "keep",
    parts: [
      { name: "pump", worth: sek(500), bolts: [{ length: 3, paid: sek(7) }, { length: 9 }] },
      { name: "hose", bolts: [] },
    ],
  })
  const b = await machines.create({
    ...machine("B"),
    currency: "EUR",
    twin: a.id,
    parts: [{ name: "fan", worth: eur(500), bolts: [{ length: 9 }] }],
  })
  await machines.create({ ...machine("C"), twin: b.id })
  const codes = async (where: MachineWhere) => (await machines.list({ where })).items.map(({ code }) => code).sort()
  return { engine, anna, machines, codes, a, b }
}

describe("filters over parts", () => {
  test.each<[string, MachineWhere, readonly string[]]>([
    ["some part has the name", { parts: { some: { name: "pump" } } }, ["A"]],
    ["some part has one of the names", { parts: { some: { name: { in: ["hose", "fan"] } } } }, ["A", "B"]],
    ["one part has to match it all", { parts: { some: { name: "hose", worth: { isNull: false } } } }, []],
    ["some and none together", { parts: { some: { name: "pump" }, none: { name: "hose" } } }, []],
    ["no part has the name", { parts: { none: { name: "pump" } } }, ["B", "C"]],
    ["no parts at all", { parts: { none: {} } }, ["C"]],
    ["any parts at all", { parts: { some: {} } }, ["A", "B"]],
    ["parts of parts", { parts: { some: { bolts: { some: { length: 9 } } } } }, ["A", "B"]],
    ["not, and beside own fields", { not: { parts: { some: { name: "fan" } } }, note: "keep" }, ["A"]],
    ["the place in the list", { parts: { some: { name: "hose", position: 2 } } }, ["A"]],
    ["an amount in the currency of its aggregate", { parts: { some: { worth: sek(500) } } }, ["A"]],
    ["an amount in a currency two levels up", { parts: { some: { bolts: { some: { paid: sek(7) } } } } }, ["A"]],
    ["the same number in another currency", { parts: { some: { bolts: { some: { paid: eur(7) } } } } }, []],
  ])("%s", async (_, where, expected) => {
    const { codes } = await withParts()
    expect(await codes(where)).toEqual(expected)
  })
})

describe("filters through references", () => {
  test.each<[string, MachineWhere, readonly string[]]>([
    ["a field of what it points at", { twin: { is: { code: "A" } } }, ["B"]],
    ["the same, dotted", { "twin.code": "A" }, ["B"]],
    ["two references on", { twin: { is: { twin: { is: { code: "A" } } } } }, ["C"]],
    ["two references on, dotted", { "twin.twin.code": "A" }, ["C"]],
    ["parts of what it points at", { twin: { is: { parts: { some: { name: "pump" } } } } }, ["B"]],
    ["a comparison", { "twin.code": { in: ["A", "B"] } }, ["B", "C"]],
    ["nothing matches where there is no record", { "twin.code": { ne: "A" } }, ["C"]],
    ["an empty value of a record that is there", { "twin.note": null }, ["C"]],
    ["points at any record", { twin: { is: {} } }, ["B", "C"]],
    ["beside a comparison of the reference itself", { twin: { is: { code: "A" }, isNull: false } }, ["B"]],
    ["up from a part", { parts: { some: { "parent.code": "B" } } }, ["B"]],
  ])("%s", async (_, where, expected) => {
    const { codes } = await withParts()
    expect(await codes(where)).toEqual(expected)
  })

  test.each<[string, object]>([
    ["parts without some or none", { parts: {} }],
    ["parts compared with null", { parts: null }],
    ["parts by another word", { parts: { every: {} } }],
    ["an unknown field of a part", { parts: { some: { colour: 1 } } }],
    ["is of a field that is no reference", { code: { is: { code: "A" } } }],
    ["a path through a field that is no reference", { "code.length": 1 }],
    ["an unknown field at the end of a path", { "twin.colour": 1 }],
    ["a path that ends in nothing", { "twin.": 1 }],
    ["a path that begins with nothing", { ".code": 1 }],
    ["a path into an embedded value", { "options.a": 1 }],
    ["a path through the prototype", { "constructor.name": "Object" }],
    ["a filter that is a list", { twin: { is: [] } }],
  ])("%s is InvalidInput", async (_, where) => {
    const { machines } = await withParts()
    await expect(machines.list({ where: where as MachineWhere })).rejects.toMatchObject({ _tag: "InvalidInput" })
  })

  test("a chain of filters that is too long is QueryTooComplex", async () => {
    const { machines } = await withParts()
    const path = `${"twin.".repeat(200)}code`
    await expect(machines.list({ where: { [path]: "A" } })).rejects.toMatchObject({ _tag: "QueryTooComplex" })
  })
})

test("a view hides rows from reads, counts and filters through references, and its fields are unknown", async () => {
  const model = compileModel(plugins, derived)
  const store = sqlite({ file: ":memory:" })
  await store.open(derived.tables(model))
  const row = (id: string, code: string, twin: string | null) => {
    const values = { code, label: code, currency: "SEK", count: 1, isActive: true, state: "new", twin }
    return { ...derived.toColumns(Machine.fields, values), id, version: 1 }
  }
  const rows = [row("a", "A", null), row("b", "B", "a"), row("c", "C", "b")]
  await store.write((tx) => tx.insert("machine", "fjall", rows))
  const view: View = {
    rows: () => ({ op: "ne", column: "code", value: "A" }),
    shows: (_, field) => field !== "label",
  }
  await store.read(async (reader) => {
    const all = recordsOf(model, derived, reader, "fjall")
    const some = recordsOf(model, derived, reader, "fjall", view)
    expect([await all.count(Machine), await some.count(Machine)]).toEqual([3, 2])
    expect((await all.find(Machine, { twin: { is: {} } })).map(({ code }) => code)).toEqual(["B", "C"])
    expect((await some.find(Machine, { twin: { is: {} } })).map(({ code }) => code)).toEqual(["C"])
    expect(await some.find(Machine, { "twin.code": "A" })).toEqual([])
    await expect(some.get(Machine, "a" as Id<"machine">)).rejects.toMatchObject({ _tag: "NotFound" })
    expect(Object.keys(await some.get(Machine, "b" as Id<"machine">))).not.toContain("label")
    expect(await some.sum(Machine, "count")).toBe(2)
    await expect(some.find(Machine, { label: "B" })).rejects.toMatchObject({ _tag: "InvalidInput" })
    await expect(some.find(Machine, { "twin.label": "B" })).rejects.toMatchObject({ _tag: "InvalidInput" })
  })
  await store.close()
})

test("amounts of several currencies are never added up as one number", async () => {
  const { anna } = await withParts()
  planned.set("sum of an amount", async (ctx) => {
    await ctx.read.sum(Machine, "budget" as never)
    return []
  })
  await expect(anna.workshop.run({ plan: "sum of an amount" })).rejects.toThrow("has one per currency")
})
