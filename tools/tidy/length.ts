/** Length: a file is read in one go, a function fits a screen. */
import ts from "typescript"
import { type Check, isScript, isTest, lineOf, parse, walk } from "./source.ts"

export const FILE_LINES = 400
export const FUNCTION_LINES = 60

export const fileLength: Check = (sources) =>
  sources.filter(isScript).flatMap(({ path, text }) => {
    const lines = text.trimEnd().split("\n").length
    if (lines <= FILE_LINES) return []
    return [{ check: "fileLength", path, line: 0, message: `${lines} lines; at most ${FILE_LINES}, aim for 150` }]
  })

export const functionLength: Check = (sources) =>
  sources.filter(isScript).flatMap((source) => {
    const { path } = source
    const findings: ReturnType<Check>[number][] = []
    walk(parse(source), (node) => {
      if (!isFunction(node) || (isTest(source) && isSuite(node))) return
      const lines = lineOf(node, node.getEnd()) - lineOf(node) + 1
      if (lines <= FUNCTION_LINES) return
      const message = `a function of ${lines} lines; at most ${FUNCTION_LINES}`
      findings.push({ check: "functionLength", path, line: lineOf(node), message })
    })
    return findings
  })

const isFunction = (node: ts.Node): boolean =>
  ts.isFunctionDeclaration(node) ||
  ts.isFunctionExpression(node) ||
  ts.isArrowFunction(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isConstructorDeclaration(node) ||
  ts.isAccessor(node)

// A suite groups tests as a file does; each test in it is judged by itself.
const isSuite = (node: ts.Node): boolean =>
  ts.isCallExpression(node.parent) && /^(describe|suite)\b/.test(node.parent.expression.getText())
