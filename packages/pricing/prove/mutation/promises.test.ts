import fc from "fast-check"
import { test } from "vitest"
import * as engine from "../../src/index.ts"
import { allocation } from "../../test/promisesOfAllocation.ts"
import { plans } from "../../test/promisesOfLedgers.ts"
import { prices } from "../../test/promisesOfPrices.ts"
import { targets } from "../../test/promisesOfSolving.ts"

const promises = [...allocation, ...prices, ...targets, ...plans]

test.each(promises.map((promise) => [promise.name, promise] as const))("%s", (_, { property }) => {
  fc.assert(property(engine), { numRuns: 25, seed: 4, endOnFailure: true })
})
