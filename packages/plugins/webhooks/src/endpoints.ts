/** Endpoints: subscribe, change, rotate the secret, show it to who has to set up the receiver. */

import { randomBytes } from "node:crypto"
import {
  boolean,
  type Change,
  type CommandContext,
  command,
  create,
  defaulted,
  type Id,
  type Instant,
  InvalidInput,
  integer,
  json,
  lock,
  optional,
  patch,
  query,
  text,
} from "@anbud/core"
import { addressIssue } from "./address.ts"
import { type Delivering, goodSecrets, secretPurpose } from "./delivering.ts"
import { WebhookEndpoint, WebhookSecret } from "./entities.ts"
import { AddressRefused } from "./refusals.ts"
import { secretText } from "./signature.ts"

const EVENT = /^(\*|[a-z][A-Za-z0-9]*\.(\*|created|updated|removed))$/
const MOST_EVENTS = 200
/** As many as a data key has: the host's keys wrap the secret as one. */
const SECRET_BYTES = 32
const HOUR_MILLISECONDS = 3_600_000

/** What callers can do with endpoints. */
export interface Endpoints {
  readonly subscribe: ReturnType<typeof subscribeWith>
  readonly change: ReturnType<typeof changeWith>
  readonly rotate: ReturnType<typeof rotateWith>
  readonly secrets: ReturnType<typeof secretsWith>
}

/** The commands and the query of endpoints, with the host's keys. */
export const endpointsOf = (delivering: Delivering): Endpoints => ({
  subscribe: subscribeWith(delivering),
  change: changeWith(delivering),
  rotate: rotateWith(delivering),
  secrets: secretsWith(delivering),
})

const newSecret = async ({ keys }: Delivering, ctx: CommandContext, endpoint: Id<"webhookEndpoint">): Promise<Change> =>
  create(WebhookSecret, ctx.newId(WebhookSecret), {
    endpoint,
    wrapped: await keys.wrap(randomBytes(SECRET_BYTES), secretPurpose(ctx.tenant, endpoint)),
  })

const subscribeWith = (delivering: Delivering) =>
  command({
    input: { url: text({ maxLength: 2_000 }), events: json<readonly string[]>(), note: optional(text()) },
    refuses: [AddressRefused],
    decide: async (ctx, { url, events, note }) => {
      checkEvents(events)
      const reason = addressIssue(url, delivering)
      if (reason !== null) return new AddressRefused({ reason })
      const id = ctx.newId(WebhookEndpoint)
      const changes = [create(WebhookEndpoint, id, { url, events, note }), await newSecret(delivering, ctx, id)]
      return { changes, outcome: { endpoint: id } }
    },
    answer: (read, { endpoint }) => read.get(WebhookEndpoint, endpoint),
  })

const changeWith = (delivering: Delivering) =>
  command({
    input: {
      endpoint: WebhookEndpoint.id,
      url: optional(text({ maxLength: 2_000 })),
      events: optional(json<readonly string[]>()),
      isActive: optional(boolean()),
      note: optional(text()),
    },
    refuses: [AddressRefused],
    locks: (input) => [lock(WebhookEndpoint, input.endpoint)],
    decide: async (ctx, { endpoint: id, ...given }) => {
      if (given.events !== null) checkEvents(given.events)
      const reason = given.url === null ? null : addressIssue(given.url, delivering)
      if (reason !== null) return new AddressRefused({ reason })
      const endpoint = await ctx.read.get(WebhookEndpoint, id)
      const { url, events, isActive, note } = endpoint
      const set = {
        url: given.url ?? url,
        events: given.events ?? events,
        isActive: given.isActive ?? isActive,
        note: given.note ?? note,
      }
      return { changes: [patch(WebhookEndpoint, endpoint, set)], outcome: { endpoint: id } }
    },
    answer: (read, { endpoint }) => read.get(WebhookEndpoint, endpoint),
  })

const rotateWith = (delivering: Delivering) =>
  command({
    input: { endpoint: WebhookEndpoint.id, overlapHours: defaulted(integer({ min: 0, max: 720 }), 24) },
    refuses: [],
    locks: (input) => [lock(WebhookEndpoint, input.endpoint)],
    decide: async (ctx, { endpoint: id, overlapHours }) => {
      const endpoint = await ctx.read.get(WebhookEndpoint, id)
      const until = new Date(Date.parse(ctx.now) + overlapHours * HOUR_MILLISECONDS).toISOString() as Instant
      const before = await ctx.read.find(WebhookSecret, { endpoint: endpoint.id, expiresAt: { isNull: true } })
      const ending = before.map((row) => patch(WebhookSecret, row, { expiresAt: until }))
      return { changes: [...ending, await newSecret(delivering, ctx, endpoint.id)], outcome: { endpoint: id } }
    },
    answer: (read, { endpoint }) => read.get(WebhookEndpoint, endpoint),
  })

const secretsWith = ({ keys }: Delivering) =>
  query({
    input: { endpoint: WebhookEndpoint.id },
    refuses: [],
    answer: async (ctx, { endpoint: id }) => {
      const endpoint = await ctx.read.get(WebhookEndpoint, id)
      const rows = await ctx.facts.find(WebhookSecret, { endpoint: endpoint.id })
      const purpose = secretPurpose(ctx.tenant, id)
      return Promise.all(
        goodSecrets(rows, ctx.now).map(async ({ wrapped, expiresAt }) => ({
          secret: secretText(await keys.unwrap(wrapped, purpose)),
          expiresAt,
        })),
      )
    },
  })

const checkEvents = (events: unknown): void => {
  const isList = Array.isArray(events) && events.length > 0 && events.length <= MOST_EVENTS
  const isWhole = isList && events.every((event) => typeof event === "string" && EVENT.test(event))
  const message = "must be a list of types such as company.updated, quote.* or *"
  if (!isWhole) throw new InvalidInput({ issues: [{ path: "events", message }] })
}
