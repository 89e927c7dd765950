/** A small budget of the proof `journal`. */
import { expect, test } from "vitest"
import { eraseMany } from "./journalProof/erasures.ts"
import { seeded, tamper } from "./journalProof/tamper.ts"
import { verifyMany } from "./journalProof/volume.ts"

test("row 94: every sort of mutation of a copied database is found, with the right kind and first entry", async () => {
  const { missed, byName } = await tamper(66, seeded(7))
  expect(missed).toEqual([])
  expect(Object.keys(byName).length).toBeGreaterThanOrEqual(22)
}, 120_000)

test("erasures are no false alarm, and every missing part is accounted for", async () => {
  const { falseAlarms, parts, accounted } = await eraseMany(12)
  expect({ falseAlarms, accounted }).toEqual({ falseAlarms: 0, accounted: parts })
  expect(parts).toBe(36)
}, 60_000)

test("a journal of 3 000 entries verifies whole", async () => {
  expect(await verifyMany(3_000)).toMatchObject({ verified: 3_000, isWhole: true })
}, 60_000)
