import fc from "fast-check"
import * as engine from "./src/index.ts"
import { promises } from "./test/promises.ts"
const p = promises.find(({ name }) => name.startsWith("new prices are on the grid"))!
for (const [numRuns, seed] of [[1000, 1], [99000, 2]]) {
const r = fc.check(p.property(engine as never) as never, { numRuns, seed, endOnFailure: false })
console.log(r.failed, r.numRuns, r.errorInstance instanceof Error ? r.errorInstance.message.slice(0, 600) : r.errorInstance, JSON.stringify(r.counterexample)) }
