import { readFileSync } from "node:fs"
import { joinCases, storeCases } from "@anbud/core/testkit"
import { expect, test } from "vitest"

const port = ["store", "tabulation"]
  .map((name) => readFileSync(new URL(`../src/kernel/${name}.ts`, import.meta.url), "utf8"))
  .join("\n")
/** The docstrings as running text, without the stars and the line breaks. */
const text = port.replace(/^\s*(?:\/\*\*|\*\/|\*)/gm, " ").replace(/\s+/g, " ")

test("the store contract has 70 cases, each a sentence of the port in the same words", () => {
  const sentences = storeCases.map(({ sentence }) => sentence)
  expect(sentences.filter((sentence) => !text.includes(sentence))).toEqual([])
  expect(new Set(sentences).size).toBe(sentences.length)
  expect(sentences.length).toBe(70)
})

test("the contract of join has 6 cases, in words of the port", () => {
  const sentences = joinCases.map(({ sentence }) => sentence)
  expect(sentences.filter((sentence) => !text.includes(sentence))).toEqual([])
  expect(sentences.length).toBe(6)
})
