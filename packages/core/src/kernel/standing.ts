/**
 * Standing: which tenant a call is for, and who makes it, from current data.
 *
 * Every change of a user, a role, a unit or a group steps the tenant's counter `rights` in its own transaction. What
 * was read under one value of it holds as long as the counter stands there: one read instead of five or more.
 */
import { tenantModel } from "./customFields.ts"
import type { Entity } from "./entity.ts"
import type { Caller, Machine } from "./machine.ts"
import { grantedTo } from "./plugin.ts"
import type { Reads } from "./reads.ts"
import { type Records, recordsOf } from "./records.ts"
import { InvalidInput, UnknownUser } from "./refusals.ts"
import type { Actor, Authority } from "./rights.ts"
import { COUNTER_TABLE, type Reader, type Transaction } from "./store.ts"
import { TENANT_ID, Tenant, UnknownTenant } from "./tenant.ts"

/** The counter that every change of rights steps. */
const RIGHTS = "rights"

/** What a call of a tenant works with: the engine as the tenant has it, its records, and the tenant itself. */
export interface Within {
  readonly machine: Machine
  readonly read: Records
  readonly tenant: Tenant
}

/** The same, with who calls. */
export interface Standing extends Within {
  readonly actor: Actor
}

/** Where the caller stands; refuses with `UnknownTenant`, `UnknownUser` and, without a reason, `InvalidInput`. */
export const standingOf = async (machine: Machine, reader: Reader, caller: Caller): Promise<Standing> => {
  const version = await versionAt(reader, caller.tenant)
  const known = knownAt(machine, caller.tenant, version)
  const own = await within(machine, reader, caller.tenant, known?.tenant)
  const key = keyOf(caller)
  const before = key === null ? null : known?.actors.get(key)
  if (known && before) return { ...own, actor: before }
  const actor = await actorOf(machine.model.authority, own.read, caller)
  // Others may commit between these reads: what was read counts for later calls only if the counter has not moved.
  const isNew = known === null || key !== null
  if (isNew && !STEPPED.has(reader) && (await versionAt(reader, caller.tenant)) === version) {
    const actors = known?.actors ?? new Map<string, Actor>()
    if (key !== null && actors.size < MAX_ACTORS) actors.set(key, actor)
    remember(machine, caller.tenant, { version, tenant: own.tenant, actors })
  }
  return { ...own, actor }
}

/** Finds the tenant, unless it is known, and its custom fields; refuses with `UnknownTenant`. */
export const within = async (machine: Machine, reader: Reader, id: string, known?: Tenant): Promise<Within> => {
  const read = recordsOf(machine.model, machine.derived, reader, id)
  const tenant = known ?? (await tenantOf(read, id))
  const model = await tenantModel(machine.model, read, tenant)
  if (model === machine.model) return { machine, read, tenant }
  return { machine: { ...machine, model }, read: recordsOf(model, machine.derived, reader, id), tenant }
}

/** The tenant's record; refuses with `UnknownTenant`. */
export const tenantOf = async (read: Reads, id: string): Promise<Tenant> => {
  const tenant = isTenantId(id) ? await read.one(Tenant, { id }) : null
  if (!tenant) throw new UnknownTenant({ tenant: String(id) })
  return tenant
}

/** Steps the counter of a tenant's rights; whoever else changes them waits here until this transaction has ended. */
export const stepRights = async (tx: Transaction, tenant: string): Promise<void> => {
  STEPPED.add(tx)
  await tx.next(tenant, RIGHTS)
}

/** Transactions that have changed rights themselves: what they read may be rolled back, so nobody else may know it. */
const STEPPED = new WeakSet<Reader>()

/** What is known of a tenant at one value of its counter: the tenant, and its active users by login. */
interface Known {
  readonly version: number
  readonly tenant: Tenant
  readonly actors: Map<string, Actor>
}

const MAX_TENANTS = 1000
const MAX_ACTORS = 10_000
const caches = new WeakMap<Machine, Map<string, Known>>()

const knownAt = (machine: Machine, tenant: string, version: number): Known | null => {
  const known = caches.get(machine)?.get(tenant)
  return known?.version === version ? known : null
}

const remember = (machine: Machine, tenant: string, known: Known): void => {
  const cache = caches.get(machine) ?? new Map<string, Known>()
  if (cache.size >= MAX_TENANTS) cache.clear()
  cache.set(tenant, known)
  caches.set(machine, cache)
}

/** What has another form is no tenant; a database need not be asked, and could refuse the text. */
const isTenantId = (id: unknown): boolean => typeof id === "string" && TENANT_ID.test(id)

const versionAt = async (reader: Reader, tenant: string): Promise<number> => {
  if (!isTenantId(tenant)) throw new UnknownTenant({ tenant: String(tenant) })
  const where = { op: "eq", column: "name", value: RIGHTS } as const
  const [counter] = await reader.select({ table: COUNTER_TABLE, tenant, where, limit: 1 })
  return Number(counter?.["value"] ?? 0)
}

/** What an actor is known by: the login or the id, and the plugin that acts; null for the system with its reason. */
const keyOf = (caller: Caller): string | null => {
  if (caller.kind === "user") return typeof caller.user === "string" ? `login ${caller.user}` : null
  return null
}

/** Who the caller is, from current data. */
const actorOf = async (authority: Authority | null, read: Reads, caller: Caller): Promise<Actor> => {
  if (caller.kind === "system") return { id: "system", grants: ["*"], reason: reasonOf(caller.reason) }
  if (caller.kind === "user") return userOf(authority, read, caller.user, "login")
  // A plugin acts for a user with that user's rights of today, and with its own. The journal names both.
  const { actor: id, plugin, reason } = caller
  if (id === "system") return { id, grants: ["*"], reason }
  const user = await userOf(authority, read, id, "id")
  return { ...(plugin ? grantedTo(plugin, user) : user), reason }
}

const reasonOf = (reason: string): string => {
  if (typeof reason !== "string" || reason.trim() === "" || reason.length > 500)
    throw new InvalidInput({ issues: [{ path: "reason", message: "must say in 1 to 500 characters why" }] })
  return reason
}

const userOf = async (authority: Authority | null, read: Reads, user: string, by: "login" | "id"): Promise<Actor> => {
  // A host may get here without types: a login that is no text must find nobody, not anybody.
  const isName = typeof user === "string" && user.trim() !== "" && !/\0|\p{Surrogate}/u.test(user)
  const actor = isName && authority ? await authority.find(onlyOf(read, authority.reads), user, by) : null
  if (!actor) throw new UnknownUser({ user: String(user) })
  return Object.freeze({ ...actor, grants: Object.freeze([...actor.grants]) })
}

/** Reads of some entities only: an authority that read another would not hear of its changes. */
const onlyOf = (read: Reads, entities: readonly Entity[]): Reads => {
  const names = new Set(entities.map(({ name }) => name))
  return new Proxy(read, {
    get: (reads, name) => {
      const call = Reflect.get(reads, name) as (entity: Entity, ...rest: unknown[]) => unknown
      return (entity: Entity, ...rest: unknown[]) => {
        if (!names.has(entity.name)) throw new Error(`The authority reads ${entity.name} but does not list it`)
        return call(entity, ...rest)
      }
    },
  })
}
