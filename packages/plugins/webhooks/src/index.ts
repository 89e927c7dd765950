/** The public entry of @anbud/plugin-webhooks. */
export { WebhookEndpoint } from "./entities.ts"
export { type WebhookOptions, type Webhooks, type WebhooksPlugin, webhooks } from "./plugin.ts"
export { AddressRefused, DeliveryFailed } from "./refusals.ts"
