/** The repository's own files as texts, and what a check says about them. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"

export interface Source {
  /** From the repository's root, with forward slashes: `packages/core/src/index.ts`. */
  readonly path: string
  readonly text: string
}

export interface Finding {
  readonly check: string
  readonly path: string
  /** From 1; 0 when the finding is about the file as such. */
  readonly line: number
  readonly message: string
}

/** A rule: reads all sources, because some rules compare files, and names what breaks it. */
export type Check = (sources: readonly Source[]) => readonly Finding[]

const SKIPPED = new Set(["node_modules", "dist", ".tsbuild", ".git", "out", "data", "generated", "coverage"])
const TEXT = /\.(ts|mts|mjs|cjs|json|md|yml|yaml)$/

/** Reads every text file that people write: sources, tests, documents, manifests; not what is generated or imported. */
export const readSources = (root: string, folder = ""): Source[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : readSources(root, path)
    const isText = TEXT.test(entry.name) && entry.name !== "package-lock.json"
    return isText ? [{ path, text: readFileSync(join(root, path), "utf8") }] : []
  })

export const isScript = ({ path }: Source): boolean => /\.(ts|mts|mjs|cjs)$/.test(path)
export const isTypeScript = ({ path }: Source): boolean => path.endsWith(".ts")
export const isPublished = ({ path }: Source): boolean => /^packages\/.*\/src\/.*\.ts$/.test(path)
export const isTest = ({ path }: Source): boolean => /\.test\.ts$|^packages\/.*\/(test|prove)\/.*\.ts$/.test(path)

const parsed = new Map<string, ts.SourceFile>()

/** The syntax tree, with parents; parsed once per text, since several checks ask for the same file. */
export const parse = ({ path, text }: Source): ts.SourceFile => {
  const key = `${path}\n${text}`
  const known = parsed.get(key)
  if (known) return known
  const kind = path.endsWith(".ts") ? ts.ScriptKind.TS : ts.ScriptKind.JS
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind)
  parsed.set(key, file)
  return file
}

/** Visits every node of a file, parents first. */
export const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node)
  node.forEachChild((child) => walk(child, visit))
}

/** The line on which a node begins, counted from 1. */
export const lineOf = (node: ts.Node, position = node.getStart()): number =>
  node.getSourceFile().getLineAndCharacterOfPosition(position).line + 1
