/** A small budget of the proof `rights`. */
import { sqlite } from "@anbud/adapter-sqlite"
import { expect, test } from "vitest"
import { FAULTS } from "./rightsProof/faults.ts"
import { compare } from "./rightsProof/proving.ts"

const memory = () => sqlite({ file: ":memory:" })

test("what roles at random let a user see, name and change is what an independent oracle says", async () => {
  const { cases, granted, differences } = await compare(memory(), { seed: 1, cases: 400 })
  expect(differences).toEqual([])
  expect(granted).toBeGreaterThan(cases / 3)
})

test.each([
  "the scope of grants is ignored",
  "denials are lost",
  "own and unit are swapped",
  "parts are found whatever their root",
])("an engine of which this is true is found out: %s", async (fault) => {
  const { differences } = await compare(memory(), { seed: 1, cases: 400, planted: FAULTS[fault] ?? {}, most: 1 })
  expect(differences).not.toEqual([])
})
