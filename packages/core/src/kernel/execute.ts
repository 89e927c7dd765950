/**
 * The life of a command, in one transaction: decode, claim, authorise, lock, decide, apply, seal.
 *
 * A refusal rolls back to the savepoint after the claim and stores only its outcome, if a key was given: no `seq`,
 * no journal entry. Anything unexpected rolls back everything.
 */
import { type Canonical, canonical, digest } from "./canonical.ts"
import type { OutcomeIds } from "./command.ts"
import { isRefusal, type Refusal } from "./errors.ts"
import type { CallOptions } from "./face.ts"
import { lockRecords, nothingHeld, Restart } from "./locks.ts"
import type { Caller, Executable, Machine } from "./machine.ts"
import { checkpointAfter } from "./makeCheckpoint.ts"
import { observed } from "./observed.ts"
import { type Done, REPLAYED } from "./pending.ts"
import { type Performed, type Place, perform } from "./perform.ts"
import { forbidden, IdempotencyMismatch, InvalidInput } from "./refusals.ts"
import { checkRight, givenNames } from "./rights/bounds.ts"
import { givenInput, knownInput } from "./rights/knownInput.ts"
import { answered, type Seeing, seeing, told } from "./rights/seeing.ts"
import { type Actor, may } from "./rights.ts"
import { standingOf } from "./standing.ts"
import type { Claim, Transaction } from "./store.ts"
import { CommitUnknown, Contention } from "./storeErrors.ts"

interface StoredOutcome {
  readonly ids?: OutcomeIds
  readonly seq?: number | null
  readonly refused?: { readonly tag: string; readonly params: Readonly<Record<string, unknown>> }
}

/** What a job or a batch does in the transaction of a command that it calls. */
export interface Within {
  /** Comes first. */
  begin?(tx: Transaction): Promise<void>
  /** Comes last, after a command that was not refused: the first time or replayed. */
  end?(tx: Transaction, done: Done<unknown>): Promise<void>
}

/** Runs a command and gives its answer, or throws its refusal. */
export const execute = async (
  machine: Machine,
  caller: Caller,
  command: Executable,
  given: unknown,
  options: CallOptions = {},
  within: Within = {},
): Promise<Done<unknown>> => {
  const what = { kind: "command", name: command.name, tenant: String(caller.tenant) } as const
  const run = () => executed(machine, caller, command, given, { options, within })
  const { value, replayed, seq } = await observed(machine.observer, what, run, ({ seq, replayed, records }) => ({
    outcome: "done",
    seq,
    isReplayed: replayed,
    rows: records,
  }))
  return { value, replayed, seq }
}

interface Executed extends Done<unknown> {
  /** How many records were written. */
  readonly records: number
}

const executed = async (
  machine: Machine,
  caller: Caller,
  command: Executable,
  given: unknown,
  { options, within }: { readonly options: CallOptions; readonly within: Within },
): Promise<Executed> => {
  const input = await givenInput(machine, caller, command, given)
  options.signal?.throwIfAborted()
  const run = (): Promise<Ended> =>
    machine.store.write(
      async (tx) => {
        await within.begin?.(tx)
        const done = await runInside(machine, caller, command, { given, input }, options, tx)
        if (done.kind === "done") await within.end?.(tx, done)
        return done
      },
      options.signal ? { signal: options.signal } : {},
    )
  const ended = await (options.idempotencyKey === undefined ? run() : untilKnown(run))
  if (ended.kind === "done" && ended.hasLeftWork) machine.bell.ring()
  if (ended.kind === "refused") {
    if (ended.replayed) REPLAYED.add(ended.error)
    throw ended.error
  }
  if (ended.seq !== null && !ended.replayed) machine.commits.ring()
  if (ended.seq !== null && !ended.replayed) await checkpointAfter(machine, caller.tenant, ended.seq)
  return { value: ended.value, replayed: ended.replayed, seq: ended.seq, records: ended.records }
}

/**
 * Runs a command under a key. If nobody can say whether it was committed, it is run again: its claim is there and holds
 * the outcome, or it is not there and the command is done now.
 */
const untilKnown = async (run: () => Promise<Ended>): Promise<Ended> => {
  try {
    return await run()
  } catch (error) {
    if (!CommitUnknown.is(error)) throw error
    const found = await run().catch((again: unknown) => {
      // Of what is asked about, the second run says nothing when the store is still away.
      throw isRefusal(again) && again.status < 500 ? again : error
    })
    if (found.kind === "refused") return { ...found, replayed: false }
    // What is found was done by the first run just now: nobody has been told yet, neither the caller nor the workers.
    return { ...found, replayed: false, hasLeftWork: found.hasLeftWork || found.replayed }
  }
}

type Input = Readonly<Record<string, unknown>>

type Ended =
  | (Executed & { readonly kind: "done"; readonly hasLeftWork: boolean })
  | { readonly kind: "refused"; readonly error: Refusal; readonly replayed: boolean }

const runInside = async (
  engine: Machine,
  caller: Caller,
  command: Executable,
  { given, input: decoded }: { readonly given: unknown; readonly input: Input },
  options: CallOptions,
  tx: Transaction,
): Promise<Ended> => {
  const { machine, tenant, actor, read } = await standingOf(engine, tx, caller)
  const seen = seeing(machine, { reader: tx, tenant, actor, read })
  const input = knownInput(machine, seen, command, given, decoded)
  // The same request is the same whatever rights its sender has had: the hash is that of all it gave.
  const claim = claimOf(caller, actor, command.name, decoded, options.idempotencyKey)
  if (claim) {
    const earlier = await tx.claim(claim)
    if (earlier) return replayOf(machine, command, { seen, actor }, claim, earlier)
  }
  await tx.savepoint("decided")
  const before = machine.unsealed?.length
  try {
    checkRight({ actor, right: command.name, given: givenNames(command.input, input) })
    const scope = [caller.tenant, command.name, ...(claim ? [claim.key] : [])].join("/")
    const at = { tx, read, tenant, actor, scope, ...(options.signal ? { signal: options.signal } : {}) }
    const { outcome, seq, hasLeftWork, changes, unsealed } = await withLocks(machine, at, command, input)
    const value = await answered(machine, command.answer(seen.view, outcome as never, seen))
    const settle = async (at: number | null): Promise<void> => {
      if (claim) await tx.settle(claim, canonical({ ids: outcome as Canonical, seq: at }))
    }
    await settle(seq)
    if (unsealed) unsealed.settle = settle
    return { kind: "done", value, replayed: false, seq, hasLeftWork, records: changes.length }
  } catch (error) {
    // A failure of the machine or a bug is no decision: nothing is stored, so that the same call can be tried again.
    if (!isRefusal(error) || error.status >= 500) throw error
    await tx.rollbackTo("decided")
    if (machine.unsealed && before !== undefined) machine.unsealed.length = before
    if (claim) await tx.settle(claim, canonical({ refused: { tag: error._tag, params: error.params as Canonical } }))
    return { kind: "refused", error: await told(command, error, seen), replayed: false }
  }
}

const MAX_RESTARTS = 3

/** Performs a command under its locks; a late lock that is out of order starts it again with that one taken first. */
export const withLocks = async (
  machine: Machine,
  at: Omit<Place, "held">,
  command: Executable,
  input: Readonly<Record<string, unknown>>,
): Promise<Performed> => {
  let wanted = command.locks(input as never)
  for (let restarts = 0; ; restarts++) {
    const place = { ...at, held: nothingHeld() }
    try {
      await lockRecords(machine.model, place, wanted)
      return await perform(machine, place, command, input)
    } catch (error) {
      if (!(error instanceof Restart)) throw error
      if (restarts === MAX_RESTARTS) throw new Contention({ waitedMilliseconds: 0 })
      wanted = [...wanted, ...error.locks]
      await at.tx.rollbackTo("decided")
    }
  }
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
  { seen, actor }: { readonly seen: Seeing; readonly actor: Actor },
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
    const error = await told(command, new refused(outcome.refused.params as never), seen)
    return { kind: "refused", error, replayed: true }
  }
  if (!may(actor, command.name)) return { kind: "refused", error: forbidden(command.name), replayed: false }
  const value = await command.answer(seen.view, (outcome.ids ?? {}) as never, seen)
  return { kind: "done", value, replayed: true, seq: outcome.seq ?? null, hasLeftWork: false, records: 0 }
}
