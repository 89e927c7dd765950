/** Fields that a tenant defines at run time, with the same life as any other. */
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, customFields, fixedClock, fixedIds } from "@anbud/core"
import Database from "better-sqlite3"
import { describe, expect, test } from "vitest"
import { closing, machine, plugins, START, TENANT, temporaryFile } from "../workshop.ts"

const OTHER = { ...TENANT, id: "other", name: "Other" }

const open = async (file = ":memory:") => {
  const options = { store: sqlite({ file }), clock: fixedClock(START), ids: fixedIds(`custom/${file}`) }
  const engine = closing(await createEngine({ ...options, plugins: { ...plugins, customFields } }))
  await engine.tenants.create(TENANT)
  await engine.tenants.create(OTHER)
  return {
    engine,
    anna: engine.as({ tenant: "fjall", user: "anna" }),
    olle: engine.as({ tenant: "other", user: "anna" }),
  }
}

type Anna = Awaited<ReturnType<typeof open>>["anna"]
type Definition = Parameters<Anna["customFields"]["define"]>[0]

const defined = async (anna: Anna, given: Partial<Definition> & Pick<Definition, "kind">): Promise<string> => {
  const label = given.labels ?? { en: given.kind }
  return (await anna.customFields.define({ entity: "machine", ...given, labels: label })).key
}

const issuesOf = async (call: { result(): Promise<unknown> }) => {
  const outcome = (await call.result()) as {
    ok: boolean
    error?: { _tag: string; params: { issues?: { path: string }[] } }
  }
  return [outcome.error?._tag, ...(outcome.error?.params.issues ?? []).map(({ path }) => path)]
}

describe("PS-12 a field of the tenant's own", () => {
  test("7 is stored, validated and filterable; text is refused", async () => {
    const { anna } = await open()
    const { machines } = anna.workshop
    const field = await anna.customFields.define({
      entity: "machine",
      kind: "integer",
      labels: { it: "Macchinari" },
      min: 0,
    })
    expect(field).toMatchObject({ key: "macchinari", name: "machine.macchinari", isRetired: false })
    const { id } = await machines.create(machine("K4"))
    const set = await machines.patch({ id, set: { custom: { macchinari: 7 } } })
    expect(set).toMatchObject({ version: 2, custom: { macchinari: 7 } })
    expect(await machines.get(id)).toEqual(set)
    expect(await issuesOf(machines.patch({ id, set: { custom: { macchinari: "seven" } } }))).toEqual([
      "InvalidInput",
      "set.custom.macchinari",
    ])
    expect(await issuesOf(machines.patch({ id, set: { custom: { macchinari: -1 } } }))).toEqual([
      "InvalidInput",
      "set.custom.macchinari",
    ])
    const { items } = await machines.list({ where: { "custom.macchinari": { gte: 7 } } })
    expect(items.map(({ code }) => code)).toEqual(["K4"])
    const {
      items: [latest],
    } = await machines.history(id)
    expect(latest).toMatchObject({ before: {}, after: { "custom.macchinari": 7 } })
  })

  test("every kind comes back as it went in, and compares", async () => {
    const { anna } = await open()
    const { machines } = anna.workshop
    for (const kind of ["text", "integer", "decimal", "date", "boolean", "money"] as const)
      await defined(anna, { kind })
    await defined(anna, { kind: "choice", choices: ["a b", "c"] })
    const custom = {
      text: "Å",
      integer: -3,
      decimal: "10.5",
      date: "2025-03-14",
      boolean: true,
      money: { minor: 1250, currency: "SEK" },
      choice: "a b",
    }
    const made = await machines.create({ ...machine("A"), custom: { ...custom, decimal: "10.50" } })
    expect(made.custom).toEqual(custom)
    await machines.create({ ...machine("B"), custom: { decimal: "9", boolean: false } })
    await machines.create(machine("C"))
    const found = async (where: object) =>
      (await machines.list({ where: where as never })).items
        .map(({ code }) => code)
        .sort()
        .join("")
    expect(await found({ "custom.text": { contains: "Å" } })).toBe("A")
    expect(await found({ "custom.integer": { in: [-3, 3] } })).toBe("A")
    expect(await found({ "custom.decimal": { gt: "9" } })).toBe("A")
    expect(await found({ "custom.decimal": "9.0" })).toBe("B")
    expect(await found({ "custom.date": { lt: "2025-04-01" } })).toBe("A")
    expect(await found({ "custom.boolean": false })).toBe("B")
    expect(await found({ "custom.boolean": null })).toBe("C")
    expect(await found({ "custom.money": { gte: { minor: 1250, currency: "SEK" } } })).toBe("A")
    expect(await found({ "custom.money": { gte: { minor: 1250, currency: "EUR" } } })).toBe("")
    expect(await found({ "custom.choice": { ne: "c" } })).toBe("A")
    expect(await found({ not: { "custom.choice": "a b" } })).toBe("BC")
    const sorted = async (field: string, descending: boolean) => {
      const rows: string[] = []
      const order = [{ field: field as never, descending }]
      let after: string | undefined
      do {
        const page = await machines.list({ order, limit: 1, ...(after === undefined ? {} : { after }) })
        rows.push(...page.items.map(({ code }) => code))
        after = page.next ?? undefined
      } while (after !== undefined)
      return rows.join("")
    }
    expect([await sorted("custom.decimal", false), await sorted("custom.decimal", true)]).toEqual(["CBA", "ABC"])
    expect(await sorted("custom.text", true)).toMatch(/^A/)
  })

  test("a required field must be there at a create, and cannot be emptied; records of before lack it", async () => {
    const { anna } = await open()
    const { machines } = anna.workshop
    const before = await machines.create(machine("A"))
    await defined(anna, { kind: "text", labels: { en: "Site" }, isRequired: true })
    expect(await issuesOf(machines.create(machine("B")))).toEqual(["InvalidInput", "custom.site"])
    const made = await machines.create({ ...machine("B"), custom: { site: "Kiruna" } })
    expect(await issuesOf(machines.patch({ id: made.id, set: { custom: { site: null } } }))).toEqual([
      "InvalidInput",
      "set.custom.site",
    ])
    expect(await machines.patch({ id: before.id, set: { label: "Old" } })).toMatchObject({ custom: { site: null } })
  })

  test("mass update, undo, import and preview know it", async () => {
    const { anna } = await open()
    const { machines } = anna.workshop
    await defined(anna, { kind: "integer", labels: { en: "Crew" } })
    const ids = [(await machines.create(machine("A"))).id, (await machines.create(machine("B"))).id]
    const call = await machines.massUpdate({ ids, set: { custom: { crew: 3 } }, refused: "all" }).result()
    expect(call).toMatchObject({ ok: true, value: { updated: ids } })
    await machines.undo({ seq: (call.ok && call.seq) || 0, refused: "all" })
    expect((await machines.get(ids[0] ?? "")).custom).toEqual({ crew: null })
    expect(await issuesOf(machines.massUpdate({ ids, set: { custom: { ghost: 3 } }, refused: "skip" }))).toEqual([
      "InvalidInput",
      "set.custom.ghost",
    ])
    const columns = { code: "Code", label: "Label", currency: "Currency", "custom.crew": "Crew" }
    const file = (crew: string) => ({
      file: "m.csv",
      text: `Code;Label;Currency;Crew\nA;Saw;SEK;${crew}\n`,
      key: ["code"] as const,
      columns,
    })
    expect(await machines.import(file("5"))).toMatchObject({ changed: 1 })
    expect(await machines.import(file("5"))).toMatchObject({ unchanged: 1 })
    const bad = await machines.import(file("five")).result()
    expect(!bad.ok && bad.error.params).toMatchObject({ issues: [{ row: 2, field: "custom.crew", column: "Crew" }] })
    const preview = await machines.patch.preview({ id: ids[0] ?? "", set: { custom: { crew: 6 } } })
    expect(preview.changes).toMatchObject([{ before: { "custom.crew": 5 }, after: { "custom.crew": 6 } }])
  })

  test("a retired field keeps its values and takes no more", async () => {
    const { anna } = await open()
    const { machines } = anna.workshop
    const { id: field } = await anna.customFields.define({ entity: "machine", kind: "text", labels: { en: "Site" } })
    const { id } = await machines.create({ ...machine("A"), custom: { site: "Kiruna" } })
    await defined(anna, { kind: "integer", labels: { en: "Crew" } })
    expect(await anna.customFields.retire({ field })).toMatchObject({ isRetired: true })
    expect(await issuesOf(machines.patch({ id, set: { custom: { site: "Luleå" } } }))).toEqual([
      "InvalidInput",
      "set.custom.site",
    ])
    const after = await machines.patch({ id, set: { custom: { crew: 2 } } })
    expect(after.custom).toEqual({ site: "Kiruna", crew: 2 })
    expect((await machines.history(id)).items.at(-1)?.after).toMatchObject({ "custom.site": "Kiruna" })
    expect(await issuesOf(anna.customFields.retire({ field }))).toEqual(["FieldRetired"])
    expect((await anna.customFields.define({ entity: "machine", kind: "date", labels: { en: "Site" } })).key).toBe(
      "site2",
    )
  })

  test("a label changes, a key does not", async () => {
    const { anna } = await open()
    const { id: field } = await anna.customFields.define({ entity: "machine", kind: "text", labels: { en: "Site" } })
    const renamed = await anna.customFields.relabel({ field, labels: { en: "Place", sv: "Plats" } })
    expect(renamed).toMatchObject({ key: "site", labels: { en: "Place", sv: "Plats" } })
    expect(await anna.customFields.definitions({ entity: "machine" })).toEqual([renamed])
  })
})

describe("reliability", () => {
  test("row 2: whatever the label says, the key is made of letters and digits, and the label is only data", async () => {
    const { anna } = await open()
    const { machines } = anna.workshop
    const { id } = await machines.create(machine("A"))
    const labels = [
      `"`,
      "a.b",
      "x'||(select 1)||'",
      "__proto__",
      "constructor",
      "toString",
      "select",
      "Ärende № 7",
      "安全",
    ]
    for (const [index, label] of labels.entries()) {
      const key = await defined(anna, { kind: "integer", labels: { en: label } })
      expect(key).toMatch(/^[a-z][a-z0-9]*$/)
      const row = await machines.patch({ id, set: { custom: { [key]: index } } })
      expect(row.custom?.[key]).toBe(index)
      const { items } = await machines.list({ where: { [`custom.${key}`]: index } })
      expect(items).toHaveLength(1)
    }
    const found = await anna.customFields.definitions({})
    expect(found.map((field) => field.labels["en"])).toEqual(labels)
    expect(({} as Record<string, unknown>)["isAdmin"]).toBeUndefined()
    for (const bad of ["\u0000", "\ud800", "x".repeat(300), ""])
      expect(
        (await issuesOf(anna.customFields.define({ entity: "machine", kind: "text", labels: { en: bad } })))[0],
      ).toBe("InvalidInput")
    const locale = anna.customFields.define({ entity: "machine", kind: "text", labels: { "sv'": "x" } })
    expect(await issuesOf(locale)).toEqual(["InvalidInput", "labels.sv'"])
  })

  test("row 3: a path in a filter is no way into the column", async () => {
    const { anna } = await open()
    await defined(anna, { kind: "text", labels: { en: "Site" } })
    for (const path of ["a'||(select 1)||'", "$[0]", "site.x", "site:integer", "__proto__", "SITE", ""]) {
      const call = anna.workshop.machines.list({ where: { [`custom.${path}`]: "x" } })
      expect(await issuesOf(call)).toEqual(["InvalidInput", `custom.${path}`])
    }
    expect(await issuesOf(anna.workshop.machines.list({ where: { custom: "x" } as never }))).toEqual([
      "InvalidInput",
      "custom",
    ])
  })

  test("row 13: names of prototypes are refused and nothing is polluted", async () => {
    const { anna } = await open()
    const { machines } = anna.workshop
    await defined(anna, { kind: "text", labels: { en: "Site" } })
    const { id } = await machines.create(machine("A"))
    for (const custom of [
      JSON.parse('{"__proto__":{"isAdmin":true}}'),
      { constructor: 1 },
      { "a.b": 1 },
      { toString: "x" },
      [1],
      "x",
      5,
    ])
      expect((await issuesOf(machines.patch({ id, set: { custom: custom as never } })))[0]).toBe("InvalidInput")
    expect(({} as Record<string, unknown>)["isAdmin"]).toBeUndefined()
    expect(await machines.get(id)).toMatchObject({ version: 1 })
  })

  test("row 15: a custom field may be called like a system field, and is none", async () => {
    const { anna } = await open()
    const key = await defined(anna, { kind: "integer", labels: { en: "version" } })
    const made = await anna.workshop.machines.create({ ...machine("A"), custom: { [key]: 99 } })
    expect(made).toMatchObject({ version: 1, custom: { version: 99 } })
  })

  test("row 16: what nobody defined is refused, before the first field too", async () => {
    const { anna } = await open()
    expect(await issuesOf(anna.workshop.machines.create({ ...machine("A"), custom: { ghost: 1 } }))).toEqual([
      "InvalidInput",
      "custom.ghost",
    ])
    await defined(anna, { kind: "text" })
    expect(await issuesOf(anna.workshop.machines.create({ ...machine("A"), custom: { ghost: 1 } }))).toEqual([
      "InvalidInput",
      "custom.ghost",
    ])
  })

  test("row 20: a tenant has at most a hundred fields of an entity, a text at most 2 000 characters", async () => {
    const { anna } = await open()
    for (let count = 0; count < 100; count += 1) await defined(anna, { kind: "text", labels: { en: `Note ${count}` } })
    const over = await anna.customFields
      .define({ entity: "machine", kind: "text", labels: { en: "One more" } })
      .result()
    expect(!over.ok && over.error).toMatchObject({ _tag: "LimitExceeded", params: { most: 100 } })
    const long = { ...machine("A"), custom: { note0: "x".repeat(2001) } }
    expect(await issuesOf(anna.workshop.machines.create(long))).toEqual(["InvalidInput", "custom.note0"])
  })

  test("an entity that takes none is refused", async () => {
    const { anna } = await open()
    for (const entity of ["reading", "part", "tenant", "customField", "toString", "ghost"])
      expect(await issuesOf(anna.customFields.define({ entity, kind: "text", labels: { en: "x" } }))).toEqual([
        "UnknownEntity",
      ])
  })

  test("a definition says everything that is wrong with it", async () => {
    const { anna } = await open()
    const bad = { entity: "machine", kind: "integer", labels: {}, choices: ["a"], min: 5, max: 1 } as const
    expect(await issuesOf(anna.customFields.define(bad))).toEqual(["InvalidInput", "labels", "choices", "max"])
    const none = { entity: "machine", kind: "choice", labels: { en: "x" } } as const
    expect(await issuesOf(anna.customFields.define(none))).toEqual(["InvalidInput", "choices"])
  })
})

test("two tenants never see each other's fields", async () => {
  const { anna, olle } = await open()
  await defined(anna, { kind: "text", labels: { en: "Site" } })
  expect(await olle.customFields.definitions({})).toEqual([])
  expect(await issuesOf(olle.workshop.machines.create({ ...machine("A"), custom: { site: "x" } }))).toEqual([
    "InvalidInput",
    "custom.site",
  ])
  expect((await olle.workshop.machines.create(machine("A"))).custom).toBeUndefined()
})

test("another engine on the same file knows a field as soon as it is defined", async () => {
  const file = temporaryFile()
  const { anna } = await open(file)
  const second = closing(await createEngine({ store: sqlite({ file }), plugins: { ...plugins, customFields } }))
  const other = second.as({ tenant: "fjall", user: "anna" })
  await defined(anna, { kind: "text", labels: { en: "Site" } })
  const made = await other.workshop.machines.create({ ...machine("A"), custom: { site: "Kiruna" } })
  expect(await anna.workshop.machines.get(made.id)).toEqual(made)
  const db = new Database(file, { readonly: true })
  expect(db.prepare("select custom from anbud_machine").pluck().all()).toEqual(['{"site":"Kiruna"}'])
  db.close()
})

test("a repeated call with its key gives the same answer, though the field was retired meanwhile", async () => {
  const { anna } = await open()
  const { id: field } = await anna.customFields.define({ entity: "machine", kind: "text", labels: { en: "Site" } })
  const input = { ...machine("A"), custom: { site: "Kiruna" } }
  const first = await anna.workshop.machines.create(input, { idempotencyKey: "k" })
  await anna.customFields.retire({ field })
  const again = await anna.workshop.machines.create(input, { idempotencyKey: "k" }).result()
  expect(again).toMatchObject({ ok: true, replayed: true, value: { id: first.id, custom: { site: "Kiruna" } } })
})
