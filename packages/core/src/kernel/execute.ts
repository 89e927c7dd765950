/**
 * The life of a command, in one transaction: decode, claim, authorise, lock, decide, apply, seal.
 *
 * A refusal rolls back to the savepoint after the claim and stores only its outcome, if a key was given: no `seq`,
 * no journal entry. Anything unexpected rolls back everything.
 */
import { applyChanges } from "./apply.ts"
import { type Canonical, canonical, digest } from "./canonical.ts"
import type { Changes } from "./changes.ts"
import type { CommandContext, Lock, OutcomeIds } from "./command.ts"
import type { Derived } from "./derived.ts"
import { isRefusal, type Refusal } from "./errors.ts"
import type { CallOptions } from "./face.ts"
import type { Fields, Instant } from "./field.ts"
import { append, genesis, headOf, type RecordChange, SEQ } from "./journal.ts"
import { localDate } from "./localDate.ts"
import { type Model, recordKey } from "./model.ts"
import { type Done, REPLAYED } from "./pending.ts"
import type { Clock, Ids } from "./ports.ts"
import type { Reads } from "./reads.ts"
import { type Records, recordsOf, tableName } from "./records.ts"
import { Forbidden, IdempotencyMismatch, InvalidInput, UnknownUser } from "./refusals.ts"
import { type Actor, may } from "./rights.ts"
import type { Claim, Store, Transaction } from "./store.ts"
import { Tenant, UnknownTenant } from "./tenant.ts"

/** The compiled engine, as its parts see it. */
export interface Machine {
  readonly model: Model
  readonly derived: Derived
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids & { begin?(command: string): void }
}

/** Who calls: a user of a tenant by login, or the system for a reason; nothing about a user makes it the system. */
export type Caller =
  | { readonly kind: "user"; readonly tenant: string; readonly user: string }
  | { readonly kind: "system"; readonly tenant: string; readonly reason: string }

/** A command with its name, as `execute` runs it. */
export interface Executable {
  /** `plugin.command`: the right that it needs, and its name in the journal. */
  readonly name: string
  readonly input: Fields
  readonly locks: (input: never) => readonly Lock[]
  readonly decide: (
    ctx: CommandContext,
    input: never,
  ) => Promise<{ readonly changes: Changes; readonly outcome: OutcomeIds } | Refusal>
  readonly answer: (read: Reads, ids: never) => Promise<unknown>
  /** How the input is decoded; by default from its fields. */
  readonly decode?: (input: unknown) => Readonly<Record<string, unknown>>
}

interface StoredOutcome {
  readonly ids?: OutcomeIds
  readonly refused?: { readonly tag: string; readonly params: Readonly<Record<string, unknown>> }
}

/** Runs a command and gives its answer, or throws its refusal. */
export const execute = async (
  machine: Machine,
  caller: Caller,
  command: Executable,
  given: unknown,
  options: CallOptions = {},
): Promise<Done<unknown>> => {
  const input = command.decode ? command.decode(given) : decodeInput(machine.derived, command.input, given)
  options.signal?.throwIfAborted()
  const ended = await machine.store.write(
    (tx) => runInside(machine, caller, command, input, options, tx),
    options.signal ? { signal: options.signal } : {},
  )
  if (ended.kind === "refused") {
    if (ended.replayed) REPLAYED.add(ended.error)
    throw ended.error
  }
  return { value: ended.value, replayed: ended.replayed }
}

type Ended =
  | { readonly kind: "done"; readonly value: unknown; readonly replayed: boolean }
  | { readonly kind: "refused"; readonly error: Refusal; readonly replayed: boolean }

const runInside = async (
  machine: Machine,
  caller: Caller,
  command: Executable,
  input: Readonly<Record<string, unknown>>,
  options: CallOptions,
  tx: Transaction,
): Promise<Ended> => {
  const read = recordsOf(machine.model, machine.derived, tx, caller.tenant)
  const tenant = await tenantOf(read, caller.tenant)
  const actor = await actorOf(machine, read, caller)
  const claim = claimOf(caller, actor, command.name, input, options.idempotencyKey)
  if (claim) {
    const before = await tx.claim(claim)
    if (before) return replayOf(machine, command, { read, actor }, claim, before)
  }
  await tx.savepoint("decided")
  try {
    if (!may(actor, command.name)) throw new Forbidden({ right: command.name })
    for (const { entity, id } of inLockOrder(machine.model, command.locks(input as never)))
      await tx.lock(tableName(entity), caller.tenant, [id])
    const scope = [caller.tenant, command.name, ...(claim ? [claim.key] : [])].join("/")
    const place = { tx, read, tenant, actor, scope, ...(options.signal ? { signal: options.signal } : {}) }
    const outcome = await perform(machine, place, command, input)
    const value = await command.answer(read, outcome as never)
    if (claim) await tx.settle(claim, canonical({ ids: outcome as Canonical }))
    return { kind: "done", value, replayed: false }
  } catch (error) {
    // A failure of the machine or a bug is no decision: nothing is stored, so that the same call can be tried again.
    if (!isRefusal(error) || error.status >= 500) throw error
    await tx.rollbackTo("decided")
    if (claim) await tx.settle(claim, canonical({ refused: { tag: error._tag, params: error.params as Canonical } }))
    return { kind: "refused", error, replayed: false }
  }
}

/** Locks in (entity, id) order, so that no two commands wait for each other in a ring; each record once. */
const inLockOrder = (model: Model, locks: readonly Lock[]): readonly Lock[] => {
  const rank = new Map([...model.entities.keys()].map((name, index) => [name, index]))
  const rankOf = ({ entity }: Lock): number => rank.get(entity.name) ?? rank.size
  const distinct = new Map(locks.map((lock) => [recordKey(lock.entity, lock.id), lock]))
  return [...distinct.values()].sort((a, b) => rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : 1))
}

/** Where a command runs: its transaction, its tenant, who acts, and what its ids are drawn for. */
export interface Place {
  readonly tx: Transaction
  readonly read: Records
  readonly tenant: Tenant
  readonly actor: Actor
  readonly scope: string
  readonly signal?: AbortSignal
}

/** Decides, applies and seals a command in its transaction; gives the ids it leaves, or throws its refusal. */
export const perform = async (
  machine: Machine,
  place: Place,
  command: Pick<Executable, "name" | "decide">,
  input: Readonly<Record<string, unknown>>,
): Promise<OutcomeIds> => {
  const { tx, read, tenant } = place
  const ctx = contextOf(machine, place)
  const decision = await command.decide(ctx, input as never)
  if (isRefusal(decision)) throw decision
  place.signal?.throwIfAborted()
  const { derived, model } = machine
  const apply = { model, derived, tx, tenant: tenant.id, records: read, newId: ctx.newId }
  const changes = await applyChanges(apply, decision.changes)
  if (changes.length > 0) await seal(machine, place, ctx.now, command.name, changes)
  return decision.outcome
}

/** The tenant's record; refuses with `UnknownTenant`. */
export const tenantOf = async (read: Reads, id: string): Promise<Tenant> => {
  const tenant = typeof id === "string" ? await read.one(Tenant, { id }) : null
  if (!tenant) throw new UnknownTenant({ tenant: String(id) })
  return tenant
}

/** Who the caller is, from current data; refuses with `UnknownUser`. */
export const actorOf = async (machine: Machine, read: Reads, caller: Caller): Promise<Actor> => {
  if (caller.kind === "system") return { id: "system", grants: ["*"], reason: reasonOf(caller.reason) }
  // A host may get here without types: a login that is no text must find nobody, not anybody.
  const { user } = caller
  const actor = typeof user === "string" && user.trim() !== "" ? await machine.model.authority?.(read, user) : null
  if (!actor) throw new UnknownUser({ user: String(user) })
  return actor
}

/** Decodes an input or refuses with every issue. */
export const decodeInput = (derived: Derived, fields: Fields, given: unknown): Readonly<Record<string, unknown>> => {
  const decoded = derived.decode(fields, given, "create")
  if (!decoded.ok) throw new InvalidInput({ issues: decoded.issues })
  return decoded.values
}

const claimOf = (
  caller: Caller,
  actor: Actor,
  command: string,
  input: Readonly<Record<string, unknown>>,
  key: string | undefined,
): Claim | null => {
  if (key === undefined) return null
  if (typeof key !== "string" || key.length === 0 || key.length > 255 || /\0|\p{Surrogate}/u.test(key))
    throw new InvalidInput({ issues: [{ path: "idempotencyKey", message: "must be a text of 1 to 255 characters" }] })
  const requestHash = digest("request/1", canonical({ command, input: input as Canonical }))
  return { tenant: caller.tenant, actor: actor.id, command, key, requestHash }
}

/** What the first call left: its outcome read again by current rights, or its refusal. */
const replayOf = async (
  machine: Machine,
  command: Executable,
  { read, actor }: { readonly read: Reads; readonly actor: Actor },
  claim: Claim,
  before: { readonly requestHash: string; readonly outcome: string },
): Promise<Ended> => {
  if (before.requestHash !== claim.requestHash)
    return {
      kind: "refused",
      error: new IdempotencyMismatch({ command: command.name, key: claim.key }),
      replayed: false,
    }
  const outcome = JSON.parse(before.outcome) as StoredOutcome
  if (outcome.refused) {
    const refused = machine.model.refusals.get(outcome.refused.tag)
    if (!refused) throw new Error(`No plugin defines the refusal ${outcome.refused.tag}`)
    return { kind: "refused", error: new refused(outcome.refused.params as never), replayed: true }
  }
  if (!may(actor, command.name))
    return { kind: "refused", error: new Forbidden({ right: command.name }), replayed: false }
  return { kind: "done", value: await command.answer(read, (outcome.ids ?? {}) as never), replayed: true }
}

const reasonOf = (reason: string): string => {
  if (typeof reason !== "string" || reason.trim() === "" || reason.length > 500)
    throw new InvalidInput({ issues: [{ path: "reason", message: "must say in 1 to 500 characters why" }] })
  return reason
}

const contextOf = (machine: Machine, { tx, read, tenant, actor, scope }: Place): CommandContext => {
  const now: Instant = machine.clock.now()
  machine.ids.begin?.(scope)
  return {
    tenant: tenant.id,
    actor,
    now,
    today: localDate(now, tenant.zone),
    zone: tenant.zone,
    currency: tenant.currency,
    read,
    newId: () => machine.ids.next(now),
    number: (series) => tx.next(tenant.id, `series/${series}`),
  }
}

const seal = async (
  machine: Machine,
  { tx, tenant, actor }: Place,
  at: Instant,
  command: string,
  changes: readonly RecordChange[],
): Promise<void> => {
  // The counter is the last lock a command takes, so that seq equals commit order and no two commands wait in a ring.
  const seq = await tx.next(tenant.id, SEQ)
  const previous = await headOf(tx, tenant.id, genesis(tenant.id, tenant.nonce))
  const head = { seq, at, actor: actor.id, command, reason: actor.reason }
  await append(tx, tenant.id, head, previous, changes, () => machine.ids.salt())
}
