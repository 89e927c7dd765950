import { readFileSync } from "node:fs"
import { jobsCases } from "@anbud/core/testkit"
import { expect, test } from "vitest"

const port = readFileSync(new URL("../src/kernel/work/jobs.ts", import.meta.url), "utf8")
/** The docstrings as running text, without the stars and the line breaks. */
const text = port.replace(/^\s*(?:\/\*\*|\*\/|\*)/gm, " ").replace(/\s+/g, " ")

test("the jobs contract has 19 cases, each a sentence of jobs.ts in the same words", () => {
  const sentences = jobsCases.map(({ sentence }) => sentence)
  expect(sentences.filter((sentence) => !text.includes(sentence))).toEqual([])
  expect(new Set(sentences).size).toBe(sentences.length)
  expect(sentences.length).toBe(19)
})
