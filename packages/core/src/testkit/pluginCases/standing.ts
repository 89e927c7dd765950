/** Cases about a plugin in a store: defined, installed, added to what is there, rolled back, and taken away. */
import { DefinitionInvalid } from "../../kernel/model.ts"
import type { Store } from "../../kernel/store.ts"
import { SchemaOutOfDate, StorageFailed } from "../../kernel/storeErrors.ts"
import {
  allPlugins,
  callOf,
  collectionOf,
  type LooseEngine,
  type LooseSession,
  makeTenant,
  onEngine,
  openedWith,
  otherPlugins,
  outcomeOfCall,
  type PluginCase,
  type PluginSubject,
} from "../pluginCase.ts"
import { collectionsOf, makeSamples, type SampleRecords } from "../samples.ts"

const own = (subject: PluginSubject) => collectionsOf({ own: subject.plugin })

/** What keeps its own collections from taking a record. */
const unmade = (subject: PluginSubject, { refused }: SampleRecords): readonly string[] =>
  own(subject).flatMap(({ path }) => {
    const why = refused.get(path)
    return why === undefined ? [] : [`${path} took no record (give a sample if it needs a special one): ${why}`]
  })

const brokenJournal = async (engine: LooseEngine, tenant: string): Promise<readonly string[]> => {
  const { broken } = await engine.journal.verify({ tenant })
  return broken === null ? [] : [`the journal is broken at entry ${broken.seq}: ${broken.kind}`]
}

/** Queries that can be asked without an input. */
const brokenQueries = async (subject: PluginSubject, session: LooseSession): Promise<readonly string[]> => {
  const { id, spec } = subject.plugin
  const problems: string[] = []
  for (const [name, query] of Object.entries(spec.queries ?? {})) {
    if (Object.values(query.input).some(({ presence }) => presence === "required")) continue
    const outcome = await outcomeOfCall(() => callOf(session, id, name)({}))
    if ("bug" in outcome) problems.push(`${id}.${name} broke: ${outcome.bug}`)
  }
  for (const { path, plugin, name } of own(subject)) {
    const outcome = await outcomeOfCall(() => collectionOf(session, plugin, name)["list"]?.() as never)
    if ("bug" in outcome || !outcome.ok) problems.push(`${path} cannot be listed`)
  }
  return problems
}

/** The plugin compiles with the others. */
const definition: PluginCase = {
  name: "definition",
  sentence: "it fits together with the plugins beside it",
  run: async (subject) => {
    try {
      return await onEngine(subject, async () => [])
    } catch (error) {
      if (DefinitionInvalid.is(error)) return error.params.issues
      throw error
    }
  },
}

const install: PluginCase = {
  name: "install",
  sentence: "an empty store takes it, and its collections take records",
  run: (subject) =>
    onEngine(subject, async (engine) => {
      const session = await makeTenant(engine, "fresh")
      const made = await makeSamples(session, allPlugins(subject), subject)
      return [
        ...unmade(subject, made),
        ...(await brokenQueries(subject, session)),
        ...(await brokenJournal(engine, "fresh")),
      ]
    }),
}

const upgrade: PluginCase = {
  name: "upgrade",
  sentence: "a store with data that knew nothing of it takes it, and all data stays",
  run: async (subject) => {
    const site = await subject.makeStore()
    try {
      const before = await openedWith(site.open("create"), otherPlugins(subject), async (engine) => {
        const session = await makeTenant(engine, "early")
        return makeSamples(session, otherPlugins(subject), subject)
      })
      return await openedWith(site.open("apply"), allPlugins(subject), async (engine) => {
        const session = engine.admin("early")
        const lost = await unreadable(subject, session, before)
        const queries = await brokenQueries(subject, session)
        const fresh = await makeTenant(engine, "late")
        const made = await makeSamples(fresh, allPlugins(subject), subject)
        return [...lost, ...queries, ...unmade(subject, made), ...(await brokenJournal(engine, "early"))]
      })
    } finally {
      await site.dispose?.()
    }
  },
}

/** Records that cannot be read any more. */
const unreadable = async (
  subject: PluginSubject,
  session: LooseSession,
  { records }: SampleRecords,
): Promise<readonly string[]> => {
  const problems: string[] = []
  for (const { path, plugin, name } of collectionsOf(allPlugins(subject))) {
    const id = records.get(path)
    if (id === undefined) continue
    const outcome = await outcomeOfCall(() => collectionOf(session, plugin, name)["get"]?.(id) as never)
    if ("bug" in outcome) problems.push(`a record of ${path} cannot be read: ${outcome.bug}`)
    else if (!outcome.ok) problems.push(`a record of ${path} is lost: ${outcome.error.message}`)
  }
  return problems
}

const rollback: PluginCase = {
  name: "rollback",
  sentence: "what fails leaves nothing, and the store opens without the plugin or says what to do",
  run: async (subject) => {
    const site = await subject.makeStore()
    try {
      const all = allPlugins(subject)
      let fails = false
      const made = await openedWith(
        failing(site.open("create"), () => fails),
        all,
        async (engine) => {
          const session = await makeTenant(engine, "firm")
          fails = true
          const head = await engine.journal.head({ tenant: "firm" })
          await makeSamples(session, all, subject)
          fails = false
          const after = await engine.journal.head({ tenant: "firm" })
          const left = after.seq === head.seq ? [] : ["a command that failed to commit left entries in the journal"]
          const made = await makeSamples(session, all, subject)
          return { records: made, problems: [...left, ...unmade(subject, made)] }
        },
      )
      const apart = await openedWith(site.open("create"), otherPlugins(subject), async () => []).catch(said(subject))
      const again = await openedWith(site.open("create"), all, (engine) =>
        unreadable(subject, engine.admin("firm"), made.records),
      )
      return [...made.problems, ...apart, ...again]
    } finally {
      await site.dispose?.()
    }
  },
}

/** A store that is not opened without the plugin must name what is in the way. */
const said =
  ({ plugin }: PluginSubject) =>
  (error: unknown): readonly string[] => {
    if (!SchemaOutOfDate.is(error)) throw error
    return error.params.differences.length > 0 ? [] : [`the store does not open without ${plugin.id}, nor say why`]
  }

/** The same store, whose transactions fail at their end while `fails` says so. */
const failing = (store: Store, fails: () => boolean): Store => ({
  ...store,
  write: (work, options) =>
    store.write(async (tx) => {
      const result = await work(tx)
      if (fails()) throw new StorageFailed({ reason: "the contract lets it fail" })
      return result
    }, options),
})

/** The cases, in the order in which a plugin meets them. */
export const standingCases: readonly PluginCase[] = [definition, install, upgrade, rollback]
