/**
 * Result: what a calculation gives back when it can refuse. Nothing in this package throws for bad input.
 */
export type Result<Value, Refusal> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Refusal }

/**
 * A successful result that holds `value`.
 *
 * @example ok(1) // { ok: true, value: 1 }
 */
export const ok = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({ ok: true, value })

/**
 * A refusal that holds `error`, a tagged value with the numbers that explain it.
 *
 * @example refuse({ _tag: "NoPrice", path: "lines[0]" })
 */
export const refuse = <Refusal>(error: Refusal): { readonly ok: false; readonly error: Refusal } => ({
  ok: false,
  error,
})
