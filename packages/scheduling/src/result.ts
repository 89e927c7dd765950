/**
 * Result: an answer, or the reason why there is none. Nothing in this package throws for bad input.
 */
export type Result<Value, Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure }

/** A list that holds at least one element. */
export type NonEmpty<Element> = readonly [Element, ...Element[]]

/** Wraps an answer. */
export const ok = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({ ok: true, value })

/** Wraps a reason. */
export const fail = <Failure>(error: Failure): { readonly ok: false; readonly error: Failure } => ({
  ok: false,
  error,
})
