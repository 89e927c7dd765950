/** Cases about what a plugin keeps apart: tenants from tenants, and users from what they may not. */
import type { Fields } from "../../kernel/field.ts"
import {
  allPlugins,
  callOf,
  collectionOf,
  type LooseOutcome,
  type LooseSession,
  makeTenant,
  onEngine,
  outcomeOfCall,
  type PluginCase,
  type PluginSubject,
} from "../pluginCase.ts"
import { collectionsOf, type Made, makeSamples, resolved, sampleOf } from "../samples.ts"

/** Calls of the plugin by name, each with an input made of these records. */
const callsOf = (
  { plugin: { id, spec }, inputs }: PluginSubject,
  session: LooseSession,
  made: Made,
): readonly { readonly path: string; readonly call: () => ReturnType<ReturnType<typeof callOf>> }[] =>
  Object.entries<{ readonly input: Fields }>({ ...spec.commands, ...spec.queries }).map(([name, { input }]) => {
    const values = { ...sampleOf(input, made).values, ...resolved(inputs[`${id}.${name}`] ?? {}, made) }
    return { path: `${id}.${name}`, call: () => callOf(session, id, name)(values) }
  })

const held = (value: unknown, ids: ReadonlySet<string>): readonly string[] => {
  const text = JSON.stringify(value) ?? ""
  return [...ids].filter((id) => text.includes(id))
}

const tenants: PluginCase = {
  name: "tenants",
  sentence: "two tenants never see each other through any of its calls",
  run: (subject) =>
    onEngine(subject, async (engine) => {
      const first = await makeTenant(engine, "first")
      const { records, made } = await makeSamples(first, allPlugins(subject), subject)
      for (const { call } of callsOf(subject, first, made)) await outcomeOfCall(call)
      const second = await makeTenant(engine, "second")
      const ids = new Set(records.values())
      const problems: string[] = []
      for (const { path, plugin, name } of collectionsOf({ own: subject.plugin })) {
        const collection = collectionOf(second, plugin, name)
        const listed = await outcomeOfCall(() => collection["list"]?.() as never)
        if ("ok" in listed && listed.ok && held(listed.value, ids).length > 0)
          problems.push(`${path} lists records of another tenant`)
        const id = records.get(path)
        if (id === undefined) continue
        for (const [what, args] of [
          ["get", [id]],
          ["history", [id]],
          ["patch", [{ id, set: {} }]],
        ] as const) {
          const outcome = await outcomeOfCall(() => collection[what]?.(...args) as never)
          if (!isMissing(outcome)) problems.push(`${path}.${what} finds a record of another tenant`)
        }
      }
      for (const { path, call } of callsOf(subject, second, made)) {
        const outcome = await outcomeOfCall(call)
        if ("bug" in outcome) problems.push(`${path} broke on another tenant's ids: ${outcome.bug}`)
        else if (outcome.ok && held(outcome.value, ids).length > 0)
          problems.push(`${path} gives records of another tenant`)
      }
      return problems
    }),
}

const isMissing = (outcome: LooseOutcome | { readonly bug: string }): boolean =>
  "ok" in outcome && !outcome.ok && outcome.error._tag === "NotFound"

const rights: PluginCase = {
  name: "rights",
  sentence: "a user without grants gets nothing through any of its calls",
  run: (subject) =>
    onEngine(subject, async (engine) => {
      const { spec, id } = subject.plugin
      const problems = (spec.grants ?? [])
        .filter((grant) => grant === "*")
        .map(() => `${id} takes every right for its hooks: list those that they need`)
      const admin = await makeTenant(engine, "firm")
      const { records, made } = await makeSamples(admin, allPlugins(subject), subject)
      const users = admin["organisation"]?.["users"] as Readonly<Record<string, ReturnType<typeof callOf>>> | undefined
      if (users) await users["create"]?.({ login: "nobody", name: "Nobody" }).result()
      const nobody = engine.user("firm", "nobody")
      const got = async (path: string, call: () => ReturnType<ReturnType<typeof callOf>>): Promise<void> => {
        const outcome = await outcomeOfCall(call)
        if ("bug" in outcome) problems.push(`${path} broke for a user without grants: ${outcome.bug}`)
        else if (outcome.ok) problems.push(`${path} answers a user without grants`)
      }
      for (const { path, plugin, name, entity } of collectionsOf({ own: subject.plugin })) {
        const collection = collectionOf(nobody, plugin, name)
        const record = records.get(path) ?? "x"
        await got(`${path}.list`, () => collection["list"]?.() as never)
        await got(`${path}.get`, () => collection["get"]?.(record) as never)
        await got(`${path}.history`, () => collection["history"]?.(record) as never)
        await got(`${path}.patch`, () => collection["patch"]?.({ id: record, set: {} }) as never)
        await got(`${path}.create`, () => collection["create"]?.(sampleOf(entity.fields, made).values) as never)
      }
      for (const { path, call } of callsOf(subject, nobody, made)) await got(path, call)
      return problems
    }),
}

/** The cases. */
export const keepingCases: readonly PluginCase[] = [tenants, rights]
