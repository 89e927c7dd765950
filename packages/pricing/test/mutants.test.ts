import { expect, test } from "vitest"
import { isPlantable, mutants } from "./mutants.ts"

// That each of them breaks a promise is part of `npm run prove -- pricing`: it takes minutes.
test.each(mutants.map((mutant) => [mutant.what, mutant] as const))(
  "there is still a place for the fault: %s",
  (_, mutant) => {
    expect(isPlantable(mutant)).toBe(true)
  },
)
