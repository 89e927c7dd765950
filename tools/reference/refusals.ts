/** The refusals of core as the reference tells them: the registry's own words, and what stands above each definition. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import { type AnyRefusalClass, type Command, createEngine, type Plugin, type Query, standard } from "@anbud/core"
import { root } from "../workspace.ts"

export interface DescribedRefusal {
  readonly refusal: AnyRefusalClass
  /** What its docstring says: when it is refused. */
  readonly when: string
  /** The docstring's last paragraph: what to do about it. */
  readonly remedy: string
  /** The calls that may refuse with it; none for what any call may. */
  readonly calls: readonly string[]
}

/** Every refusal in the order of its code; fails for one whose docstring does not end with what to do. */
export const describedRefusals = async (): Promise<readonly DescribedRefusal[]> => {
  const engine = await createEngine({ store: sqlite({ file: ":memory:" }), plugins: standard })
  const refusals = [...engine.refusals.values()].sort((a, b) => (a.code < b.code ? -1 : 1))
  await engine.close()
  const docs = docstrings(join(root, "packages/core/src"))
  const plugins: readonly Plugin[] = Object.values(standard)
  return refusals.map((refusal) => {
    const paragraphs = docs.get(refusal.tag)?.split("\n\n") ?? []
    const remedy = paragraphs.pop()
    if (remedy === undefined || paragraphs.length === 0)
      throw new Error(`The docstring of ${refusal.tag} does not end with a paragraph that says what to do`)
    return {
      refusal,
      when: paragraphs.join("\n\n"),
      remedy,
      calls: plugins.flatMap((plugin) => callsOf(plugin, refusal)),
    }
  })
}

const callsOf = ({ id, spec }: Plugin, refusal: AnyRefusalClass): readonly string[] =>
  Object.entries<Command | Query>({ ...(spec.commands ?? {}), ...(spec.queries ?? {}) } as never).flatMap(
    ([name, call]) => (call.refuses.some(({ tag }) => tag === refusal.tag) ? [`${id}.${name}`] : []),
  )

const DEFINITION = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export const \w+ = refusal\(\s*"(\w+)"/g

const docstrings = (folder: string): ReadonlyMap<string, string> => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
  const found = files.flatMap((file) => [...readFileSync(join(folder, file), "utf8").matchAll(DEFINITION)])
  return new Map(found.map(([, comment = "", tag = ""]) => [tag, textOf(comment)]))
}

const textOf = (comment: string): string =>
  comment
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, "").trimEnd())
    .join("\n")
    .trim()
