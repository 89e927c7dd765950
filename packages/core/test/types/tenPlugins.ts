/** Ten plugins as their authors would write them, as text: each with an entity, a command, a query and a refusal. */

const NAMES = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet"]

/** The names of the plugins. */
export const pluginNames: readonly string[] = NAMES

const IMPORTS = `import { type AddsOf, choice, Company, command, create, date, defaulted, entity, extend, type FaceOf, integer, optional, type Plugin, plugin, query, ref, refusal, text } from "@anbud/core"`

const capital = (name: string): string => name[0]?.toUpperCase() + name.slice(1)

/** The first three add fields to companies. */
const isExtending = (index: number): boolean => index < 3

/** The source of all of them. */
export const pluginsSource = (): string => `${IMPORTS}\n${NAMES.map(pluginSource).join("\n")}`

const pluginSource = (name: string, index: number): string => {
  const Name = capital(name)
  const adds = isExtending(index)
    ? `export const ${Name}Company = extend(Company, { ${name}: { level: optional(choice(["basic", "gold"])), count: defaulted(integer(), 0) } })`
    : ""
  return `export const ${Name}Note = entity("${name}Note", { company: ref(Company), words: text(), madeOn: date(), weight: optional(integer()) })
${adds}
export const ${Name}Refused = refusal("${Name}Refused", { company: Company.id, most: integer() }, { en: "{company}: at most {most}.", sv: "{company}: högst {most}." })
const make${Name} = command({
  input: { company: Company.id, words: text(), weight: optional(integer()) },
  refuses: [${Name}Refused],
  decide: async (ctx, { company, words, weight }) => {
    const id = ctx.newId(${Name}Note)
    return { changes: [create(${Name}Note, id, { company, words, weight, madeOn: ctx.today })], outcome: { note: id } }
  },
  answer: (read, { note }) => read.get(${Name}Note, note),
})
const about${Name} = query({ input: { company: Company.id }, refuses: [], answer: (ctx, { company }) => ctx.read.find(${Name}Note, { company }) })
const ${name}Spec = plugin("${name}", {
  needs: ["parties"],
  entities: [${Name}Note],
  ${isExtending(index) ? `adds: [${Name}Company],` : ""}
  collections: { notes: ${Name}Note },
  commands: { make: make${Name} },
  queries: { about: about${Name} },
})
export interface ${Name}Calls extends FaceOf<typeof ${name}Spec> {}
export interface ${Name}Fields extends AddsOf<typeof ${name}Spec> {}
export interface ${Name}Plugin extends Plugin<"${name}", ${Name}Calls, ${Name}Fields> {}
export const ${name}: ${Name}Plugin = ${name}Spec
`
}

/** A host of core's plugins and of the first so many of these, which reads a company and sends a quote. */
export const hostSource = (count: number): string => {
  const names = NAMES.slice(0, count)
  return `import { createEngine, standard } from "@anbud/core"
import { sqlite } from "@anbud/adapter-sqlite"
import { ${names.join(", ")} } from "./plugins.js"
export const engine = await createEngine({ store: sqlite({ file: ":memory:" }), plugins: { ...standard, ${names.join(", ")} } })
export const ada = engine.as({ tenant: "acme", user: "ada" })
export const company = await ada.parties.companies.get("x")
await ada.quotes.send({ quote: "x" })
`
}

/** Calls of each plugin: a command whose answer is used, one whose refusal is told apart, and a patch. */
export const callsSource = (): string =>
  NAMES.map(
    (name) => `export const ${name}Made = await ada.${name}.make({ company: company.id, words: "x" })
await ada.${name}.notes.patch({ id: ${name}Made.id, set: { weight: 1 } })
const ${name}Tried = await ada.${name}.make({ company: company.id, words: "x" }).result()
if (!${name}Tried.ok && ${name}Tried.error._tag === "${capital(name)}Refused") console.log(${name}Tried.error.params.most)
`,
  ).join("")
