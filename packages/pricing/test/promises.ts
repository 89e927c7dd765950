/**
 * The promises of the package as properties over an engine: the real one, or one with a planted fault.
 *
 * `npm test` tries each on 1 000 cases, `npm run prove -- pricing` on 100 000.
 */

import type { Promised } from "./promise.ts"
import { allocation } from "./promisesOfAllocation.ts"
import { changes } from "./promisesOfChanges.ts"
import { hostile } from "./promisesOfHostility.ts"
import { plans } from "./promisesOfLedgers.ts"
import { prices } from "./promisesOfPrices.ts"
import { targets } from "./promisesOfSolving.ts"

export const promises: readonly Promised[] = [...allocation, ...prices, ...changes, ...targets, ...plans, ...hostile]
