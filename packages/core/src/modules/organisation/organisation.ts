/** Organisation: units, roles and users; it tells the engine who a login is and what that user may do. */
import { create } from "../../kernel/changes.ts"
import { query } from "../../kernel/command.ts"
import { noCycles } from "../../kernel/noCycles.ts"
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import { isRights } from "../../kernel/rights/grant.ts"
import { rule } from "../../kernel/rule.ts"
import { authority } from "./authority.ts"
import { CostRate, Group, Role, Unit, User } from "./entities.ts"
import { givesNoMore, keepsAdministrator } from "./guards.ts"

export { type DatedCost, hourCostAt } from "./costRate.ts"

/** Who the session's user is. */
const me = query({
  input: {},
  refuses: [],
  answer: async (ctx) => ({ user: ctx.actor.id }),
})

const collections = { units: Unit, roles: Role, users: User, groups: Group }

const spec = plugin("organisation", {
  entities: [Unit, Role, User, Group],
  collections,
  queries: { me },
  authority,
  guards: [givesNoMore, keepsAdministrator],
  rules: [
    rule(Role, ({ grants }) =>
      isRights(grants)
        ? null
        : {
            field: "grants",
            rule: "must be a list of rights such as quotes.accept, quotes.* or *, each with its scope",
          },
    ),
    rule(CostRate, (rate) => (rate.hourCost.minor >= 0 ? null : { field: "hourCost", rule: "must not be negative" })),
  ],
  checks: [noCycles(Unit, "parentUnit"), noCycles(Group, "parentGroup")],
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
