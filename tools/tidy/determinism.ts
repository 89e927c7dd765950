/**
 * Determinism: kernel, decisions, pricing and scheduling give the same answer everywhere and at any time.
 *
 * They are given the time, the random numbers and the language; they never ask the process for them.
 */
import ts from "typescript"
import { type Check, type Finding, isTypeScript, lineOf, parse, walk } from "./source.ts"

const PURE =
  /^packages\/(pricing|scheduling)\/src\/|^packages\/core\/src\/kernel\/|^packages\/core\/src\/flows\/.*\/decision\.ts$/

// Date's getters without UTC in their name answer in the process's zone.
const LOCAL_GETTER = /^(get|set)(FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|Year)$|^getTimezoneOffset$/
const FORBIDDEN_MEMBERS = new Set(["Date.now", "Math.random", "performance.now"])

export const deterministic: Check = (sources) =>
  sources
    .filter((source) => isTypeScript(source) && PURE.test(source.path))
    .flatMap((source) => {
      const findings: Finding[] = []
      walk(parse(source), (node) => {
        const found = impurity(node)
        if (found === undefined) return
        const message = `${found} depends on when and where it runs: take it as an argument`
        findings.push({ check: "deterministic", path: source.path, line: lineOf(node), message })
      })
      return findings
    })

const impurity = (node: ts.Node): string | undefined => {
  if (ts.isNewExpression(node) && isDate(node.expression) && !node.arguments?.length) return "new Date()"
  if (ts.isCallExpression(node) && isDate(node.expression)) return "Date()"
  if (ts.isIdentifier(node) && node.text === "Intl") return "Intl"
  if (!ts.isPropertyAccessExpression(node)) return undefined
  const member = `${node.expression.getText()}.${node.name.text}`
  if (FORBIDDEN_MEMBERS.has(member)) return member
  const name = node.name.text
  return /^toLocale/.test(name) || name === "localeCompare" || LOCAL_GETTER.test(name) ? `.${name}` : undefined
}

const isDate = (node: ts.Node): boolean => ts.isIdentifier(node) && node.text === "Date"
