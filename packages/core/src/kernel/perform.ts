/**
 * Performing: the middle of a command's life, in its transaction. Hooks before, the decision with the commands it
 * calls, one apply, hooks in the transaction, one seal.
 */
import * as Effect from "effect/Effect"
import { type ApplyContext, applyChanges } from "./apply.ts"
import type { Change, Changes } from "./changes.ts"
import type { Command, CommandContext, Decision, OutcomeIds } from "./command.ts"
import { isRefusal, type Refusal } from "./errors.ts"
import type { Instant } from "./field.ts"
import { readHistory } from "./history.ts"
import { HookRefused, type HookResult, HookTimeout } from "./hook.ts"
import { append, genesis, headOf, type RecordChange, SEQ } from "./journal.ts"
import { localDate } from "./localDate.ts"
import { type Held, lockRecords } from "./locks.ts"
import { type DecisionContext, decodeInput, type Executable, type Machine } from "./machine.ts"
import type { Plugin } from "./plugin.ts"
import type { Records } from "./records.ts"
import { Forbidden } from "./refusals.ts"
import { type Actor, may } from "./rights.ts"
import type { Transaction } from "./store.ts"
import type { Tenant } from "./tenant.ts"
import type { Wired } from "./wiring.ts"

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
  readonly signal?: AbortSignal
}

type Input = Readonly<Record<string, unknown>>

/** A command that was decided inside another: its hooks run when everything is written. */
interface Decided {
  readonly name: string
  readonly input: Input
  readonly outcome: OutcomeIds
}

/** One running command with all that it calls: they share changes, versions, one `seq` and one journal entry. */
interface Running {
  readonly machine: Machine
  readonly place: Place
  readonly now: Instant
  readonly changes: Change[]
  readonly decided: Decided[]
}

/** What a performed command leaves: its ids, its journal entry (null if it wrote nothing), and its changes. */
export interface Performed {
  readonly outcome: OutcomeIds
  readonly seq: number | null
  readonly changes: readonly RecordChange[]
}

const MAX_DEPTH = 8

/** Decides, applies and seals a command in its transaction; gives what it leaves, or throws its refusal. */
export const perform = async (
  machine: Machine,
  place: Place,
  command: Pick<Executable, "name" | "input" | "decide">,
  input: Input,
): Promise<Performed> => {
  const running: Running = { machine, place, now: machine.clock.now(), changes: [], decided: [] }
  machine.ids.begin?.(place.scope)
  const outcome = await decideIn(running, command, input, [command.name], place.actor)
  place.signal?.throwIfAborted()
  const { tx, read, tenant } = place
  const apply: ApplyContext = {
    model: machine.model,
    derived: machine.derived,
    tx,
    tenant: tenant.id,
    records: read,
    newId: () => machine.ids.next(running.now),
  }
  const journal = [...(await applyChanges(apply, taken(running)))]
  if (place.isPreview) return { outcome, seq: null, changes: journal }
  for (let next = running.decided.shift(); next; next = running.decided.shift())
    for (const wired of machine.model.wiring.inTransaction.get(next.name) ?? [])
      journal.push(...(await runInTransaction(running, apply, wired, next)))
  place.signal?.throwIfAborted()
  const seq = journal.length > 0 ? await seal(running, command.name, journal) : null
  return { outcome, seq, changes: journal }
}

/** The changes collected so far; they are applied once. */
const taken = (running: Running): Changes => running.changes.splice(0)

/** Runs one command's hooks before and its decision; adds its changes to the running command. */
const decideIn = async (
  running: Running,
  command: Pick<Executable, "name" | "input" | "decide">,
  given: Input,
  path: readonly string[],
  actor: Actor,
): Promise<OutcomeIds> => {
  const { model } = running.machine
  let input = given
  for (const { plugin, hook } of model.wiring.before.get(command.name) ?? []) {
    const ctx = contextOf(running, path, grantedTo(plugin, actor))
    const amended = await settled(plugin, command.name, () => hook.run(ctx, input as never))
    // A hook may be wrong like any caller: what it gives is decoded again.
    if (amended !== undefined) input = decodeInput(running.machine.derived, command.input, amended)
  }
  const decision: Decision<OutcomeIds> | Refusal = await command.decide(contextOf(running, path, actor), input as never)
  if (isRefusal(decision)) throw decision
  running.changes.push(...decision.changes)
  running.decided.push({ name: command.name, input, outcome: decision.outcome })
  return decision.outcome
}

const runInTransaction = async (
  running: Running,
  apply: ApplyContext,
  { plugin, hook }: Wired<{ readonly run: (ctx: CommandContext, facts: never) => HookResult<Changes> }>,
  { name, input, outcome }: Decided,
): Promise<readonly RecordChange[]> => {
  const ctx = contextOf(running, [name], grantedTo(plugin, running.place.actor))
  const more = await settled(plugin, name, () => hook.run(ctx, { input, outcome } as never))
  checkOwners(running, plugin, more ?? [])
  const changes = [...(more ?? []), ...taken(running)]
  if (changes.length === 0) return []
  return (await applyChanges(apply, changes)).map((change) => ({ ...change, by: plugin.id }))
}

/** A hook writes what its plugin owns; what belongs to others it reaches through their commands. */
const checkOwners = ({ machine }: Running, plugin: Plugin, changes: Changes): void => {
  for (const { entity } of changes) {
    const owner = machine.model.owners.get(entity.name)
    if (owner !== plugin.id)
      throw new Error(`A hook of ${plugin.id} writes ${entity.name} of ${owner}: call its command`)
  }
}

const contextOf = (running: Running, path: readonly string[], actor: Actor): DecisionContext => {
  const { machine, place, now } = running
  const { tx, read, tenant } = place
  return {
    tenant: tenant.id,
    actor,
    now,
    today: localDate(now, tenant.zone),
    zone: tenant.zone,
    currency: tenant.currency,
    read,
    model: machine.model,
    history: (query) => readHistory(tx, tenant.id, query),
    newId: () => machine.ids.next(now),
    number: (series) => tx.next(tenant.id, `series/${series}`),
    call: (command, input) => callInside(running, path, actor, command as Command, input) as never,
  }
}

/** Decides another command as part of this one: it never seals. */
const callInside = async (
  running: Running,
  path: readonly string[],
  actor: Actor,
  command: Command,
  given: unknown,
): Promise<OutcomeIds> => {
  const { machine, place } = running
  const name = machine.model.wiring.names.get(command)
  if (name === undefined) throw new Error("No plugin lists the command that is called")
  if (path.includes(name)) throw new Error(`${name} calls itself: ${[...path, name].join(" → ")}`)
  if (path.length >= MAX_DEPTH)
    throw new Error(`Commands call each other more than ${MAX_DEPTH} deep: ${path.join(" → ")}`)
  const input = decodeInput(machine.derived, command.input, given)
  if (!may(actor, name)) throw new Forbidden({ right: name })
  await lockRecords(machine.model, place, command.locks(input as never))
  const [changes, decided] = [running.changes.length, running.decided.length]
  try {
    return await decideIn(running, { ...command, name }, input, [...path, name], actor)
  } catch (error) {
    // The caller may go on without it: then nothing that it called in its turn may stay behind.
    running.changes.length = changes
    running.decided.length = decided
    throw error
  }
}

/** A hook acts for the user, with what its plugin is granted beside the user's own rights. */
const grantedTo = (plugin: Plugin, actor: Actor): Actor => ({
  ...actor,
  grants: [...actor.grants, ...(plugin.spec.grants ?? [])],
})

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
  // The counter is the last lock a command takes, so that seq equals commit order and no two commands wait in a ring.
  const seq = await tx.next(tenant.id, SEQ)
  const previous = await headOf(tx, tenant.id, genesis(tenant.id, tenant.nonce))
  const head = { seq, at: now, actor: actor.id, command, reason: actor.reason }
  await append(tx, tenant.id, head, previous, changes, () => machine.ids.salt())
  return seq
}
