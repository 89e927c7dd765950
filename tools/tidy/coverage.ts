/** Coverage of words by tests: every way to refuse, and every feature that the documents claim. */
import ts from "typescript"
import { type Check, type Finding, isPublished, isTest, lineOf, parse, type Source, walk } from "./source.ts"

const FEATURE = /\b(?:PO|SO|SV|PS|SK)-\d{2,3}\b/g

/**
 * Every error tag stands in some test, as a word of a table, a name or an assertion.
 *
 * The cases of the testkit are tests too: they are published, so that every adapter runs the same ones.
 */
export const testedTags: Check = (sources) => {
  const tests = sources.filter((source) => isTest(source) || source.path.startsWith("packages/core/src/testkit/"))
  const words = new Set(tests.flatMap(({ text }) => text.match(/\b[A-Z]\w+\b/g) ?? []))
  return sources
    .filter(isPublished)
    .flatMap(tagsOf)
    .filter(({ tag }) => !words.has(tag))
    .map(({ tag, path, line }) => ({ check: "testedTags", path, line, message: `no test mentions ${tag}` }))
}

/** Every feature id that README or docs claim stands in the name of a test. Decisions and postmortems claim nothing. */
export const testedFeatures: Check = (sources) => {
  const tested = new Set(sources.filter(isTest).flatMap(featuresInNames))
  return sources.filter(claimsFeatures).flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index): Finding[] => {
      const untested = [...new Set(line.match(FEATURE) ?? [])].filter((id) => !tested.has(id))
      return untested.map((id) => ({
        check: "testedFeatures",
        path,
        line: index + 1,
        message: `${id} is claimed here, but no test carries it in its name`,
      }))
    }),
  )
}

const claimsFeatures = ({ path }: Source): boolean =>
  path === "README.md" ||
  /^packages\/.*\/README\.md$/.test(path) ||
  (/^docs\/.*\.md$/.test(path) && !/^docs\/(decisions|postmortems)\//.test(path))

/** Tags are made by `refusal("Tag", …)`, and in the pure packages declared as the type of `_tag`. */
const tagsOf = (source: Source): readonly { tag: string; path: string; line: number }[] => {
  const tags: { tag: string; path: string; line: number }[] = []
  const isPure = /^packages\/(pricing|scheduling)\//.test(source.path)
  walk(parse(source), (node) => {
    const tag = refusalTag(node) ?? (isPure ? declaredTag(node) : undefined)
    if (tag !== undefined && /^[A-Z]/.test(tag)) tags.push({ tag, path: source.path, line: lineOf(node) })
  })
  return tags
}

const refusalTag = (node: ts.Node): string | undefined => {
  if (!ts.isCallExpression(node) || node.expression.getText() !== "refusal") return undefined
  const [first] = node.arguments
  return first && ts.isStringLiteral(first) ? first.text : undefined
}

const declaredTag = (node: ts.Node): string | undefined => {
  if (!ts.isPropertySignature(node) || node.name.getText() !== "_tag" || !node.type) return undefined
  return ts.isLiteralTypeNode(node.type) && ts.isStringLiteral(node.type.literal) ? node.type.literal.text : undefined
}

/** The ids in names of tests and suites: the first argument of a call, whatever the caller is called. */
const featuresInNames = (source: Source): readonly string[] => {
  const ids: string[] = []
  walk(parse(source), (node) => {
    if (!ts.isCallExpression(node)) return
    const [first] = node.arguments
    if (first && (ts.isStringLiteralLike(first) || ts.isTemplateExpression(first))) {
      ids.push(...(first.getText().match(FEATURE) ?? []))
    }
  })
  return ids
}
