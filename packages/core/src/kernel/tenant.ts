/** Tenants: the firms whose records one engine keeps apart. */
import { entity, type Rooted, type RowOf } from "./entity.ts"
import { type RefusalOf, refusal } from "./errors.ts"
import { currency, optional, text } from "./field.ts"

/** A tenant; its id is chosen by the host. Zone and currency never change once records exist. */
export const Tenant = entity("tenant", {
  name: text(),
  currency: currency(),
  /** The IANA zone in which the firm's dates are meant. */
  zone: text({ maxLength: 64 }),
  /** Makes the journal's first link unlike any other tenant's. */
  nonce: text({ maxLength: 64 }),
  /** New with every change of the tenant's custom fields, null before the first. */
  fieldsStamp: optional(text({ maxLength: 64 })),
})
export interface Tenant extends RowOf<typeof Tenant.fields>, Rooted<"tenant"> {}

/** What a host gives to create a tenant. */
export interface NewTenant {
  /** Lower-case letters, digits and hyphens, from 2 to 63. */
  readonly id: string
  readonly name: string
  readonly currency: string
  readonly zone: string
  /** The login of its first administrator. */
  readonly admin: string
}

/**
 * The tenant exists with another name, currency or zone.
 *
 * Read the tenant; its zone and currency never change. Choose another id for another firm.
 */
export const TenantExists = refusal(
  "TenantExists",
  { tenant: text() },
  { en: "The tenant {tenant} exists already with other values.", sv: "{tenant} finns redan med andra värden." },
)
export type TenantExists = RefusalOf<typeof TenantExists>

/**
 * There is no such tenant.
 *
 * Check the id, or create the tenant with `engine.tenants.create`.
 */
export const UnknownTenant = refusal(
  "UnknownTenant",
  { tenant: text() },
  { en: "There is no tenant {tenant}.", sv: "Det finns ingen {tenant}." },
  404,
)
export type UnknownTenant = RefusalOf<typeof UnknownTenant>

/** The only form that a tenant's id may have. */
export const TENANT_ID = /^[a-z][a-z0-9-]{0,61}[a-z0-9]$/
