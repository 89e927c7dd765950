/** The schema of an engine: what its store is, what its plugins define, and the way from one to the other. */
import { derived } from "./facets/derived.ts"
import { JOURNAL_TABLES } from "./kernel/journal.ts"
import { compileModel, type Model } from "./kernel/model.ts"
import type { Plugin, Plugins } from "./kernel/plugin.ts"
import { RELEASE } from "./kernel/release.ts"
import { planText, type SchemaAbout, type SchemaPlan } from "./kernel/schemaPlan.ts"
import { SEARCH_TABLES } from "./kernel/searchTable.ts"
import { STORE_TABLES, type Store, type Table } from "./kernel/store.ts"
import { SchemaNewer } from "./kernel/storeErrors.ts"
import { tableName } from "./kernel/tableName.ts"
import { WORK_TABLES } from "./kernel/work/tables.ts"
import { standard } from "./standard.ts"

/** Where a store stands. */
export interface SchemaStatus {
  /** `newer`: a later release has changed the store, and this one must not write to it. */
  readonly state: "empty" | SchemaPlan["state"] | "newer"
  /** How many steps would be applied, and how many things are refused. */
  readonly steps: number
  readonly refused: number
  /** The same in a sentence. */
  readonly text: string
}

/** Whether the store is exactly what the plugins define. */
export interface SchemaVerification {
  readonly holds: boolean
  /** Every difference in plain words. */
  readonly differences: readonly string[]
}

/** What can be asked of a schema, and done to it. */
export interface EngineSchema {
  /** Where the store stands; nothing is changed, and nothing is refused. */
  status(): Promise<SchemaStatus>
  /** What `apply` would do and what it refuses, with the fix; `planText` prints it. Refuses with `SchemaNewer`. */
  plan(): Promise<SchemaPlan>
  /**
   * Does the whole plan in one transaction, or nothing, and gives back what it did. Refuses with `SchemaOutOfDate` if
   * any of the plan is refused, and with `SchemaNewer`. Of two processes one does it and the other finds it done.
   */
  apply(): Promise<SchemaPlan>
  /** Compares the store with the plugins, table by table. Refuses with `SchemaNewer`. */
  verify(): Promise<SchemaVerification>
}

/**
 * The schema of a store and plugins, for hosts that plan before an engine can open. The store stays the caller's to
 * close.
 *
 * @example
 * const plan = await schemaOf({ store, plugins }).plan()
 * console.log(planText(plan))
 */
export const schemaOf = <const P extends Plugins<P>>(of: {
  readonly store: Store
  readonly plugins: P
}): EngineSchema => schemaOfModel(of.store, compileModel(of.plugins, derived))

/** The schema of a compiled model. */
export const schemaOfModel = ({ schema }: Store, model: Model): EngineSchema => {
  const tables = tablesOfModel(model)
  const about = aboutModel(model)
  return {
    status: async () => {
      try {
        return statusOf(await schema.plan(tables, about))
      } catch (error) {
        if (!SchemaNewer.is(error)) throw error
        return { state: "newer", steps: 0, refused: 0, text: error.message }
      }
    },
    plan: () => schema.plan(tables, about),
    apply: () => schema.apply(tables, about),
    verify: async () => {
      const differences = await schema.verify(tables, about)
      return { holds: differences.length === 0, differences }
    },
  }
}

const statusOf = (plan: SchemaPlan): SchemaStatus => ({
  state: plan.isEmpty && plan.state === "pending" ? "empty" : plan.state,
  steps: plan.steps.length,
  refused: plan.refused.length,
  text: planText(plan).split("\n")[0] ?? "",
})

/**
 * The tables that plugins define, the engine's own included, as every store has them.
 *
 * @example tablesOf(standard).map(({ name }) => name) // ["claim", "counter", "journal", …]
 */
export const tablesOf = <const P extends Plugins<P>>(plugins: P): readonly Table[] =>
  tablesOfModel(compileModel(plugins, derived))

/** All tables of a model: the engine's own and those of its plugins. */
export const tablesOfModel = (model: Model): readonly Table[] => [
  ...STORE_TABLES,
  ...JOURNAL_TABLES,
  ...WORK_TABLES,
  ...SEARCH_TABLES,
  ...derived.tables(model),
]

/** What a store should know of a model beside its tables. */
export const aboutModel = ({ plugins }: Model): SchemaAbout => {
  const ours = new Set<Plugin>(Object.values(standard))
  const releases = plugins.flatMap((plugin) => {
    const release = plugin.spec.release ?? (ours.has(plugin) ? RELEASE : undefined)
    return release === undefined ? [] : [[plugin.id, release] as const]
  })
  return {
    releases: Object.fromEntries([["kernel", RELEASE], ...releases]),
    retired: plugins.flatMap(({ spec }) => (spec.retired ?? []).map((name) => tableName({ name }))),
  }
}
