/** Webhooks: where a tenant's host systems are told of what has changed, and the secrets that sign it. */
import {
  boolean,
  defaulted,
  entity,
  instant,
  json,
  optional,
  type Rooted,
  type RowOf,
  ref,
  text,
  type WrappedKey,
} from "@anbud/core"

/** An address that is told of changes. */
export const WebhookEndpoint = entity("webhookEndpoint", {
  url: text({ maxLength: 2_000 }),
  /** `company.updated`, `quote.*` or `*`. */
  events: json<readonly string[]>(),
  isActive: defaulted(boolean(), true),
  note: optional(text()),
})
export interface WebhookEndpoint extends RowOf<typeof WebhookEndpoint.fields>, Rooted<"webhookEndpoint"> {}

/** A secret of an endpoint, wrapped by the host's master key: neither the table nor the journal can sign with it. */
export const WebhookSecret = entity("webhookSecret", {
  endpoint: ref(WebhookEndpoint),
  wrapped: json<WrappedKey>(),
  /** Until when messages are signed with it; for good without. */
  expiresAt: optional(instant()),
})
export interface WebhookSecret extends RowOf<typeof WebhookSecret.fields>, Rooted<"webhookSecret"> {}
