/** Exports: what others use states its types and its contract, and hides nothing behind `any`. */
import ts from "typescript"
import { publicNames } from "./publicNames.ts"
import { type Check, type Finding, isPublished, lineOf, parse, type Source, walk } from "./source.ts"

/** Exported functions name their return type, so that a change of it is seen where it is made. */
export const returnTypes: Check = (sources) =>
  exported(sources).flatMap(({ path, name, node }) =>
    functionsOf(node)
      .filter((fn) => fn.type === undefined)
      .map((fn) => ({
        check: "returnTypes",
        path,
        line: lineOf(fn),
        message: `${name} does not state what it returns`,
      })),
  )

/** Exported functions have a docstring, and so has everything else that a package's public entry passes on. */
export const docstrings: Check = (sources) => {
  const isPublic = publicNames(sources)
  return exported(sources)
    .filter(({ path, name, node }) => functionsOf(node).length > 0 || isPublic(path, name))
    .filter(({ statement }) => !hasDocstring(statement))
    .map(({ path, name, statement }) => ({
      check: "docstrings",
      path,
      line: lineOf(statement),
      message: `${name} is exported without a docstring`,
    }))
}

/** No `any`, and no comment that switches the compiler off. */
export const noAny: Check = (sources) =>
  sources.filter(isPublished).flatMap((source) => {
    const findings: Finding[] = []
    const add = (line: number, message: string): void => {
      findings.push({ check: "noAny", path: source.path, line, message })
    }
    walk(parse(source), (node) => {
      if (node.kind === ts.SyntaxKind.AnyKeyword) add(lineOf(node), "`any` turns the compiler off: use `unknown`")
    })
    source.text.split("\n").forEach((line, index) => {
      if (/@ts-(ignore|nocheck|expect-error)/.test(line)) add(index + 1, "a comment that silences the compiler")
    })
    return findings
  })

interface Exported {
  readonly path: string
  readonly name: string
  readonly statement: ts.Statement
  readonly node: ts.Node
}

const exported = (sources: readonly Source[]): readonly Exported[] =>
  sources.filter(isPublished).flatMap((source) => {
    const seen = new Set<string>()
    const file = parse(source)
    const own = file.statements.filter((statement) => isExported(statement) || isListed(file, statement))
    return own
      .flatMap((statement) => named(statement).map((found) => ({ path: source.path, statement, ...found })))
      .filter(
        // The overloads of a function share one docstring, above the first.
        ({ name, node }) => !ts.isFunctionDeclaration(node) || (!seen.has(name) && seen.add(name) !== undefined),
      )
  })

const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  (ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)

/** Whether a later `export { name }` of the same file exports it. */
const isListed = (file: ts.SourceFile, statement: ts.Statement): boolean => {
  const names = new Set(named(statement).map(({ name }) => name))
  return file.statements.some(
    (other) =>
      ts.isExportDeclaration(other) &&
      other.moduleSpecifier === undefined &&
      other.exportClause !== undefined &&
      ts.isNamedExports(other.exportClause) &&
      other.exportClause.elements.some((element) => names.has((element.propertyName ?? element.name).text)),
  )
}

const named = (statement: ts.Statement): { name: string; node: ts.Node }[] => {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((node) => ({ name: node.name.getText(), node }))
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement)
  return isNamed ? [{ name: statement.name?.text ?? "default", node: statement }] : []
}

const functionsOf = (node: ts.Node): readonly ts.SignatureDeclaration[] => {
  if (ts.isFunctionDeclaration(node)) return [node]
  if (!ts.isVariableDeclaration(node) || node.type !== undefined || !node.initializer) return []
  const value = withoutParentheses(node.initializer)
  return ts.isArrowFunction(value) || ts.isFunctionExpression(value) ? [value] : []
}

const withoutParentheses = (node: ts.Expression): ts.Expression =>
  ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)
    ? withoutParentheses(node.expression)
    : node

/** Whether a docstring stands right above; a type and the value of the same name share one. */
const hasDocstring = (statement: ts.Statement): boolean => {
  if (ts.getJSDocCommentsAndTags(statement).length > 0) return true
  const names = new Set(named(statement).map(({ name }) => name))
  return statement
    .getSourceFile()
    .statements.some(
      (other) =>
        other !== statement &&
        named(other).some(({ name }) => names.has(name)) &&
        ts.getJSDocCommentsAndTags(other).length > 0,
    )
}
