/** Creates a tenant: its record, and what each plugin gives a new tenant, as the first entry of its journal. */
import { create } from "./changes.ts"
import type { CommandContext } from "./command.ts"
import { currency, text } from "./field.ts"
import { isZone } from "./localDate.ts"
import { nothingHeld } from "./locks.ts"
import type { Machine } from "./machine.ts"
import { perform } from "./perform.ts"
import { recordsOf } from "./records.ts"
import { InvalidInput } from "./refusals.ts"
import { type NewTenant, TENANT_ID, Tenant, TenantExists } from "./tenant.ts"

/**
 * Creates the tenant, or finds it as it was created.
 *
 * Refuses with `InvalidInput` and, if it exists with another name, currency or zone, with `TenantExists`.
 */
export const createTenant = async (
  machine: Machine,
  given: NewTenant,
): Promise<{ readonly id: string; readonly created: boolean }> => {
  checkTenant(machine, given)
  const { id, name, currency, zone } = given
  const created = await machine.store.write(async (tx) => {
    const read = recordsOf(machine.model, machine.derived, tx, id)
    const known = await read.one(Tenant, { id })
    if (known) {
      if (known.name !== name || known.currency !== currency || known.zone !== zone)
        throw new TenantExists({ tenant: id })
      return false
    }
    machine.ids.begin?.(`${id}/nonce`)
    const values = { name, currency, zone, nonce: machine.ids.salt() }
    const decide = async (ctx: CommandContext) => {
      const own = machine.model.plugins.flatMap(
        ({ spec }) => spec.onTenant?.(given, (entity) => ctx.newId(entity)) ?? [],
      )
      return { changes: [create(Tenant, id, values), ...own], outcome: { id } }
    }
    const actor = { id: "system", grants: ["*"], reason: "create the tenant" }
    const own = { ...values, fieldsStamp: null, id, version: 1 }
    const place = { tx, read, tenant: own, actor, scope: `${id}/tenant`, held: nothingHeld() }
    await perform(machine, place, { name: "tenants.create", input: {}, locks: () => [], decide }, {})
    return true
  })
  return { id, created }
}

const FIELDS = {
  name: Tenant.fields.name,
  currency: currency(),
  zone: Tenant.fields.zone,
  admin: text({ maxLength: 80 }),
}

const checkTenant = (machine: Machine, given: NewTenant): void => {
  const { id, ...rest } = { ...given }
  const decoded = machine.derived.decode(FIELDS, rest, "create")
  const wrong = new Map(decoded.ok ? [] : decoded.issues.map((issue) => [issue.path, issue]))
  const check = (path: string, holds: boolean, message: string): void => {
    if (!holds && !wrong.has(path)) wrong.set(path, { path, message })
  }
  check("id", typeof id === "string" && TENANT_ID.test(id), "must be 2 to 63 of a-z, 0-9 and -, from a letter on")
  check("name", String(rest.name).trim() !== "", "must not be blank")
  check("zone", isZone(rest.zone), "must be an IANA zone such as Europe/Stockholm")
  check("admin", String(rest.admin).trim() !== "", "must be a login")
  if (wrong.size > 0) throw new InvalidInput({ issues: [...wrong.values()] })
}
