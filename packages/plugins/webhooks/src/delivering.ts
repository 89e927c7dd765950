/**
 * Delivering: every entry of the journal becomes a job per endpoint and record, and a job posts one message. Jobs of
 * one endpoint and record are done in the order of the journal; what fails is tried again, and parked in the end.
 */
import {
  type AfterEntryHook,
  afterEntry,
  command,
  type Instant,
  integer,
  type Job,
  job,
  type KeyPurpose,
  type Keys,
  optional,
  patch,
  text,
} from "@anbud/core"
import type { AddressRules } from "./address.ts"
import { WebhookEndpoint, WebhookSecret } from "./entities.ts"
import { isWanted, messageOf, toldOfEntry } from "./message.ts"
import { DeliveryFailed } from "./refusals.ts"
import { send } from "./send.ts"
import { signedHeaders } from "./signature.ts"

/** How to deliver. */
export interface Delivering extends AddressRules {
  readonly keys: Keys
  readonly timeoutMilliseconds: number
}

/** What a delivery's job carries: where to, and what to tell. */
export type Delivery = {
  readonly endpoint: string
  /** Empty for the first time, the replay's name for a replay. */
  readonly turn: string
  readonly type: string
  readonly entity: string
  readonly id: string
  readonly version: number
  readonly seq: number
  readonly at: string
  readonly command: string
}

const GONE = 410

/** Stops telling an endpoint whose receiver says that it is gone. */
export const deactivate = command({
  input: { endpoint: WebhookEndpoint.id },
  refuses: [],
  decide: async (ctx, { endpoint: id }) => {
    const endpoint = await ctx.read.get(WebhookEndpoint, id)
    const changes = endpoint.isActive ? [patch(WebhookEndpoint, endpoint, { isActive: false })] : []
    return { changes, outcome: { endpoint: id } }
  },
  answer: (read, { endpoint }) => read.get(WebhookEndpoint, endpoint),
})

/** The job that posts one message, signed with every secret that is good now. */
export const deliveryJob = ({ keys, ...how }: Delivering): Job<Delivery> =>
  job<Delivery>("deliver", async (ctx, { endpoint: id, turn, ...facts }) => {
    const endpoint = await ctx.read.one(WebhookEndpoint, { id })
    if (!endpoint?.isActive) return
    const rows = await ctx.read.find(WebhookSecret, { endpoint: endpoint.id })
    const purpose = secretPurpose(ctx.tenant, id)
    const secrets = await Promise.all(goodSecrets(rows, ctx.now).map(({ wrapped }) => keys.unwrap(wrapped, purpose)))
    const message = messageOf(ctx.tenant, id, facts, turn)
    const headers = {
      "content-type": "application/json",
      "user-agent": "anbud-webhooks",
      ...signedHeaders(message, secrets, Math.floor(Date.parse(ctx.now) / 1_000)),
    }
    const { status, reason } = await send(endpoint.url, { headers, body: message.body }, { ...how, signal: ctx.signal })
    if (status === GONE) await ctx.call(deactivate, { endpoint: endpoint.id })
    else if (status < 200 || status > 299) throw new DeliveryFailed({ endpoint: id, status, reason })
  })

/** The secrets that are good at an instant, the one without an end before those that end, the last to end first. */
export const goodSecrets = (rows: readonly WebhookSecret[], now: Instant): readonly WebhookSecret[] =>
  rows
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
    .sort((one, other) => ((one.expiresAt ?? FOR_GOOD) < (other.expiresAt ?? FOR_GOOD) ? 1 : -1))

const FOR_GOOD = "9999"

/** What a secret is wrapped for. */
export const secretPurpose = (tenant: string, endpoint: string): KeyPurpose => ({
  tenant,
  subject: `webhook/${endpoint}`,
  isKept: false,
})

/** What the plugin does with entries. */
export interface Telling {
  /** Makes the deliveries of one entry, for one endpoint or for all. */
  readonly tell: Tell
  readonly replay: ReturnType<typeof replayWith>
  /** Makes those of many entries again. */
  readonly again: Job<Again>
  /** Calls `tell` for each entry. */
  readonly hook: AfterEntryHook
}

/** The commands that make deliveries, the job of a replay, and the hook. */
export const tellingOf = (deliver: Job<Delivery>): Telling => {
  const tell = tellWith(deliver)
  const again = againWith(tell)
  const hook = afterEntry(async (ctx, { seq }) => {
    await ctx.finish(tell, { seq })
  })
  return { tell, again, hook, replay: replayWith(again) }
}

type Tell = ReturnType<typeof tellWith>

const OWN: ReadonlySet<string> = new Set([WebhookEndpoint.name, WebhookSecret.name])
const PLACES_PER_ENTRY = 1_000
/** After so many entries a replay says how far it is. */
const ENTRIES_PER_NOTE = 100

const tellWith = (deliver: Job<Delivery>) =>
  command({
    input: { seq: integer({ min: 1 }), endpoint: optional(text({ maxLength: 40 })), turn: optional(text()) },
    refuses: [],
    decide: async (ctx, { seq, endpoint, turn }) => {
      const entry = await ctx.history({ seqs: [seq] })
      const [first] = entry
      const told = toldOfEntry(entry).filter(({ entity }) => !OWN.has(entity))
      const isOne = endpoint === null ? {} : { id: endpoint }
      const endpoints = told.length === 0 ? [] : await ctx.read.find(WebhookEndpoint, { isActive: true, ...isOne })
      let deliveries = 0
      for (const { id, events } of endpoints) {
        for (const one of told.filter(({ type }) => isWanted(events, type))) {
          const facts = { ...one, seq, at: String(first?.at), command: String(first?.command) }
          const key = [id, seq, one.entity, one.id, turn ?? ""].join("/")
          const stream = { name: `${id}/${one.entity}/${one.id}`, place: seq * PLACES_PER_ENTRY }
          ctx.enqueue(deliver, { endpoint: id, turn: turn ?? "", ...facts }, { key, stream })
          deliveries += 1
        }
      }
      return { changes: [], outcome: { deliveries } }
    },
    answer: async (_, { deliveries }) => deliveries,
  })

/** Which stretch of the journal to tell again. */
export type Again = {
  readonly endpoint: string
  readonly after: number
  readonly until: number
  readonly turn: string
}

const againWith = (tell: Tell): Job<Again> =>
  job<Again>("replay", async (ctx, { endpoint, after, until, turn }) => {
    const from = Number(ctx.reached?.["seq"] ?? after)
    for (let seq = from + 1; seq <= until; seq += 1) {
      ctx.signal.throwIfAborted()
      await ctx.call(tell, { seq, endpoint, turn }, String(seq))
      if (seq % ENTRIES_PER_NOTE === 0) await ctx.reach({ seq, until })
    }
  })

/**
 * Tells an endpoint again of everything after an entry: after the `seq` of the last message that it has dealt with.
 * Messages have other ids than the first time, and come once for each `replay`.
 */
const replayWith = (again: Job<Again>) =>
  command({
    input: { endpoint: WebhookEndpoint.id, after: integer({ min: 0 }), until: integer({ min: 1 }) },
    refuses: [],
    decide: async (ctx, { endpoint: id, after, until }) => {
      const endpoint = await ctx.read.get(WebhookEndpoint, id)
      const turn = ctx.newId(WebhookEndpoint)
      ctx.enqueue(again, { endpoint: endpoint.id, after, until, turn })
      return { changes: [], outcome: { endpoint: id, turn } }
    },
    answer: async (_, { turn }) => ({ replay: turn }),
  })
