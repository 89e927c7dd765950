/** What ten plugins cost a host's compiler, and what it says of wrong calls: one sentence each. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { compileHost } from "@anbud/core/testkit"
import typescript from "typescript"
import { expect, test } from "vitest"
import { callsSource, hostSource, pluginNames, pluginsSource } from "./tenPlugins.ts"

const folder = import.meta.dirname
const budget = JSON.parse(readFileSync(join(folder, "budget.json"), "utf8")) as {
  readonly declarationBytes: number
  readonly extraInstantiations: number
  readonly instantiationsPerCall: number
  readonly messageCharacters: number
}
/** Plugins come to a host as declarations, made when they were published. */
const published = compileHost({ typescript, folder, source: pluginsSource() })
const beside = { "plugins.d.ts": published.declaration }
const compiled = (source: string) => compileHost({ typescript, folder, source, beside })

test("ten plugins cost a host at most 20 KB of declaration and 5 000 instantiations, and each call of one a few hundred", () => {
  const without = compiled(hostSource(0))
  const withTen = compiled(hostSource(pluginNames.length))
  const calling = compiled(hostSource(pluginNames.length) + callsSource())
  expect([published, without, withTen, calling].flatMap(({ errors }) => errors)).toEqual([])
  const extra = withTen.instantiations - without.instantiations
  const perCall = (calling.instantiations - withTen.instantiations) / (3 * pluginNames.length)
  console.log(`declaration ${calling.declaration.length} bytes, ${extra} instantiations, ${perCall} for each call`)
  expect(calling.declaration).toContain("AlphaPlugin")
  expect(calling.declaration.length).toBeLessThanOrEqual(budget.declarationBytes)
  expect(extra).toBeLessThanOrEqual(budget.extraInstantiations)
  expect(perCall).toBeLessThanOrEqual(budget.instantiationsPerCall)
}, 300_000)

const WRONG = [
  ["an unknown command", "ada.parties.destroy({})"],
  ["an unknown input field", 'ada.alpha.make({ company: "x", words: "x", ghost: 1 })'],
  ["an unknown field of a record", 'ada.parties.companies.patch({ id: "x", set: { ghost: 1 } })'],
  ["a value of another type", 'ada.alpha.make({ company: "x", words: 5 })'],
  ["an unknown plugin's field", 'ada.parties.companies.patch({ id: "x", set: { alfa: { level: "gold" } } })'],
  ["an unknown field of a plugin", 'ada.parties.companies.patch({ id: "x", set: { alpha: { lavel: "gold" } } })'],
  ["a choice that there is not", 'ada.parties.companies.patch({ id: "x", set: { alpha: { level: "iron" } } })'],
  ["a plugin that is not installed", "company.juliet"],
  ["a refusal that cannot occur", 'if (!tried.ok && tried.error._tag === "BravoRefused") throw tried.error'],
  ["an unknown plugin", "ada.zulu"],
] as const

test("a wrong call is told in one sentence", () => {
  const right = `${hostSource(3)}const tried = await ada.alpha.make({ company: "x", words: "x" }).result()\n`
  const { errors } = compiled(right + WRONG.map(([, code]) => code).join("\n"))
  const first = right.split("\n").length
  const said = WRONG.map(([what], index) => {
    const own = errors.filter(({ line }) => line === first + index).map(({ message }) => message)
    // The compiler lists a union in the order in which it first met its parts.
    const text = own.join(" | ").replace(/\n\s*/g, " ")
    return [what, text.replace(/types '("\w+" \| .*?)' and/, "types '…' and")] as const
  })
  expect(said.every(([, message]) => message !== "")).toBe(true)
  for (const [, message] of said) expect(message.length).toBeLessThanOrEqual(budget.messageCharacters)
  expect(Object.fromEntries(said)).toMatchSnapshot()
}, 300_000)
