import { expect, test } from "vitest"
import { invariants } from "./invariants.ts"

/** Cases per property in `npm test`; `npm run prove -- scheduling` runs more. */
const numRuns = 1000

test.each(Object.entries(invariants))(
  "%s",
  (_, invariant) => {
    expect(() => invariant({ seed: 20_260_302, numRuns })).not.toThrow()
  },
  300_000,
)
