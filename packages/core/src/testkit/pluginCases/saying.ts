/** Cases about what a plugin says and costs: its messages, the order of its hooks, and its types. */
import type { AnyRefusalClass, Message } from "../../kernel/errors.ts"
import type { Plugin } from "../../kernel/plugin.ts"
import {
  allPlugins,
  callOf,
  makeTenant,
  onEngine,
  outcomeOfCall,
  type PluginCase,
  type PluginSubject,
} from "../pluginCase.ts"
import { collectionsOf, makeSamples, resolved, sampleOf } from "../samples.ts"
import { compileHost } from "../typeBudget.ts"

const messages: PluginCase = {
  name: "messages",
  sentence: "every refusal speaks English and Swedish, and tells its parameters",
  run: async ({ plugin: { spec }, untold }) => {
    const calls = [...Object.values(spec.commands ?? {}), ...Object.values(spec.queries ?? {})]
    const refusals = new Set(calls.flatMap(({ refuses }) => refuses))
    return [...refusals].flatMap((refusal) => messageProblems(refusal, untold))
  },
}

const messageProblems = (
  { tag, messages, paramNames }: AnyRefusalClass,
  untold: readonly string[],
): readonly string[] => {
  const languages = Object.entries<Message>({ en: messages.en, sv: messages.sv })
  const problems = languages.flatMap(([language, message]) => {
    if (typeof message === "function") return []
    if (typeof message !== "string" || message.trim() === "") return [`${tag} has no message in ${language}`]
    const told = new Set([...message.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ""))
    return [
      ...[...told]
        .filter((name) => !paramNames.includes(name))
        .map((name) => `${tag} shows ${name} in ${language}, which it does not have`),
      ...paramNames
        .filter((name) => !told.has(name) && !untold.includes(`${tag}.${name}`))
        .map((name) => `${tag} does not show ${name} in ${language}`),
    ]
  })
  return messages.en === messages.sv ? [...problems, `${tag} says the same in English and Swedish`] : problems
}

const hookOrder: PluginCase = {
  name: "hookOrder",
  sentence: "its hooks do the same in whatever order they and the plugins are listed",
  run: async (subject) => {
    const { plugin } = subject
    const turned: Plugin = { ...plugin, spec: { ...plugin.spec, hooks: [...(plugin.spec.hooks ?? [])].reverse() } }
    const all = allPlugins(subject)
    const told = await storyOf(subject, all)
    const reversed = Object.fromEntries(Object.entries({ ...all, [plugin.id]: turned }).reverse())
    const retold = await storyOf(subject, reversed)
    return told.flatMap(([path, outcome]) => {
      const other = retold.find(([name]) => name === path)?.[1]
      return outcome === other ? [] : [`${path} ends otherwise when its hooks are listed the other way round`]
    })
  },
}

/** What the calls of the plugin, and the commands that it hooks into, give in one tenant. */
const storyOf = (
  subject: PluginSubject,
  plugins: Readonly<Record<string, Plugin>>,
): Promise<readonly (readonly [path: string, outcome: string])[]> =>
  onEngine(
    subject,
    async (engine) => {
      const session = await makeTenant(engine, "firm")
      // Reference data in one order, so that the same ids are drawn whatever the order of plugins.
      const sorted = Object.fromEntries(Object.entries(plugins).sort(([a], [b]) => (a < b ? -1 : 1)))
      const { records, made } = await makeSamples(session, sorted, subject)
      const told: (readonly [string, string])[] = []
      const hooked = new Set(
        (subject.plugin.spec.hooks ?? []).flatMap((hook) => ("command" in hook ? hook.command : [])),
      )
      for (const { id, spec } of Object.values(sorted)) {
        for (const [name, command] of Object.entries(spec.commands ?? {})) {
          if (id !== subject.plugin.id && !hooked.has(command as never)) continue
          const values = {
            ...sampleOf(command.input, made).values,
            ...resolved(subject.inputs[`${id}.${name}`] ?? {}, made),
          }
          const outcome = await outcomeOfCall(() => callOf(session, id, name)(values))
          told.push([`${id}.${name}`, JSON.stringify("bug" in outcome || outcome.ok ? outcome : outcome.error.params)])
        }
      }
      for (const { path, plugin, name } of collectionsOf(sorted)) {
        const id = records.get(path)
        if (id === undefined) continue
        const get = (session[plugin]?.[name] as Readonly<Record<string, ReturnType<typeof callOf>>>)["get"]
        told.push([path, JSON.stringify(await outcomeOfCall(() => get?.(id) as never))])
      }
      return told
    },
    plugins,
  )

/** What one plugin may cost a host: a tenth of the budget for ten, and the first look at core's types. */
const BUDGET = { declarationBytes: 2048, instantiations: 5000 }

const typeBudget: PluginCase = {
  name: "typeBudget",
  sentence: "a host's declaration and compiler hardly notice it",
  run: async ({ plugin: { id }, types }) => {
    if (types === null) return []
    const { statement, ...host } = types
    const source = (plugins: string): string => `import { createEngine, standard } from "@anbud/core"
import type { Store } from "@anbud/core"
${statement}
declare const store: Store
export const engine = await createEngine({ store, plugins: ${plugins} })
export const session = engine.as({ tenant: "firm", user: "ada" })
void ${id}
`
    const without = compileHost({ ...host, source: source("standard") })
    const own = compileHost({ ...host, source: source(`{ ...standard, ${id} }`) })
    // What the emitter repeats of core's own plugins is not this one's.
    const bytes = ownDeclaration(own.declaration, id)
    const extra = own.instantiations - without.instantiations
    return [
      ...own.errors.map(({ message }) => `a host does not compile with it: ${message}`),
      ...(bytes <= BUDGET.declarationBytes
        ? []
        : [`it adds ${bytes} bytes to a host's declaration, at most ${BUDGET.declarationBytes}: name its interfaces`]),
      ...(extra <= BUDGET.instantiations
        ? []
        : [`it costs ${extra} instantiations, at most ${BUDGET.instantiations}: name its interfaces`]),
    ]
  },
}

/** How much of a declaration is about one plugin: its entries in the records of plugins. */
const ownDeclaration = (declaration: string, id: string): number => {
  const entries = declaration.split(new RegExp(`^    readonly ${id}: `, "m")).slice(1)
  return entries.reduce((sum, text) => sum + (/^ {4}readonly |^\}/m.exec(text)?.index ?? text.length), 0)
}

/** The cases. */
export const sayingCases: readonly PluginCase[] = [messages, hookOrder, typeBudget]
