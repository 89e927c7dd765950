/** The firm itself: its units, roles and users. */
import { entity, type Rooted, type RowOf } from "../../kernel/entity.ts"
import { boolean, children, date, defaulted, json, money, optional, ref, text } from "../../kernel/field.ts"
import type { Right } from "../../kernel/rights/grant.ts"

/** A department; units form a tree. */
export const Unit = entity(
  "unit",
  {
    code: text({ unique: true, search: "exact", maxLength: 40 }),
    name: text({ search: "words" }),
    parentUnit: optional(ref((): { readonly name: "unit" } => Unit)),
  },
  { scope: { unit: "id" } },
)
export interface Unit extends RowOf<typeof Unit.fields>, Rooted<"unit"> {}

/** A role: what its users may do, and what they may not whoever grants it. */
export const Role = entity("role", {
  name: text({ unique: true, maxLength: 40 }),
  grants: json<readonly Right[]>(),
})
export interface Role extends RowOf<typeof Role.fields>, Rooted<"role"> {}

/** What an hour of a user costs the firm from a date on. */
export const CostRate = entity("costRate", {
  from: date(),
  hourCost: money(),
})

/** A role that a user has. */
export const UserRole = entity("userRole", { role: ref(Role) })

/** A person who works in the firm and signs in. */
export const User = entity(
  "user",
  {
    login: text({ unique: true, search: "exact", maxLength: 80 }),
    name: text({ search: "words", personal: { category: "I", of: "id", on: "anonymise" } }),
    unit: optional(ref(Unit)),
    isActive: defaulted(boolean(), true),
    roles: children(UserRole, { by: "user" }),
    costRates: children(CostRate, { by: "user" }),
  },
  { scope: { owner: "id", unit: "unit" } },
)
export interface User extends RowOf<typeof User.fields>, Rooted<"user"> {}

/** A user who belongs to a group. */
export const GroupMember = entity("groupMember", { user: ref(User) })

/** Users who share records across units; whoever is in a group is in the groups above it too. */
export const Group = entity(
  "group",
  {
    name: text({ unique: true, maxLength: 80 }),
    parentGroup: optional(ref((): { readonly name: "group" } => Group)),
    members: children(GroupMember, { by: "of_group" }),
  },
  { scope: { group: "id" } },
)
export interface Group extends RowOf<typeof Group.fields>, Rooted<"group"> {}
