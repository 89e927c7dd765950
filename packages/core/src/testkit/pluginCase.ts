/** A case of the plugins' contract: what is tried with a plugin, and what went wrong. */
import { createEngine, type Engine } from "../createEngine.ts"
import type { Refusal } from "../kernel/errors.ts"
import { fixedIds } from "../kernel/fixedIds.ts"
import type { Plugin } from "../kernel/plugin.ts"
import { fixedClock } from "../kernel/ports.ts"
import type { Store } from "../kernel/store.ts"
import type { HostSource } from "./typeBudget.ts"

/** A database that can be opened again and again, with what is in it. */
export interface PluginStore {
  /** Opens it: `create` builds it or verifies, `apply` brings its tables up to date. */
  open(schema: "create" | "apply"): Store
  /** Runs at the end, when nothing is open. */
  readonly dispose?: () => Promise<void>
}

/** Values for records of collections, by `plugin.collection`, where made-up ones would be refused. */
export type Samples = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/**
 * Runs commands in a tenant that has a record in every collection that could be filled so far (`made` holds their ids
 * by the entity's name), and gives the ids of what they leave behind in the same way.
 */
export type Prepare = (session: never, made: ReadonlyMap<string, string>) => Promise<Readonly<Record<string, string>>>

/** A plugin and what its contract needs to know. */
export interface PluginSubject {
  readonly plugin: Plugin
  /** The plugins beside which it runs, among them those that it needs. */
  readonly beside: Readonly<Record<string, Plugin>>
  readonly samples: Samples
  readonly prepare: Prepare
  /** Inputs of its commands, by name, where made-up ones would be refused. */
  readonly inputs: Samples
  /** Parameters of refusals that no message shows, on purpose: `QuoteExpired.quote`. */
  readonly untold: readonly string[]
  readonly types: PluginTypes | null
  readonly makeStore: () => Promise<PluginStore>
}

/** Where a host finds the plugin, and the compiler to measure it with. */
export interface PluginTypes extends Omit<HostSource, "source" | "beside"> {
  /** The line with which a host imports the plugin, such as `import { warranty } from "./warranty.ts"`. */
  readonly statement: string
}

/** One thing that the contract asks of every plugin. */
export interface PluginCase {
  /** The word by which a failure is known, such as `tenants`. */
  readonly name: string
  /** What must hold, as a sentence. */
  readonly sentence: string
  /** Everything that does not hold, in plain words. */
  readonly run: (subject: PluginSubject) => Promise<readonly string[]>
}

/** The outcome of any call. */
export type LooseOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: Refusal }
/** Any call of a session. */
export type LooseCall = (...args: readonly unknown[]) => { result(): Promise<LooseOutcome> }
/** A session whose plugins no type knows. */
export type LooseSession = Readonly<
  Record<string, Readonly<Record<string, LooseCall | Readonly<Record<string, LooseCall>>>>>
>

/** An engine whose plugins no type knows. */
export interface LooseEngine extends Pick<Engine<unknown>, "tenants" | "journal" | "close"> {
  readonly admin: (tenant: string) => LooseSession
  readonly user: (tenant: string, user: string) => LooseSession
}

/** The plugins of a subject, its own among them. */
export const allPlugins = ({ beside, plugin }: PluginSubject): Readonly<Record<string, Plugin>> => ({
  ...beside,
  [plugin.id]: plugin,
})

/** The plugins that can do without the subject's: those that need it, however far away, are left out. */
export const otherPlugins = (subject: PluginSubject): Readonly<Record<string, Plugin>> => {
  const left = new Map(Object.entries(allPlugins(subject)))
  left.delete(subject.plugin.id)
  for (let count = -1; count !== left.size; ) {
    count = left.size
    for (const [id, { spec }] of left) if ((spec.needs ?? []).some((need) => !left.has(need))) left.delete(id)
  }
  return Object.fromEntries(left)
}

const START = "2025-03-14T08:00:00.000Z"

/** An open engine with a still clock and ids that repeat. */
export const openEngine = async (store: Store, plugins: Readonly<Record<string, Plugin>>): Promise<LooseEngine> => {
  const options = { store, plugins: plugins as never, clock: fixedClock(START), ids: fixedIds("contract") }
  const engine = (await createEngine(options)) as Engine<unknown>
  return {
    tenants: engine.tenants,
    journal: engine.journal,
    close: () => engine.close(),
    admin: (tenant) => engine.system({ tenant, reason: "plugin contract" }) as unknown as LooseSession,
    user: (tenant, user) => engine.as({ tenant, user }) as unknown as LooseSession,
  }
}

/** Runs work on an engine over a store of its own and closes both. */
export const onEngine = async <T>(
  subject: PluginSubject,
  work: (engine: LooseEngine) => Promise<T>,
  plugins: Readonly<Record<string, Plugin>> = allPlugins(subject),
  wrapped: (store: Store) => Store = (store) => store,
): Promise<T> => {
  const site = await subject.makeStore()
  try {
    return await openedWith(wrapped(site.open("create")), plugins, work)
  } finally {
    await site.dispose?.()
  }
}

/** Runs work on an engine over this store and closes it. */
export const openedWith = async <T>(
  store: Store,
  plugins: Readonly<Record<string, Plugin>>,
  work: (engine: LooseEngine) => Promise<T>,
): Promise<T> => {
  const engine = await openEngine(store, plugins)
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}

/** Creates a tenant of the contract. */
export const makeTenant = async (engine: LooseEngine, id: string): Promise<LooseSession> => {
  await engine.tenants.create({ id, name: id, currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
  return engine.admin(id)
}

/** A collection of a session. */
export const collectionOf = (
  session: LooseSession,
  plugin: string,
  name: string,
): Readonly<Record<string, LooseCall>> => session[plugin]?.[name] as Readonly<Record<string, LooseCall>>

/** A command or query of a session. */
export const callOf = (session: LooseSession, plugin: string, name: string): LooseCall =>
  session[plugin]?.[name] as LooseCall

/** The outcome of a call; what is no refusal is told as a bug. */
export const outcomeOfCall = async (
  call: () => ReturnType<LooseCall>,
): Promise<LooseOutcome | { readonly bug: string }> => {
  try {
    return await call().result()
  } catch (error) {
    return { bug: error instanceof Error ? error.message : String(error) }
  }
}
