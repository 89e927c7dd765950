/** A small budget of the proof `rights`. */
import { sqlite } from "@anbud/adapter-sqlite"
import { expect, test } from "vitest"
import { FAULTS } from "./rightsProof/faults.ts"
import { compare } from "./rightsProof/proving.ts"
import { askAsStranger, leaking } from "./rightsProof/strangers.ts"
import { toldApart } from "./rightsProof/veil.ts"

const memory = () => sqlite({ file: ":memory:" })

test("what roles at random let a user see, name and change is what an independent oracle says", async () => {
  const { cases, granted, differences } = await compare(memory(), { seed: 1, cases: 250 })
  expect(differences).toEqual([])
  expect(granted).toBeGreaterThan(cases / 3)
})

test.each(["the scope of grants is ignored", "parts are found whatever their root"])(
  "an engine of which this is true is found out: %s",
  async (fault) => {
    const { differences } = await compare(memory(), { seed: 1, cases: 400, planted: FAULTS[fault] ?? {}, most: 1 })
    expect(differences).not.toEqual([])
  },
)

test("row 62: another tenant's ids and names say what ids and names say that nobody has", async () => {
  const { questions, told, leaked } = await askAsStranger(memory(), 90)
  expect({ told, leaked }).toEqual({ told: [], leaked: [] })
  expect(questions).toBeGreaterThan(10)
})

test("a store that mixes tenants is found out", async () => {
  const { told, leaked } = await askAsStranger(leaking(memory()), 150)
  expect(told.length + leaked.length).toBeGreaterThan(0)
})

test("two firms that differ in costs, hours and another unit's names alone are the same to who sees none of these", async () => {
  const { answered, told } = await toldApart(memory, { every: 16 })
  expect(told).toEqual([])
  expect(answered).toBeGreaterThan(60)
})
