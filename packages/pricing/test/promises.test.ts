import fc from "fast-check"
import { describe, test } from "vitest"
import * as engine from "../src/index.ts"
import { promises } from "./promises.ts"

describe("the promises, on random cases", () => {
  test.each(promises.map((promise) => [promise.name, promise] as const))("%s", (_, { property }) => {
    fc.assert(property(engine), { numRuns: 1_000, seed: 4 })
  })
})
