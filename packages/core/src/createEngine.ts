/** createEngine: a store and plugins, compiled and checked once. */
import { aboutModel, type EngineSchema, schemaOfModel, tablesOfModel } from "./engineSchema.ts"
import { derived } from "./facets/derived.ts"
import { traced } from "./kernel/callSite.ts"
import type { Checkpointing } from "./kernel/checkpoint.ts"
import { createTenant } from "./kernel/createTenant.ts"
import { type EffectSession, effectSession } from "./kernel/effectJoin.ts"
import type { AnyRefusalClass } from "./kernel/errors.ts"
import { type ExportChunk, type Exported, type ExportOptions, exportTenant } from "./kernel/exporting.ts"
import type { Session } from "./kernel/face.ts"
import { type JournalFace, journalFace } from "./kernel/journalFace.ts"
import type { Keys } from "./kernel/keys.ts"
import { guardedLog, type Log } from "./kernel/log.ts"
import type { Caller, Machine } from "./kernel/machine.ts"
import { compileModel, type Model } from "./kernel/model.ts"
import type { Plugins } from "./kernel/plugin.ts"
import { type Clock, type Ids, randomIds, systemClock } from "./kernel/ports.ts"
import { RELEASE } from "./kernel/release.ts"
import { sealingWith } from "./kernel/sealing.ts"
import { type RebuildOptions, rebuildSearch } from "./kernel/searchRebuild.ts"
import { openSession } from "./kernel/session.ts"
import type { Store } from "./kernel/store.ts"
import type { NewTenant } from "./kernel/tenant.ts"
import { hostTracer } from "./kernel/tracing.ts"
import { newBell } from "./kernel/work/bell.ts"
import { deskOf, type WorkDesk } from "./kernel/work/desk.ts"
import { type Health, healthOf } from "./kernel/work/health.ts"
import type { Jobs } from "./kernel/work/jobs.ts"
import { JOB_TABLE, OUTBOX_TABLE } from "./kernel/work/queueTable.ts"
import { tableJobs } from "./kernel/work/tableJobs.ts"
import { type WorkOptions, workersOf } from "./kernel/work/worker.ts"

/** What an engine is made of. */
export interface EngineOptions<P> {
  readonly store: Store
  /** A record whose keys are the plugins' ids; `standard` holds the modules of core. */
  readonly plugins: P
  /** The machine's clock by default. */
  readonly clock?: Clock
  /** Random ids by default. */
  readonly ids?: Ids
  /** Takes what the engine tells of itself: never secrets, never values of records. Silent by default. */
  readonly log?: Log
  /** Where jobs wait; a table of the store by default. */
  readonly jobs?: (store: Store) => Jobs
  /**
   * A secret of the host, the same in every process: with it, not even who reads the database can make a page's
   * cursor. Without one the tenant's nonce alone is the key. Another secret refuses the cursors of before.
   */
  readonly secret?: string
  /** Seals personal values in the journal, each person's under a key of their own; readable without. See `masterKey`. */
  readonly keys?: Keys
  /** Signs where the journals stand, and keeps that elsewhere; never by default. */
  readonly checkpoints?: Checkpointing
}

/** Who uses a session. */
export interface SignedIn {
  readonly tenant: string
  /** The user's login. */
  readonly user: string
  /** The language of messages, `en` by default. */
  readonly locale?: string
}

/** A running engine. */
export interface Engine<P> {
  /** The calls of all plugins for a user of a tenant. */
  as(who: SignedIn): Session<P>
  /** The only session without a user: the journal names the reason. */
  system(why: { readonly tenant: string; readonly reason: string; readonly locale?: string }): Session<P>
  /** The same sessions, with refusals in Effect's error channel. */
  readonly effect: { as(who: SignedIn): EffectSession<P> }
  readonly tenants: {
    /** Creates a tenant with its first administrator; again with the same values it changes nothing. */
    create(tenant: NewTenant): Promise<{ readonly id: string; readonly created: boolean }>
  }
  readonly journal: JournalFace
  /** Plans, applies and verifies the store's tables; before an engine can open, `schemaOf` does the same. */
  readonly schema: EngineSchema
  readonly search: {
    /** Makes what a tenant's records are found by anew: for fields that are searched since a later release. */
    rebuild(options: RebuildOptions): Promise<{ readonly records: number }>
  }
  /** Every refusal of the kernel and of all plugins, by tag: code, HTTP status, parameters and messages. */
  readonly refusals: ReadonlyMap<string, AnyRefusalClass>
  /** Gives `take` all that the store holds of a tenant, table by table, as CSV or lines of JSON. */
  export(what: ExportOptions, take: (chunk: ExportChunk) => void | Promise<void>): Promise<Exported>
  /**
   * Handles events and does jobs until the signal fires, in as many processes as you like: each job runs in one of
   * them at a time. Call it once per process, beside the calls of users or in a process of its own.
   */
  work(options: WorkOptions): Promise<void>
  /** Jobs that wait, run or were given up. */
  readonly jobs: WorkDesk
  /** Events for hooks after a commit that wait, are being handled or were given up. */
  readonly events: WorkDesk
  /** Whether the store answers, and how much work waits, runs and was given up; of all tenants or of one. */
  health(of?: { readonly tenant?: string }): Promise<Health>
  /** Ends this engine's workers, waits for running calls, then closes the store. */
  close(): Promise<void>
}

/**
 * Compiles plugins and opens the store.
 *
 * Refuses with `DefinitionInvalid` (every issue at once), with `SchemaOutOfDate` and its plan, and with `SchemaNewer`.
 *
 * @example
 * const engine = await createEngine({ store: sqlite({ file: "firm.db" }), plugins: standard })
 * const anna = engine.as({ tenant: "fjallservice", user: "anna" })
 */
export const createEngine = async <const P extends Plugins<P>>(options: EngineOptions<P>): Promise<Engine<P>> => {
  const model = compileModel(options.plugins, derived)
  const { keys = null, checkpoints: checkpointing = null } = options
  const { store, clock = systemClock, ids = randomIds, secret = "" } = options
  const outbox = tableJobs(store, OUTBOX_TABLE)
  const jobs = options.jobs?.(store) ?? tableJobs(store, JOB_TABLE)
  const log = guardedLog(options.log)
  const tracer = await hostTracer(RELEASE)
  const observer = options.log || tracer ? { log, tracer } : null
  const sealed = { keys, checkpointing, sealing: sealingWith(keys) }
  const machine: Machine = {
    model,
    derived,
    store,
    clock,
    ids,
    secret,
    log,
    observer,
    jobs,
    outbox,
    bell: newBell(),
    commits: newBell(),
    ...sealed,
  }
  const workers = workersOf(machine)
  const schema = schemaOfModel(store, model)
  await opened(store, model)
  const session = (caller: Caller, locale = "en"): Session<P> => openSession(machine, caller, locale) as Session<P>
  const as = ({ tenant, user, locale }: SignedIn): Session<P> => session({ kind: "user", tenant, user }, locale)
  return {
    as,
    effect: { as: (who) => effectSession(as(who)) as unknown as EffectSession<P> },
    system: ({ tenant, reason, locale }) => session({ kind: "system", tenant, reason }, locale),
    tenants: { create: traced((tenant) => createTenant(machine, tenant)) },
    journal: journalFace(machine),
    search: { rebuild: traced((options) => rebuildSearch(machine, options)) },
    refusals: model.refusals,
    export: traced((what, take) => exportTenant(store, tablesOfModel(model), what, take)),
    schema,
    work: workers.work,
    jobs: deskOf(machine, jobs),
    events: deskOf(machine, outbox),
    health: traced(({ tenant } = {}) => healthOf(machine, schema.status, tenant)),
    close: async () => {
      await workers.stop()
      await store.close()
      // Who waits for changes hears that none will come.
      machine.commits.ring()
    },
  }
}

/** Opens the store; one that cannot be opened is closed again, so that its files are free for the next try. */
const opened = async (store: Store, model: Model): Promise<void> => {
  try {
    await store.open(tablesOfModel(model), aboutModel(model))
  } catch (error) {
    await store.close()
    throw error
  }
}
