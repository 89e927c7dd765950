/** Bad input that the catalogue of attacks names, row by row: what is refused, how, and that nothing was written. */
import { redacted } from "@anbud/core"
import { describe, expect, test } from "vitest"
import { localDate } from "../src/kernel/localDate.ts"
import { machine, openWorkshop, planned, TENANT } from "./workshop.ts"

const ALIEN = "seq tenant tenantId id version hash createdBy ownerId balance acceptedAt doubled".split(" ")

describe("row 14: values that are not the caller's to give", () => {
  test.each(ALIEN)("%s is refused by name in create, patch and mass update, and nothing is written", async (field) => {
    const { engine, anna } = await openWorkshop()
    const { id } = await anna.workshop.machines.create(machine("A"))
    const head = await engine.journal.head({ tenant: TENANT.id })
    const alien = { [field]: 1 } as never
    const { create, patch, massUpdate } = anna.workshop.machines
    const calls = [
      [create({ ...machine("B"), ...(alien as object) } as never), field],
      [patch({ id, set: alien }), `set.${field}`],
      [massUpdate({ ids: [id], set: alien, refused: "skip" }), `set.${field}`],
    ] as const
    for (const [call, path] of calls)
      await expect(call).rejects.toMatchObject({ _tag: "InvalidInput", params: { issues: [{ path }] } })
    expect(await engine.journal.head({ tenant: TENANT.id })).toEqual(head)
  })

  test("beside values that are good, the whole call is refused, and every bad one is named", async () => {
    const { anna } = await openWorkshop()
    const { id } = await anna.workshop.machines.create(machine("A"))
    const set = { label: "good", balance: 1, seq: 2 } as never
    const issues = [{ path: "set.balance" }, { path: "set.seq" }]
    await expect(anna.workshop.machines.patch({ id, set })).rejects.toMatchObject({ params: { issues } })
    expect((await anna.workshop.machines.get(id)).label).toBe("Machine A")
  })
})

test.each(["doubled", "version", "tenant", "nobody"])("row 15: an import cannot map a column to %s", async (field) => {
  const { anna } = await openWorkshop()
  const columns = { code: "code", label: "label", currency: () => "SEK", [field]: "x" } as never
  const file = { file: "m.csv", text: "code;label;x\nA;a;7", key: ["code"], columns } as const
  await expect(anna.workshop.machines.import(file)).rejects.toThrow(field)
  expect((await anna.workshop.machines.list()).items).toEqual([])
})

test("row 18: a name that stands twice in the heading of a file is DuplicateColumn, not the last one's value", async () => {
  const { anna } = await openWorkshop()
  const columns = { code: "code", label: "label", currency: () => "SEK" }
  const file = { file: "m.csv", text: "code;label;label\nA;a;b", key: ["code"], columns } as const
  await expect(anna.workshop.machines.import(file)).rejects.toMatchObject({
    _tag: "ImportRejected",
    params: { issues: [{ code: "DuplicateColumn", column: "label" }] },
  })
})

describe("row 24: text that one of the databases would change", () => {
  test.each([
    ["NUL", "a\u0000b"],
    ["a lone high surrogate", "a\ud800b"],
    ["a lone low surrogate", "\udc00"],
    ["U+FFFE", "\ufffe"],
  ])("%s is refused in a text, in an embedded value, in a key of one and in a filter", async (_, bad) => {
    const { anna } = await openWorkshop()
    const refused = (call: Promise<unknown>, path: string) =>
      expect(call).rejects.toMatchObject({ _tag: "InvalidInput", params: { issues: [{ path }] } })
    const make = (more: object) => anna.workshop.machines.create({ ...machine("A"), ...more })
    await refused(make({ note: bad }), "note")
    await refused(make({ options: { a: [bad] } }), "options")
    await refused(make({ options: { [bad]: 1 } }), "options")
    await refused(anna.workshop.machines.list({ where: { note: bad } }), "note")
    expect((await anna.workshop.machines.list()).items).toEqual([])
  })
})

test("row 26: look-alikes, zero-width and right-to-left signs are data: kept as given", async () => {
  const { anna } = await openWorkshop()
  for (const [index, label] of ["Аcme", "A\u200bcme", "\u202eemcA\u202c", "Acme\u00ad"].entries()) {
    const { id } = await anna.workshop.machines.create({ ...machine(`R${index}`), label })
    expect((await anna.workshop.machines.get(id)).label).toBe(label)
  }
})

test("row 29: a length counts characters, so that no pair of an emoji is cut", async () => {
  const { anna } = await openWorkshop()
  const label = "🧰".repeat(40)
  const { id } = await anna.workshop.machines.create({ ...machine("A"), label })
  expect((await anna.workshop.machines.get(id)).label).toBe(label)
  const long = anna.workshop.machines.create({ ...machine("B"), label: `${label}🧰` })
  await expect(long).rejects.toMatchObject({ _tag: "InvalidInput", params: { issues: [{ path: "label" }] } })
})

test("row 30: control characters and colours of terminals are escaped in what a log gets; no line is forged", () => {
  const forged = "ok\r\n2025-03-14 ERROR all is lost\u001b[31m\u2028x\u0007"
  const text = JSON.stringify(redacted({ command: forged, list: [forged], [forged]: 1 }))
  expect(JSON.parse(text)["command"]).toBe("ok\\u000d\\u000a2025-03-14 ERROR all is lost\\u001b[31m\\u2028x\\u0007")
  expect(Object.values(JSON.parse(text)).join("")).not.toMatch(/[\p{Cc}\u2028]/u)
})

describe("row 31: no text runs as a pattern, and none of ours hangs", () => {
  test("what a caller compares with is meant literally", async () => {
    const { anna } = await openWorkshop()
    await anna.workshop.machines.create({ ...machine("A"), note: "aaaa" })
    const { id } = await anna.workshop.machines.create({ ...machine("B"), note: "x(a+)+$y" })
    const found = await anna.workshop.machines.list({ where: { note: { contains: "(a+)+$" } } })
    expect(found.items.map((row) => row.id)).toEqual([id])
  })

  test.each([
    ["a decimal", { rate: "1".repeat(90_000) }],
    ["a date", { boughtOn: `2025-${"0".repeat(90_000)}` }],
    ["an instant", { seenAt: `${"2025-03-14T".repeat(9_000)}Z` }],
    ["a zone", { visit: { local: "2025-03-14T08:00", zone: `Europe/${"a/".repeat(40_000)}` } }],
    ["a reference", { twin: "-".repeat(90_000) }],
    ["a currency", { currency: "S".repeat(90_000) }],
  ])("%s of 90 000 characters is refused in a moment", async (_, more) => {
    const { anna } = await openWorkshop()
    const started = performance.now()
    const made = anna.workshop.machines.create({ ...machine("A"), ...more } as never)
    await expect(made).rejects.toMatchObject({ _tag: "InvalidInput" })
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})

const refusedAt = async (field: string, value: unknown) => {
  const { anna } = await openWorkshop()
  const made = anna.workshop.machines.create({ ...machine("A"), [field]: value } as never)
  await expect(made).rejects.toMatchObject({ _tag: "InvalidInput", params: { issues: [{ path: field }] } })
}

describe("row 41: days that are none", () => {
  test.each([
    "2025-02-29",
    "1900-02-29",
    "2025-04-31",
    "2025-13-01",
    "2025-00-10",
    "2025-01-00",
    "2025-1-1",
    "20250101",
  ])("%s is refused, and does not roll over", (value) => refusedAt("boughtOn", value))
  test("the day that a leap year has is one", async () => {
    const { anna } = await openWorkshop()
    for (const [index, day] of ["2024-02-29", "2000-02-29"].entries())
      await anna.workshop.machines.create({ ...machine(`L${index}`), boughtOn: day as never })
  })
})

describe("row 42: instants have one form", () => {
  test.each([
    "2025-03-14T24:00:00.000Z",
    "2025-03-14T23:60:00.000Z",
    "2016-12-31T23:59:60.000Z",
    "2025-03-14T08:00:00.000+14:00",
    "2025-03-14T08:00:00.000-00:00",
    "2025-03-14T08:00:00.000",
    "2025-03-14T08:00:00Z",
    "2025-03-14T08:00:00.000000Z",
    "2025-03-14t08:00:00.000z",
    "2025-03-14 08:00:00.000Z",
    1_741_939_200_000,
  ])("%s is refused", (value) => refusedAt("seenAt", value))
})

describe("row 43: years from 1900 to 2199", () => {
  test.each([
    "0000-01-01",
    "1582-10-10",
    "1899-12-31",
    "2200-01-01",
    "10000-01-01",
    "+010000-01-01",
    "infinity",
    "-0044-03-15",
  ])("%s is refused", (value) => refusedAt("boughtOn", value))
  test.each(["1900-01-01", "2199-12-31"])("%s is a day", async (day) => {
    const { anna } = await openWorkshop()
    const { boughtOn } = await anna.workshop.machines.create({ ...machine("A"), boughtOn: day as never })
    expect(boughtOn).toBe(day)
  })
})

describe("row 44: the hour that a clock leaves out, and the one that it has twice", () => {
  test.each([
    ["2026-03-29T02:30", "the gap"],
    ["2026-10-25T02:30", "the doubled hour"],
  ])("%s in Stockholm (%s) is kept as it was said: what it means is asked where it is used", async (local) => {
    const { anna } = await openWorkshop()
    const visit = { local, zone: "Europe/Stockholm" } as never
    const { id } = await anna.workshop.machines.create({ ...machine("A"), visit })
    expect((await anna.workshop.machines.get(id)).visit).toEqual(visit)
  })

  test.each`
    at                            | day
    ${"2026-03-28T22:59:59.999Z"} | ${"2026-03-28"}
    ${"2026-03-28T23:00:00.000Z"} | ${"2026-03-29"}
    ${"2026-03-29T21:59:59.999Z"} | ${"2026-03-29"}
    ${"2026-03-29T22:00:00.000Z"} | ${"2026-03-30"}
    ${"2026-10-24T22:00:00.000Z"} | ${"2026-10-25"}
    ${"2026-10-25T22:59:59.999Z"} | ${"2026-10-25"}
    ${"2026-10-25T23:00:00.000Z"} | ${"2026-10-26"}
  `("$at is $day in Stockholm: agreements use local dates", ({ at, day }) => {
    expect(localDate(at, "Europe/Stockholm")).toBe(day)
  })
})

test("rows 14 and 24: what a command itself writes passes the same store; no door is left for its input", async () => {
  const { anna } = await openWorkshop()
  planned.clear()
  const run = anna.workshop.run({ plan: "a\u0000b" })
  await expect(run).rejects.toMatchObject({ _tag: "InvalidInput", params: { issues: [{ path: "plan" }] } })
  const more = anna.workshop.run({ plan: "x", seq: 7 } as never)
  await expect(more).rejects.toMatchObject({ _tag: "InvalidInput", params: { issues: [{ path: "seq" }] } })
})
