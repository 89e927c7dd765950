/** Webhooks: other systems are told of what has changed, in the format of Standard Webhooks. */
import { type FaceOf, type Keys, type Plugin, plugin } from "@anbud/core"
import { deactivate, deliveryJob, tellingOf } from "./delivering.ts"
import { endpointsOf } from "./endpoints.ts"
import { WebhookEndpoint, WebhookSecret } from "./entities.ts"

/** How webhooks are sent. */
export interface WebhookOptions {
  /** Wraps the secrets of endpoints: the same as the engine's, or others. */
  readonly keys: Keys
  /** How long a receiver may take to answer; 15 000 by default. */
  readonly timeoutMilliseconds?: number
  /** Also `http`, and addresses inside the host's own network; never by default. */
  readonly allowPrivate?: boolean
}

const TIMEOUT_MILLISECONDS = 15_000

const specOf = ({ keys, timeoutMilliseconds = TIMEOUT_MILLISECONDS, allowPrivate = false }: WebhookOptions) => {
  const delivering = { keys, timeoutMilliseconds, allowPrivate }
  const deliver = deliveryJob(delivering)
  const { tell, replay, again, hook } = tellingOf(deliver)
  const { subscribe, change, rotate, secrets } = endpointsOf(delivering)
  return plugin("webhooks", {
    entities: [WebhookEndpoint, WebhookSecret],
    reads: { endpoints: WebhookEndpoint },
    commands: { subscribe, change, rotate, replay, tell, deactivate },
    queries: { secrets },
    jobs: [deliver, again],
    hooks: [hook],
  })
}

/** The calls of webhooks. */
export interface Webhooks extends FaceOf<ReturnType<typeof specOf>> {}
/** The plugin webhooks. */
export interface WebhooksPlugin extends Plugin<"webhooks", Webhooks> {}

/**
 * Tells endpoints of every change: a message of ids and versions per record and entry, at least once, those of one
 * record in order, tried again for about a day and then parked (`engine.jobs`). Workers send: call `engine.work`.
 *
 * @example createEngine({ store, keys, plugins: { ...standard, webhooks: webhooks({ keys }) } })
 */
export const webhooks = (options: WebhookOptions): WebhooksPlugin => specOf(options)
