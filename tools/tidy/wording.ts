/** Wording: what must not stand in any file of the repository. */
import type { Check, Finding, Source } from "./source.ts"

/** Work left over belongs into an issue, where somebody sees it. */
export const noLeftovers: Check = (sources) =>
  matches("noLeftovers", sources, /\b(TODO|FIXME|HACK|XXX)\b/, (word) => `${word}: do it, or open an issue`)

/** A path of somebody's machine works on that machine only. */
export const noMachinePaths: Check = (sources) =>
  matches(
    "noMachinePaths",
    sources,
    /(?<![\w.])(\/(home|Users|root)\/[\w.-]+|[A-Z]:\\Users\\)/,
    (path) => `${path} exists on one machine only: use a path from the repository's root`,
  )

const matches = (
  check: string,
  sources: readonly Source[],
  pattern: RegExp,
  message: (found: string) => string,
): readonly Finding[] =>
  sources.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => {
      const found = pattern.exec(line)
      return found ? [{ check, path, line: index + 1, message: message(found[0]) }] : []
    }),
  )
