/** Checks: rules that need to know other records, the same in commands, previews, imports and mass updates. */
import { sqlite } from "@anbud/adapter-sqlite"
import { check, createEngine, entity, integer, plugin, text } from "@anbud/core"
import { expect, test } from "vitest"
import { organisation } from "../src/modules/organisation/organisation.ts"
import { parties } from "../src/modules/parties/parties.ts"
import { closing, TENANT } from "./workshop.ts"

const Slot = entity("slot", { code: text({ unique: true }), hall: text(), seats: integer() })
const asked: number[] = []
const MOST = 10
/** A hall has ten seats, however many slots share them. */
const seatsOfHall = check(Slot, {
  fields: ["seats", "hall"],
  facts: async (rows, read) => {
    asked.push(rows.length)
    const others = await read.find(Slot, { hall: { in: rows.map(({ hall }) => hall) } })
    const all = new Map([...others, ...rows].map((row) => [row.id, row]))
    const seats = new Map<string, number>()
    for (const row of all.values()) seats.set(row.hall, (seats.get(row.hall) ?? 0) + row.seats)
    return seats
  },
  test: (row, seats) =>
    (seats.get(row.hall) ?? 0) > MOST ? { field: "seats", rule: `must leave the hall at most ${MOST}` } : null,
})
const halls = plugin("halls", { entities: [Slot], collections: { slots: Slot }, checks: [seatsOfHall] })

const opened = async () => {
  const store = sqlite({ file: ":memory:" })
  const engine = closing(await createEngine({ store, plugins: { organisation, parties, halls } }))
  await engine.tenants.create(TENANT)
  asked.length = 0
  return engine.as({ tenant: TENANT.id, user: "anna" })
}
const broken = { _tag: "RuleBroken", params: { entity: "slot", field: "seats" } }

test("a create and a patch are checked against all others, after which nothing is written", async () => {
  const anna = await opened()
  await anna.halls.slots.create({ code: "a", hall: "north", seats: 7 })
  await expect(anna.halls.slots.create({ code: "b", hall: "north", seats: 4 })).rejects.toMatchObject(broken)
  const { id } = await anna.halls.slots.create({ code: "b", hall: "south", seats: 4 })
  await expect(anna.halls.slots.patch({ id, set: { hall: "north" } })).rejects.toMatchObject(broken)
  await anna.halls.slots.patch({ id, set: { hall: "north", seats: 3 } })
  expect((await anna.halls.slots.list({ where: { hall: "north" } })).items).toHaveLength(2)
})

test("only changes of its fields are checked, and the facts are loaded once for a batch", async () => {
  const anna = await opened()
  const ids = []
  for (const code of ["a", "b", "c"]) ids.push((await anna.halls.slots.create({ code, hall: code, seats: 1 })).id)
  asked.length = 0
  await anna.halls.slots.patch({ id: ids[0]!, set: { code: "z" } })
  expect(asked).toEqual([])
  await anna.halls.slots.massUpdate({ ids, set: { seats: 2 }, refused: "all" })
  expect(asked).toEqual([3, 3])
})

test("a preview refuses what the command would", async () => {
  const anna = await opened()
  await expect(anna.halls.slots.create.preview({ code: "a", hall: "n", seats: 11 })).rejects.toMatchObject(broken)
})

test("a mass update leaves out what fails, and checks the rest without it", async () => {
  const anna = await opened()
  const make = async (code: string, hall: string, seats: number) =>
    (await anna.halls.slots.create({ code, hall, seats })).id
  const [a, b, c] = [await make("a", "north", 1), await make("b", "north", 5), await make("c", "south", 1)]
  const outcome = await anna.halls.slots.massUpdate({ ids: [a, c], set: { seats: 6 }, refused: "skip" })
  expect(outcome).toMatchObject({ updated: [c], failed: [{ id: a, tag: "RuleBroken" }] })
  const all = anna.halls.slots.massUpdate({ ids: [a, b], set: { seats: 6 }, refused: "all" })
  await expect(all).rejects.toMatchObject({ _tag: "MassUpdateRefused" })
})

test("an import names every row that a check refuses, by line and column", async () => {
  const anna = await opened()
  const file = {
    file: "slots.csv",
    text: "code;hall;seats\na;north;6\nb;north;6\nc;south;3",
    key: ["code"],
    columns: { code: "code", hall: "hall", seats: "seats" },
  } as const
  const refused = await anna.halls.slots.import(file).result()
  expect(refused).toMatchObject({
    ok: false,
    error: {
      _tag: "ImportRejected",
      params: { issues: [{ row: 2, column: "seats", code: "RuleBroken" }, { row: 3 }] },
    },
  })
  expect(await anna.halls.slots.import({ ...file, refused: "skip" })).toMatchObject({ created: 1 })
})

test("no company and no unit stands above itself, in one step or in several", async () => {
  const anna = await opened()
  const company = async (number: string, parentCompany?: never) =>
    (
      await anna.parties.companies.create({
        number,
        name: number,
        country: "SE",
        currency: "SEK",
        ...(parentCompany ? { parentCompany } : {}),
      })
    ).id
  const top = await company("1")
  const middle = await company("2", top as never)
  const low = await company("3", middle as never)
  const params = { entity: "company", field: "parentCompany", rule: "must not lead back to the record itself" }
  for (const parent of [top, middle, low]) {
    const ring = anna.parties.companies.patch({ id: top, set: { parentCompany: parent } })
    await expect(ring).rejects.toMatchObject({ _tag: "RuleBroken", params })
  }
  await anna.parties.companies.patch({ id: low, set: { parentCompany: top } })
  const unit = await anna.organisation.units.create({ code: "u", name: "u" })
  const own = anna.organisation.units.patch({ id: unit.id, set: { parentUnit: unit.id } })
  await expect(own).rejects.toMatchObject({ _tag: "RuleBroken", params: { field: "parentUnit" } })
  const both = anna.parties.companies.massUpdate({ ids: [top, middle], set: { parentCompany: low }, refused: "all" })
  await expect(both).rejects.toMatchObject({ _tag: "MassUpdateRefused" })
})
