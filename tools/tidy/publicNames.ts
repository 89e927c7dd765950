/** Which declarations a package's public entries pass on: what a user of the package sees. */
import { posix } from "node:path"
import ts from "typescript"
import { parse, type Source } from "./source.ts"

/** Tells whether the declaration of `name` in `path` can be imported from one of the packages' entries. */
export const publicNames = (sources: readonly Source[]): ((path: string, name: string) => boolean) => {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const passedOn = new Map<string, Set<string>>()
  const entries = sources.filter(({ path }) => /^packages\/(plugins\/)?[^/]+\/src\/([^/]+\/)?index\.ts$/.test(path))
  for (const { path } of entries) passOn(byPath, passedOn, path, EVERYTHING)
  return (path, name) => {
    const names = passedOn.get(path)
    return names !== undefined && (names.has(EVERYTHING) || names.has(name))
  }
}

const EVERYTHING = "*"

const passOn = (
  byPath: ReadonlyMap<string, Source>,
  passedOn: Map<string, Set<string>>,
  path: string,
  name: string,
): void => {
  const source = byPath.get(path)
  const names = passedOn.get(path) ?? new Set()
  if (!source || names.has(name)) return
  passedOn.set(path, names.add(name))
  for (const { from, wanted } of reExports(source, name)) passOn(byPath, passedOn, from, wanted)
}

/** The files that this one re-exports, as far as `name` may come from there. */
const reExports = (source: Source, name: string): readonly { from: string; wanted: string }[] =>
  parse(source).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) return []
    const specifier = (statement.moduleSpecifier as ts.StringLiteral).text
    if (!specifier.startsWith(".")) return []
    const from = posix.join(posix.dirname(source.path), specifier)
    const clause = statement.exportClause
    if (!clause) return [{ from, wanted: name }]
    if (ts.isNamespaceExport(clause)) return [{ from, wanted: EVERYTHING }]
    return clause.elements
      .filter((element) => name === EVERYTHING || element.name.text === name)
      .map((element) => ({ from, wanted: (element.propertyName ?? element.name).text }))
  })
