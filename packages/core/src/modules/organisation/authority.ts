/** The authority: who a login is, and what that user may do, from the roles, the unit and the groups of today. */
import type { ChildRow, Entity } from "../../kernel/entity.ts"
import type { Id } from "../../kernel/field.ts"
import type { Reads } from "../../kernel/reads.ts"
import { denialsIn, grantsIn, type Right, type Scope } from "../../kernel/rights/grant.ts"
import type { Authority } from "../../kernel/rights.ts"
import type { Where } from "../../kernel/where.ts"
import { Group, GroupMember, Role, Unit, User, UserRole } from "./entities.ts"
import { withAbove, withBelow } from "./hierarchy.ts"

/** Finds users by login; what no right of a user asks for is not read. */
export const authority: Authority = {
  reads: [User, UserRole, Role, Unit, Group, GroupMember],
  find: async (read, who, by) => {
    const user = await read.one(User, by === "login" ? { login: who } : { id: who as Id<"user"> })
    if (!user?.isActive) return null
    const roles = await read.children(UserRole, user.id)
    const granted = await read.find(Role, { id: { in: roles.map(({ role }) => role) } })
    const grants = granted.flatMap((role) => role.grants)
    return {
      id: user.id,
      grants,
      reason: null,
      unit: user.unit,
      units: user.unit !== null && usesScope(grants, "tree") ? await unitsBelow(read, user.unit) : [],
      groups: usesScope(grants, "group") ? await groupsOf(read, user.id) : [],
    }
  },
}

/** Whether one of the rights reaches as far as this scope. */
export const usesScope = (rights: readonly Right[], scope: Scope): boolean =>
  [...grantsIn(rights), ...denialsIn(rights)].some((right) => right.scope === scope)

/** The unit and every unit below it. */
export const unitsBelow = async (read: Reads, unit: Id<"unit">): Promise<readonly string[]> =>
  withBelow(
    [unit],
    (await read.find(Unit)).map(({ id, parentUnit }) => ({ id, above: parentUnit })),
  )

/** The groups that list the user, and the groups above them. */
export const groupsOf = async (read: Reads, user: string): Promise<readonly string[]> => {
  const own = await partsWhere(read, GroupMember, { user })
  if (own.length === 0) return []
  return withAbove(
    own.map(({ parent }) => parent),
    (await read.find(Group)).map(({ id, parentGroup }) => ({ id, above: parentGroup })),
  )
}

/** Parts that match, whatever their parents. */
export const partsWhere = async <E extends Entity>(
  read: Reads,
  entity: E,
  where: Where<E>,
): Promise<readonly ChildRow<E>[]> => (await read.find(entity, where)) as unknown as readonly ChildRow<E>[]
