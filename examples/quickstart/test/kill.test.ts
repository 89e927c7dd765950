/** A small budget of the proof with kill -9: `npm run prove -- quickstart` kills at fifty points. */
import { expect, test } from "vitest"
import { prove } from "../prove/quickstart.ts"

test("killed at two points, the story completes when it is run again and ends with the same head", async () => {
  const proof = await prove({ points: 2, log: () => undefined })
  expect(proof).toMatchObject({ reached: true, killed: 2, completed: 2, equalHeads: 2 })
}, 300_000)
