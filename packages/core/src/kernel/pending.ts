/** The Promise face of one call: awaits to its value or rejects with a refusal; `.result()` gives both as a value. */
import { isRefusal, type Refusal } from "./errors.ts"

/**
 * The outcome of a call as a value. `replayed` tells that an earlier call with the same idempotency key did it; `seq`
 * is the journal's entry of the command, null for one that wrote nothing.
 */
export type Outcome<V, R extends Refusal> =
  | { readonly ok: true; readonly value: V; readonly replayed: boolean; readonly seq: number | null }
  | { readonly ok: false; readonly error: R; readonly replayed: boolean }

/** A running call. */
export interface Pending<V, R extends Refusal> extends Promise<V> {
  /** Resolves with the value or the refusal; anything else that goes wrong still rejects. */
  result(): Promise<Outcome<V, R>>
}

/** What a call ends with inside the engine. */
export interface Done<V> {
  readonly value: V
  readonly replayed: boolean
  readonly seq: number | null
}

/** Refusals that were replayed from a stored outcome. */
export const REPLAYED = new WeakSet<Refusal>()

/** Wraps a running call in its Promise face. */
export const pending = <V, R extends Refusal>(run: Promise<Done<V>>): Pending<V, R> => {
  const promise = run.then((done) => done.value)
  const result = (): Promise<Outcome<V, R>> => {
    promise.catch(() => undefined)
    return run.then(
      (done): Outcome<V, R> => ({ ok: true, ...done }),
      (error: unknown): Outcome<V, R> => {
        if (!isRefusal(error)) throw error
        return { ok: false, error: error as R, replayed: REPLAYED.has(error) }
      },
    )
  }
  return Object.assign(promise, { result })
}
