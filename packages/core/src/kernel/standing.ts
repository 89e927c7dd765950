/** Standing: which tenant a call is for, and who makes it, from current data. */
import type { Caller, Machine } from "./machine.ts"
import type { Reads } from "./reads.ts"
import { InvalidInput, UnknownUser } from "./refusals.ts"
import type { Actor } from "./rights.ts"
import { Tenant, UnknownTenant } from "./tenant.ts"

/** The tenant's record; refuses with `UnknownTenant`. */
export const tenantOf = async (read: Reads, id: string): Promise<Tenant> => {
  const tenant = typeof id === "string" ? await read.one(Tenant, { id }) : null
  if (!tenant) throw new UnknownTenant({ tenant: String(id) })
  return tenant
}

/** Who the caller is, from current data; refuses with `UnknownUser`. */
export const actorOf = async (machine: Machine, read: Reads, caller: Caller): Promise<Actor> => {
  if (caller.kind === "system") return { id: "system", grants: ["*"], reason: reasonOf(caller.reason) }
  // A host may get here without types: a login that is no text must find nobody, not anybody.
  const { user } = caller
  const actor = typeof user === "string" && user.trim() !== "" ? await machine.model.authority?.(read, user) : null
  if (!actor) throw new UnknownUser({ user: String(user) })
  return actor
}

const reasonOf = (reason: string): string => {
  if (typeof reason !== "string" || reason.trim() === "" || reason.length > 500)
    throw new InvalidInput({ issues: [{ path: "reason", message: "must say in 1 to 500 characters why" }] })
  return reason
}
