import { identifier } from "@anbud/adapter-sql"
import { expect, test } from "vitest"

const bytes = (text: string): number => Buffer.byteLength(text, "utf8")

test.each([
  ["company", "company"],
  ["a".repeat(63), "a".repeat(63)],
  ["å".repeat(31), "å".repeat(31)],
])("a name of at most 63 bytes stays as it is: %s", (name, expected) => {
  expect(identifier(name)).toBe(expected)
})

test.each([["a".repeat(64)], ["å".repeat(32)], [`a${"å".repeat(40)}`], ["\u{1F600}".repeat(20)]])(
  "a longer name is cut at a whole character and told apart by a hash: %s",
  (name) => {
    const cut = identifier(name)
    expect(bytes(cut)).toBeLessThanOrEqual(63)
    expect(cut).toMatch(/_[0-9a-f]{8}$/)
    expect(name.startsWith(cut.slice(0, -9))).toBe(true)
    expect(identifier(`${name}b`)).not.toBe(cut)
    expect(identifier(name)).toBe(cut)
  },
)
