/** Standing: which tenant a call is for, and who makes it, from current data. */
import { tenantModel } from "./customFields.ts"
import type { Caller, Machine } from "./machine.ts"
import { grantedTo } from "./plugin.ts"
import type { Reads } from "./reads.ts"
import { type Records, recordsOf } from "./records.ts"
import { InvalidInput, UnknownUser } from "./refusals.ts"
import type { Actor } from "./rights.ts"
import type { Reader } from "./store.ts"
import { Tenant, UnknownTenant } from "./tenant.ts"

/** The tenant's record; refuses with `UnknownTenant`. */
export const tenantOf = async (read: Reads, id: string): Promise<Tenant> => {
  const tenant = typeof id === "string" ? await read.one(Tenant, { id }) : null
  if (!tenant) throw new UnknownTenant({ tenant: String(id) })
  return tenant
}

/** What a call of a tenant works with: the engine as the tenant has it, its records, and the tenant itself. */
export interface Within {
  readonly machine: Machine
  readonly read: Records
  readonly tenant: Tenant
}

/** Finds the tenant and its custom fields; refuses with `UnknownTenant`. */
export const within = async (machine: Machine, reader: Reader, id: string): Promise<Within> => {
  const read = recordsOf(machine.model, machine.derived, reader, id)
  const tenant = await tenantOf(read, id)
  const model = await tenantModel(machine.model, read, tenant)
  if (model === machine.model) return { machine, read, tenant }
  return { machine: { ...machine, model }, read: recordsOf(model, machine.derived, reader, id), tenant }
}

/** Who the caller is, from current data; refuses with `UnknownUser`. */
export const actorOf = async (machine: Machine, read: Reads, caller: Caller): Promise<Actor> => {
  if (caller.kind === "system") return { id: "system", grants: ["*"], reason: reasonOf(caller.reason) }
  if (caller.kind === "onBehalf") return actorFor(machine, read, caller)
  // A host may get here without types: a login that is no text must find nobody, not anybody.
  const { user } = caller
  const actor =
    typeof user === "string" && user.trim() !== "" ? await machine.model.authority?.(read, user, "login") : null
  if (!actor) throw new UnknownUser({ user: String(user) })
  return actor
}

/** Who a plugin acts for: the user with the rights of today, and those of the plugin. The journal names both. */
const actorFor = async (
  machine: Machine,
  read: Reads,
  { actor: id, plugin, reason }: Extract<Caller, { kind: "onBehalf" }>,
): Promise<Actor> => {
  if (id === "system") return { id, grants: ["*"], reason }
  const actor = await machine.model.authority?.(read, id, "id")
  if (!actor) throw new UnknownUser({ user: id })
  return { ...grantedTo(plugin, actor), reason }
}

const reasonOf = (reason: string): string => {
  if (typeof reason !== "string" || reason.trim() === "" || reason.length > 500)
    throw new InvalidInput({ issues: [{ path: "reason", message: "must say in 1 to 500 characters why" }] })
  return reason
}
