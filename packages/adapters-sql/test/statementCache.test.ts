import { expect, test } from "vitest"
import { cache } from "../src/statementCache.ts"

test("a value is made once, and the one that was used longest ago makes room", () => {
  const made: string[] = []
  const cached = cache<string>(2)
  const get = (key: string): string =>
    cached(key, () => {
      made.push(key)
      return key.toUpperCase()
    })
  expect(["a", "b", "a", "c", "a", "b"].map(get)).toEqual(["A", "B", "A", "C", "A", "B"])
  expect(made).toEqual(["a", "b", "c", "b"])
})
