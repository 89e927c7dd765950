/** Joining for hosts that use Effect: the work is an Effect, and what it fails with is what the join fails with. */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { type EffectFace, effectsOf } from "./effectFace.ts"
import type { Refusal } from "./errors.ts"
import type { Everywhere, FaceIn } from "./face.ts"
import type { Pending } from "./pending.ts"
import type { FaceOf } from "./plugin.ts"
import type { CommonRefusal } from "./refusals.ts"
import type { NoTransaction, UseContext } from "./storeErrors.ts"

/** What a signed-in user can call, as Effects. */
export type EffectSession<P> = {
  readonly [K in keyof P]: EffectFace<FaceIn<FaceOf<P[K]>, P>>
} & EffectFace<Everywhere> &
  EffectJoins<P>

/** How a host that uses Effect commits together with the engine. */
export interface EffectJoins<P> {
  /**
   * Runs work in the transaction that the host has begun on its own connection, as `join` of a session does. What the
   * session did is undone when the work fails or is interrupted; the host then rolls back.
   *
   * @example
   * yield* session.join(client, (s) => s.quotes.accept({ quote, acceptedBy: "Per Lund" }))
   */
  join<A, E, R>(
    client: object,
    work: (session: EffectSession<P>) => Effect.Effect<A, E, R>,
  ): Effect.Effect<A, E | CommonRefusal | NoTransaction | UseContext, R>
}

type Calls = Readonly<Record<string, unknown>>
type Join = (client: object, work: (session: Calls) => Promise<unknown>) => Pending<unknown, Refusal>

/** The calls of a session as Effects, and how it joins. */
export const effectSession = ({ join, ...calls }: Calls): Calls => ({
  ...effectsOf(calls),
  join: (client: object, work: (session: Calls) => Effect.Effect<unknown, unknown, unknown>) =>
    Effect.flatMap(Effect.context<unknown>(), (context) =>
      Effect.callback<unknown, unknown>((resume, signal) => {
        const joined = (join as Join)(client, async (session) => {
          const exit = await Effect.runPromiseExitWith(context)(work(effectSession(session)), { signal })
          if (Exit.isSuccess(exit)) return exit.value
          throw new WorkFailed(exit.cause)
        })
        joined.result().then(
          (outcome) => resume(outcome.ok ? Effect.succeed(outcome.value) : Effect.fail(outcome.error)),
          (error: unknown) => resume(error instanceof WorkFailed ? Effect.failCause(error.why) : Effect.die(error)),
        )
      }),
    ),
})

/** Carries why an Effect ended through the join, which undoes what was done. */
class WorkFailed extends Error {
  readonly why: Cause.Cause<unknown>
  constructor(why: Cause.Cause<unknown>) {
    super("The joined work failed")
    this.why = why
  }
}
