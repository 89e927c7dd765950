/** Pages of the reference: one per error code, and a table of them all. */
import type { AnyRefusalClass, Message } from "@anbud/core"
import { type DescribedRefusal, describedRefusals } from "./refusals.ts"

/** The folder of the pages, from the repository's root. */
export const ERRORS = "docs/reference/errors"

/** The text of each page by its file's name. */
export const errorPages = async (): Promise<ReadonlyMap<string, string>> => {
  const described = await describedRefusals()
  return new Map([
    ["README.md", table(described)],
    ...described.map((one) => [fileOf(one.refusal), page(one)] as const),
  ])
}

const fileOf = ({ code }: AnyRefusalClass): string => `${code}.md`

const table = (described: readonly DescribedRefusal[]): string =>
  `# Errors

What a call refuses with, by code. In code it is the tag: \`if (!outcome.ok && outcome.error._tag === "QuoteExpired")\`;
over HTTP, the status and the code. These pages are made from the registry of refusals (\`engine.refusals\`), so they
hold for plugins of your own in the same way.

| code | tag | status | when |
|---|---|---|---|
${described.map(({ refusal, when }) => `| [${refusal.code}](${fileOf(refusal)}) | \`${refusal.tag}\` | ${refusal.status} | ${firstSentence(when)} |`).join("\n")}
`

const page = ({ refusal, when, remedy, calls }: DescribedRefusal): string =>
  `# ${refusal.code}

${when}

**What to do:** ${remedy}

- Tag: \`${refusal.tag}\`
- HTTP status: ${refusal.status} (${KIND[refusal.status] ?? "refused"})
- English: ${said(refusal.messages.en)}
- Swedish: ${said(refusal.messages.sv)}
- Refused by: ${calls.length === 0 ? "any call" : calls.map((call) => `\`${call}\``).join(", ")}

${parameters(refusal)}
`

const KIND: Readonly<Record<number, string>> = {
  401: "who you are is not known",
  403: "you may not",
  404: "not there, or not yours to see",
  409: "not as things stand",
  413: "too large",
  422: "the input cannot be right",
  500: "an error of the host or of a plugin",
  503: "try again later; nothing was written",
}

const firstSentence = (text: string): string => /^[\s\S]*?[.!](?=\s|$)/.exec(text)?.[0].replace(/\s+/g, " ") ?? text

const said = (message: Message): string => (typeof message === "string" ? message : "put together from its parameters")

const parameters = ({ paramFields }: AnyRefusalClass): string => {
  const names = Object.entries(paramFields)
  if (names.length === 0) return "It has no parameters."
  const kindOf = (field: unknown): string =>
    (field as { readonly spec?: { readonly kind?: string } }).spec?.kind ?? "value"
  return `| parameter | kind |\n|---|---|\n${names.map(([name, field]) => `| \`${name}\` | ${kindOf(field)} |`).join("\n")}`
}
