/**
 * Performing: the middle of a command's life, in its transaction. Hooks before, the decision with the commands it
 * calls, one apply, hooks in the transaction, one seal.
 */
import * as Effect from "effect/Effect"
import { type ApplyContext, applyChanges } from "./apply.ts"
import type { Changes, Values } from "./changes.ts"
import type { Command, CommandContext, Decision, OutcomeIds } from "./command.ts"
import { isRefusal, type Refusal } from "./errors.ts"
import type { Instant } from "./field.ts"
import { groupBy } from "./groupBy.ts"
import { readHistory } from "./history.ts"
import { HookRefused, type HookResult, HookTimeout } from "./hook.ts"
import { append, genesis, headOf, type RecordChange, SEQ } from "./journal.ts"
import { localDate } from "./localDate.ts"
import { type Held, lockRecords, markOfHeld } from "./locks.ts"
import { type DecisionContext, decodeInput, type Executable, type Machine, type Unsealed } from "./machine.ts"
import { recordKey } from "./model.ts"
import { grantedTo, type Plugin } from "./plugin.ts"
import type { Records } from "./records.ts"
import { checkReferences } from "./references.ts"
import { type Acting, checkChanges, checkRight, checkVisible, givenNames, referencesIn } from "./rights/bounds.ts"
import { type Seeing, seeing, told } from "./rights/seeing.ts"
import type { Actor } from "./rights.ts"
import { runGuards } from "./runGuards.ts"
import type { Transaction } from "./store.ts"
import { tableName } from "./tableName.ts"
import type { Tenant } from "./tenant.ts"
import { inTurn, type Turn } from "./turn.ts"
import type { Wired } from "./wiring.ts"
import type { Job } from "./work/job.ts"
import { type Enqueued, type Happened, leaveWork } from "./work/leaveWork.ts"
import { changesOf, markOf, nothingWritten, versionsToSet } from "./written.ts"

/** Where a command runs: its transaction, its tenant, who acts, what is locked, and what its ids are drawn for. */
export interface Place {
  readonly tx: Transaction
  readonly read: Records
  readonly tenant: Tenant
  readonly actor: Actor
  readonly scope: string
  readonly held: Held
  /** Stops before the hooks in the transaction, and seals nothing. */
  readonly isPreview?: boolean
  /** Personal values are being erased: no rule keeps them, the journal does not repeat them, and notes this beside. */
  readonly erasing?: { readonly notes: readonly RecordChange[] }
  readonly signal?: AbortSignal
}

type Input = Readonly<Record<string, unknown>>

/** A command that was decided inside another: its hooks run when everything is written. */
interface Decided extends Happened {
  readonly input: Input
}

/** One running command with all that it calls: they share what is written, one `seq` and one journal entry. */
interface Running {
  readonly machine: Machine
  readonly place: Place
  readonly now: Instant
  readonly apply: ApplyContext
  readonly decided: Decided[]
  readonly enqueued: Enqueued[]
  /** Why the command cannot go on, whatever its code makes of it. */
  broken: { readonly error: unknown } | null
}

/** Where in a running command code runs: the commands that led to it, for whom, and for which plugin's hook. */
interface Standing {
  readonly path: readonly string[]
  readonly actor: Actor
  readonly by: string | null
}

/** What a performed command leaves: its ids, its journal entry (null if it wrote nothing), and its changes. */
export interface Performed {
  readonly outcome: OutcomeIds
  readonly seq: number | null
  readonly changes: readonly RecordChange[]
  /** Whether there is something for workers to do. */
  readonly hasLeftWork: boolean
  /** What is left to do at the end of a host's transaction. */
  readonly unsealed?: Unsealed
}

type Sealed = Pick<Performed, "seq" | "hasLeftWork">

const MAX_DEPTH = 8

/** Decides, applies and seals a command in its transaction; gives what it leaves, or throws its refusal. */
export const perform = async (
  machine: Machine,
  place: Place,
  command: Pick<Executable, "name" | "input" | "locks" | "decide" | "references">,
  input: Input,
): Promise<Performed> => {
  const running = runningIn(machine, place)
  const { apply } = running
  machine.ids.begin?.(place.scope)
  const outcome = await decideIn(running, command, input, { path: [command.name], actor: place.actor, by: null })
  place.signal?.throwIfAborted()
  if (!place.isPreview)
    // The list grows while it is gone through: a hook may call commands, which have hooks of their own.
    for (const next of running.decided)
      for (const wired of machine.model.wiring.inTransaction.get(next.name) ?? [])
        await runInTransaction(running, wired, next)
  await checkReferences(apply)
  const changes = [...changesOf(machine.model, apply.written, apply.isErasing), ...(place.erasing?.notes ?? [])]
  await runGuards(machine, place, changes)
  if (place.isPreview) return { outcome, seq: null, changes, hasLeftWork: false }
  await setVersions(apply)
  place.signal?.throwIfAborted()
  const ended = (): Promise<Sealed> => end(running, command.name, changes)
  if (!machine.unsealed) return { outcome, changes, ...(await ended()) }
  const unsealed: Unsealed = { seal: async () => (await ended()).seq }
  machine.unsealed.push(unsealed)
  return { outcome, changes, seq: null, hasLeftWork: false, unsealed }
}

/** Seals the entry and leaves the work that follows from it. */
const end = async (running: Running, command: string, changes: readonly RecordChange[]): Promise<Sealed> => {
  const { machine, place, now, decided: happened, enqueued } = running
  const seq = changes.length > 0 ? await seal(running, command, changes) : null
  const left = { seq, now, command, actor: place.actor.id, happened, enqueued }
  return { seq, hasLeftWork: await leaveWork(machine, place.tx, place.tenant.id, left) }
}

const runningIn = (machine: Machine, place: Place): Running => {
  const now = machine.clock.now()
  const { tx, read, tenant, held } = place
  const { model, derived } = machine
  const newId = (): string => machine.ids.next(now)
  const apply = {
    model,
    derived,
    tx,
    tenant: tenant.id,
    records: read,
    newId,
    held,
    written: nothingWritten(),
    isErasing: place.erasing !== undefined,
  }
  return { machine, place, now, apply, decided: [], enqueued: [], broken: null }
}

/** A root steps one version per command, however many decisions have written it. */
const setVersions = async ({ tx, tenant, written }: ApplyContext): Promise<void> => {
  for (const [entity, some] of groupBy(versionsToSet(written), (root) => root.entity)) {
    const patches = some.map(({ id, version, final }) => ({ id, expectedVersion: version, set: { version: final } }))
    await tx.update(tableName(entity), tenant, patches)
  }
}

/** Runs one command's hooks before and its decision, and applies its changes. */
const decideIn = async (
  running: Running,
  command: Pick<Executable, "name" | "input" | "locks" | "decide" | "references">,
  given: Input,
  at: Standing,
): Promise<OutcomeIds> => {
  const { model } = running.machine
  const names = givenNames(command.input, given)
  const acting: Acting = { model, actor: at.actor, right: command.name, given: names, ...seenBy(running, at.actor) }
  await checkVisible(acting, command.references?.(given as never, model) ?? referencesIn(model, command.input, given))
  let input = given
  for (const { plugin, hook } of model.wiring.before.get(command.name) ?? []) {
    const actor = grantedTo(plugin, at.actor)
    const amended = await inContext(running, { ...at, actor, by: plugin.id }, (ctx) =>
      settled(plugin, command.name, () => hook.run(ctx, input as never)),
    )
    // A hook may be wrong like any caller: what it gives is decoded again.
    if (amended !== undefined) input = decodeInput(running.machine.derived, command.input, amended)
  }
  const decision: Decision<OutcomeIds> | Refusal = await inContext(running, at, (ctx) =>
    command.decide(ctx, input as never),
  )
  if (isRefusal(decision)) throw decision
  const { changes, outcome } = decision
  await checkChanges(acting, changes)
  await applyChanges(running.apply, changes, at.by)
  running.decided.push({ name: command.name, input, outcome, record: recordOf(command, input, changes) })
  return decision.outcome
}

/** The record that a command is about: the first that it locks, else the first that it writes. */
const recordOf = (command: Pick<Executable, "locks">, input: Input, changes: Changes): string | null => {
  const [first] = [...command.locks(input as never), ...changes]
  return first ? recordKey(first.entity, "parent" in first ? first.parent : (first.id ?? "")) : null
}

const runInTransaction = async (
  running: Running,
  { plugin, hook }: Wired<{ readonly run: (ctx: CommandContext, facts: never) => HookResult<Changes> }>,
  { name, input, outcome }: Decided,
): Promise<void> => {
  const at = { path: [name], actor: grantedTo(plugin, running.place.actor), by: plugin.id }
  const changes = await inContext(running, at, (ctx) =>
    settled(plugin, name, () => hook.run(ctx, { input, outcome } as never)),
  )
  checkOwners(running, plugin, changes ?? [])
  await applyChanges(running.apply, changes ?? [], plugin.id)
}

/** Runs code with a context of its own, to the end of every command that it calls. */
const inContext = async <T>(
  running: Running,
  at: Standing,
  run: (ctx: DecisionContext) => T | Promise<T>,
): Promise<T> => {
  const turn = inTurn()
  const result = await run(contextOf(running, at, turn))
  await turn.rest()
  // Code that goes on after such an error has not seen it: what follows would stand on what never happened.
  if (running.broken) throw running.broken.error
  return result
}

/** A hook writes what its plugin owns or adds to others' records; the rest it reaches through their commands. */
const checkOwners = ({ machine }: Running, plugin: Plugin, changes: Changes): void => {
  for (const change of changes) {
    const { entity } = change
    const owner = machine.model.owners.get(entity.name)
    const isOwn = owner === plugin.id || (change.verb === "patch" && setsOnly(plugin, change.set))
    if (!isOwn) throw new Error(`A hook of ${plugin.id} writes ${entity.name} of ${owner}: call its command`)
  }
}

/** Whether a patch sets nothing but what the plugin adds to the record. */
const setsOnly = ({ id }: Plugin, set: Values): boolean =>
  Object.keys(set).every((name) => name === id || name.startsWith(`${id}.`))

const seenBy = ({ machine, place: { tx, tenant, read } }: Running, actor: Actor): Seeing =>
  seeing(machine, { reader: tx, tenant, actor, read })

const contextOf = (running: Running, at: Standing, turn: Turn): DecisionContext => {
  const { machine, place, now } = running
  const { tx, read, tenant } = place
  return {
    tenant: tenant.id,
    actor: at.actor,
    now,
    today: localDate(now, tenant.zone),
    zone: tenant.zone,
    read,
    ...seenBy(running, at.actor),
    model: machine.model,
    derived: machine.derived,
    history: async (query) =>
      (await readHistory(machine.sealing, tx, tenant.id, query)).map(({ entry, root }) => ({ ...entry, root })),
    newId: () => machine.ids.next(now),
    number: (series) => tx.next(tenant.id, `series/${series}`),
    lock: (locks) => turn.take(() => noted(running, lockRecords(machine.model, place, locks))),
    call: (command, input) =>
      turn.take(() => noted(running, callInside(running, at, command as Command, input))) as never,
    enqueue: (job, payload, options = {}) => void running.enqueued.push({ job: job as Job<never>, payload, options }),
  }
}

/** Decides another command as part of this one: it never seals. One that refuses leaves nothing behind. */
const callInside = async (running: Running, at: Standing, command: Command, given: unknown): Promise<OutcomeIds> => {
  const { machine, place } = running
  const { path, actor } = at
  const name = machine.model.wiring.names.get(command)
  if (name === undefined) throw new Error("No plugin lists the command that is called")
  if (path.includes(name)) throw new Error(`${name} calls itself: ${[...path, name].join(" → ")}`)
  if (path.length >= MAX_DEPTH)
    throw new Error(`Commands call each other more than ${MAX_DEPTH} deep: ${path.join(" → ")}`)
  const input = decodeInput(machine.derived, command.input, given)
  checkRight({ actor, right: name, given: givenNames(command.input, input) })
  const called = undoable(running, path.length, async () => {
    await lockRecords(machine.model, place, command.locks(input as never))
    return decideIn(running, { ...command, name }, input, { ...at, path: [...path, name] })
  })
  return called.catch(async (error: unknown) => {
    throw isRefusal(error) ? await told(command, error, seenBy(running, actor)) : error
  })
}

/** A failure or a bug ends the whole command, whatever the code that called makes of it. */
const noted = async <T>(running: Running, call: Promise<T>): Promise<T> => {
  try {
    return await call
  } catch (error) {
    if (isBroken(error)) running.broken ??= { error }
    throw error
  }
}

const isBroken = (error: unknown): boolean => !isRefusal(error) || error.status >= 500

/** Runs a called command so that its caller may go on after a refusal as if it had not been called. */
const undoable = async <T>(running: Running, depth: number, work: () => Promise<T>): Promise<T> => {
  const { place, apply, decided, enqueued } = running
  const savepoint = `call${depth}`
  const marks = [markOf(apply.written), markOfHeld(place.held)]
  const before = [decided.length, enqueued.length] as const
  await place.tx.savepoint(savepoint)
  try {
    return await work()
  } catch (error) {
    if (isBroken(error)) throw error
    await place.tx.rollbackTo(savepoint)
    for (const goBack of marks) goBack()
    ;[decided.length, enqueued.length] = before
    throw error
  }
}

const LIMIT_MILLISECONDS = 2000

/** Waits for a hook within its limit; its refusal becomes `HookRefused`. */
const settled = async <T>(plugin: Plugin, command: string, run: () => HookResult<T>): Promise<T | undefined> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_, reject) => {
    const late = { plugin: plugin.id, command, limitMilliseconds: LIMIT_MILLISECONDS }
    timer = setTimeout(() => reject(new HookTimeout(late)), LIMIT_MILLISECONDS)
  })
  try {
    const result = await Promise.race([resultOf(run), limit])
    if (!isRefusal(result)) return result
    throw result
  } catch (error) {
    if (!isRefusal(error) || error.status >= 500) throw error
    const cause = { tag: error._tag, params: error.params, message: error.message }
    throw new HookRefused({ plugin: plugin.id, command, cause })
  } finally {
    clearTimeout(timer)
  }
}

const resultOf = async <T>(run: () => HookResult<T>): Promise<T | Refusal | undefined> => {
  const result = run()
  return Effect.isEffect(result)
    ? Effect.runPromise(result as Effect.Effect<T | Refusal | undefined, Refusal>)
    : (result as Promise<T | Refusal | undefined>)
}

const seal = async (
  { machine, place: { tx, tenant, actor }, now }: Running,
  command: string,
  changes: readonly RecordChange[],
): Promise<number> => {
  // Keys may come from far away: they are fetched before the counter is taken, which others wait for.
  const sealed = await machine.sealing.seal(tx, tenant.id, changes, () => machine.ids.next(now))
  // The counter is the last lock a command takes, so that seq equals commit order and no two commands wait in a ring.
  const seq = await tx.next(tenant.id, SEQ)
  const previous = await headOf(tx, tenant.id, genesis(tenant.id, tenant.nonce))
  const head = { seq, at: now, actor: actor.id, command, reason: actor.reason }
  await append(tx, tenant.id, head, previous, sealed, () => machine.ids.salt())
  return seq
}
