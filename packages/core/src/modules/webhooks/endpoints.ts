/** Endpoints: subscribe, change, rotate the secret, show it to who has to set up the receiver. */
import { randomBytes } from "node:crypto"
import { type Change, create, patch } from "../../kernel/changes.ts"
import { type CommandContext, command, lock, query } from "../../kernel/command.ts"
import { boolean, defaulted, type Id, type Instant, integer, json, optional, text } from "../../kernel/field.ts"
import { KEY_BYTES } from "../../kernel/keys.ts"
import { InvalidInput } from "../../kernel/refusals.ts"
import { addressIssue } from "./address.ts"
import { type Delivering, secretPurpose } from "./delivering.ts"
import { WebhookEndpoint, WebhookSecret } from "./entities.ts"
import { AddressRefused } from "./refusals.ts"
import { secretText } from "./signature.ts"

const EVENT = /^(\*|[a-z][A-Za-z0-9]*\.(\*|created|updated|removed))$/
const MOST_EVENTS = 200
const HOUR_MILLISECONDS = 3_600_000

/** The commands and the query of endpoints, with the host's keys. */
export const endpointsOf = ({ keys, ...rules }: Delivering) => {
  const newSecret = async (ctx: CommandContext, endpoint: Id<"webhookEndpoint">): Promise<Change> =>
    create(WebhookSecret, ctx.newId(WebhookSecret), {
      endpoint,
      wrapped: await keys.wrap(randomBytes(KEY_BYTES), secretPurpose(ctx.tenant, endpoint)),
    })

  const subscribe = command({
    input: { url: text({ maxLength: 2_000 }), events: json<readonly string[]>(), note: optional(text()) },
    refuses: [AddressRefused],
    decide: async (ctx, { url, events, note }) => {
      checkEvents(events)
      const reason = addressIssue(url, rules)
      if (reason !== null) return new AddressRefused({ reason })
      const id = ctx.newId(WebhookEndpoint)
      const changes = [create(WebhookEndpoint, id, { url, events, note }), await newSecret(ctx, id)]
      return { changes, outcome: { endpoint: id } }
    },
    answer: (read, { endpoint }) => read.get(WebhookEndpoint, endpoint),
  })

  const change = command({
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
      const reason = given.url === null ? null : addressIssue(given.url, rules)
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

  const rotate = command({
    input: { endpoint: WebhookEndpoint.id, overlapHours: defaulted(integer({ min: 0, max: 720 }), 24) },
    refuses: [],
    locks: (input) => [lock(WebhookEndpoint, input.endpoint)],
    decide: async (ctx, { endpoint: id, overlapHours }) => {
      const endpoint = await ctx.read.get(WebhookEndpoint, id)
      const until = new Date(Date.parse(ctx.now) + overlapHours * HOUR_MILLISECONDS).toISOString() as Instant
      const before = await ctx.read.find(WebhookSecret, { endpoint: endpoint.id, expiresAt: { isNull: true } })
      const ending = before.map((row) => patch(WebhookSecret, row, { expiresAt: until }))
      return { changes: [...ending, await newSecret(ctx, endpoint.id)], outcome: { endpoint: id } }
    },
    answer: (read, { endpoint }) => read.get(WebhookEndpoint, endpoint),
  })

  const secrets = query({
    input: { endpoint: WebhookEndpoint.id },
    refuses: [],
    answer: async (ctx, { endpoint: id }) => {
      const endpoint = await ctx.read.get(WebhookEndpoint, id)
      const rows = await ctx.facts.find(WebhookSecret, { endpoint: endpoint.id })
      const good = rows.filter(({ expiresAt }) => expiresAt === null || expiresAt > ctx.now)
      const purpose = secretPurpose(ctx.tenant, id)
      return Promise.all(
        [...good]
          .sort((one, other) => (one.id < other.id ? 1 : -1))
          .map(async ({ wrapped, expiresAt }) => ({
            secret: secretText(await keys.unwrap(wrapped, purpose)),
            expiresAt,
          })),
      )
    },
  })
  return { subscribe, change, rotate, secrets }
}

const checkEvents = (events: unknown): void => {
  const isList = Array.isArray(events) && events.length > 0 && events.length <= MOST_EVENTS
  const isWhole = isList && events.every((event) => typeof event === "string" && EVENT.test(event))
  const message = "must be a list of types such as company.updated, quote.* or *"
  if (!isWhole) throw new InvalidInput({ issues: [{ path: "events", message }] })
}
