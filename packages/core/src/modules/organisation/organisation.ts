/** Organisation: units, roles and users; it tells the engine who a login is and what that user may do. */
import { create } from "../../kernel/changes.ts"
import { query } from "../../kernel/command.ts"
import type { Id } from "../../kernel/field.ts"
import { noCycles } from "../../kernel/noCycles.ts"
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import type { Authority } from "../../kernel/rights.ts"
import { rule } from "../../kernel/rule.ts"
import { CostRate, Role, Unit, User, UserRole } from "./entities.ts"

export { type DatedCost, hourCostAt } from "./costRate.ts"

const authority: Authority = async (read, who, by) => {
  const user = await read.one(User, by === "login" ? { login: who } : { id: who as Id<"user"> })
  if (!user?.isActive) return null
  const roles = await read.children(UserRole, user.id)
  const granted = await Promise.all(roles.map(({ role }) => read.get(Role, role)))
  return { id: user.id, grants: granted.flatMap((role) => role.grants), reason: null }
}

/** Who the session's user is. */
const me = query({
  input: {},
  refuses: [],
  answer: async (ctx) => ({ user: ctx.actor.id }),
})

/** A right, or all rights below a name; nothing else can be granted. */
const GRANT = /^(?:\*|[a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)*(?:\.\*)?)$/

const collections = { units: Unit, roles: Role, users: User }

const spec = plugin("organisation", {
  entities: [Unit, Role, User],
  collections,
  queries: { me },
  authority,
  rules: [
    rule(Role, ({ grants }) =>
      Array.isArray(grants) && grants.every((grant) => typeof grant === "string" && GRANT.test(grant))
        ? null
        : { field: "grants", rule: "must be a list of rights such as quotes.accept, quotes.* or *" },
    ),
    rule(CostRate, (rate) => (rate.hourCost.minor >= 0 ? null : { field: "hourCost", rule: "must not be negative" })),
  ],
  checks: [noCycles(Unit, "parentUnit")],
  onTenant: (tenant, newId) => {
    const role = newId(Role)
    return [
      create(Role, role, { name: "administrator", grants: ["*"] }),
      create(User, newId(User), { login: tenant.admin, name: tenant.admin, roles: [{ role }] }),
    ]
  },
})

/** The calls of organisation. */
export interface Organisation extends FaceOf<typeof spec> {}
/** The plugin organisation. */
export interface OrganisationPlugin extends Plugin<"organisation", Organisation> {}
/** Units, roles and users; a new tenant starts with the role `administrator` and its first user. */
export const organisation: OrganisationPlugin = spec
