/** The Effect face: the same calls with their refusals in the error channel, for hosts that use Effect. */
import * as Effect from "effect/Effect"
import type { Refusal } from "./errors.ts"
import type { CallOptions } from "./face.ts"
import type { Pending } from "./pending.ts"

/** A plugin's calls as Effects; `each` stays an async iterable. */
export type EffectFace<F> = {
  readonly [K in keyof F]: F[K] extends (...args: infer A) => Pending<infer V, infer R>
    ? (...args: A) => Effect.Effect<V, R>
    : F[K] extends (...args: never) => unknown
      ? F[K]
      : EffectFace<F[K]>
}

/** Calls that take `CallOptions` last; the Effect face gives them the fibre's signal. */
export const MUTATING = new WeakSet<object>()

/** Calls that give an async iterable, which stays one. */
export const ITERATING = new WeakSet<object>()

/** Notes that a call mutates. */
export const mutating = <F extends (input: never, options?: CallOptions) => unknown>(call: F): F => {
  MUTATING.add(call)
  return call
}

/** The calls of a session as Effects. */
export const effectsOf = (calls: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [
      name,
      typeof call === "function" ? effectOf(call as Call) : effectsOf(call as Record<string, unknown>),
    ]),
  )

type Call = (...args: unknown[]) => Pending<unknown, Refusal> | AsyncIterable<unknown>

const effectOf =
  (call: Call) =>
  (...args: unknown[]): unknown => {
    if (ITERATING.has(call)) return call(...args)
    return Effect.callback<unknown, Refusal>((resume, signal) => {
      const [input, options] = args
      const given = MUTATING.has(call) ? [input, { ...(options as CallOptions | undefined), signal }] : args
      // A bug is a defect, not a refusal: it dies with its own stack.
      ;(call(...given) as Pending<unknown, Refusal>).result().then(
        (outcome) => resume(outcome.ok ? Effect.succeed(outcome.value) : Effect.fail(outcome.error)),
        (error: unknown) => resume(Effect.die(error)),
      )
    })
  }
