/** Decisions: each file in docs/decisions answers the same three questions and is listed in the index. */
import type { Check, Finding } from "./source.ts"

const INDEX = "docs/decisions/README.md"
const SECTIONS = ["Question", "Choice", "Why"]

export const decisions: Check = (sources) => {
  const index = sources.find(({ path }) => path === INDEX)?.text ?? ""
  const numbers = new Map<string, string>()
  return sources
    .filter(({ path }) => /^docs\/decisions\/.*\.md$/.test(path) && path !== INDEX)
    .flatMap(({ path, text }): Finding[] => {
      const name = path.slice("docs/decisions/".length)
      const number = /^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1]
      const problems = SECTIONS.filter((section) => !text.includes(`\n## ${section}\n`)).map(
        (section) => `lacks the section “## ${section}”`,
      )
      if (!/^# \S/.test(text)) problems.push("must begin with “# Title”")
      if (number === undefined) problems.push("must be called NNNN-title.md")
      else if (numbers.has(number)) problems.push(`has the number of ${numbers.get(number)}`)
      if (!index.includes(`(${name})`)) problems.push(`is not in ${INDEX}: add a line “- [${number}](${name}) title”`)
      if (number !== undefined) numbers.set(number, name)
      return problems.map((message) => ({ check: "decisions", path, line: 0, message }))
    })
}
