/** Guards of the organisation: nobody gives more than they have, and somebody who may do everything is left. */

import type { Id } from "../../kernel/field.ts"
import { groupBy } from "../../kernel/groupBy.ts"
import type { Guard } from "../../kernel/guard.ts"
import type { RecordChange } from "../../kernel/journal.ts"
import type { Reads } from "../../kernel/reads.ts"
import { RuleBroken } from "../../kernel/refusals.ts"
import { beyond, type Holder, isUnlimited } from "../../kernel/rights/escalation.ts"
import { denialsIn, patternOf, type Right } from "../../kernel/rights/grant.ts"
import { GrantExceedsOwn, LastAdministrator } from "../../kernel/rights/refusals.ts"
import { partsWhere } from "./authority.ts"
import { Group, GroupMember, Role, Unit, User, UserRole } from "./entities.ts"
import { type Placed, withAbove, withBelow } from "./hierarchy.ts"

/** Somebody who may do everything is always left. Writers of rights wait for one another, so two cannot both go. */
export const keepsAdministrator: Guard = {
  entities: [Role, User, UserRole],
  refuses: [LastAdministrator],
  test: async ({ read }, changes) => {
    const isTouched = [Role, UserRole].some(({ name }) => changes.some(({ entity }) => entity === name))
    if (!isTouched && changed(changes, User, "isActive").length === 0) return undefined
    const roles = await read.find(Role)
    const mighty = roles.filter(({ grants }) => isUnlimited(grants)).map(({ id }) => id as string)
    const held = await partsWhere(read, UserRole, { role: { in: mighty } })
    const holders = held.map(({ parent }) => parent as Id<"user">)
    const candidates = await read.find(User, { id: { in: holders }, isActive: true })
    const limits = new Set(roles.filter(({ grants }) => denialsIn(grants).length > 0).map(({ id }) => id as string))
    const all = await read.children(
      UserRole,
      candidates.map(({ id }) => id),
    )
    const limited = new Set(all.filter(({ role }) => limits.has(role)).map(({ parent }) => parent as string))
    return candidates.some(({ id }) => !limited.has(id)) ? undefined : new LastAdministrator({})
  },
}

/** Nobody gives a role, a user, a unit or a group more than they have themselves; and what a role denies is spelt right. */
export const givesNoMore: Guard = {
  entities: [Role, User, UserRole, Unit, Group, GroupMember],
  refuses: [GrantExceedsOwn],
  test: async (ctx, changes) => {
    const { read, actor } = ctx
    const roles = await read.find(Role, { id: { in: changed(changes, Role, "grants") } })
    for (const { grants } of roles) {
      const [misspelt] = ctx.deniesNothing(grants)
      if (misspelt !== undefined)
        return new RuleBroken({ entity: "role", field: "grants", rule: `denies ${misspelt}, which nothing here has` })
    }
    if (isUnlimited(actor.grants)) return undefined
    for (const { grants } of roles) {
      const right = beyond(actor, grants, null)
      if (right !== null) return new GrantExceedsOwn({ right })
    }
    const freed = await denialTakenAway(read, changes)
    if (freed !== null) return new GrantExceedsOwn({ right: freed })
    const affected = await affectedUsers(
      read,
      changes,
      roles.map(({ id }) => id),
    )
    for (const { rights, holder } of await holdersOf(read, affected)) {
      const right = beyond(actor, rights, holder)
      if (right !== null) return new GrantExceedsOwn({ right })
    }
    return undefined
  },
}

/** The records of an entity whose field is another than before; new ones too. */
const changed = (changes: readonly RecordChange[], { name }: { readonly name: string }, field: string): string[] =>
  changes
    .filter(
      ({ entity, before, after }) => entity === name && (Object.hasOwn(before, field) || Object.hasOwn(after, field)),
    )
    .map(({ record }) => record)

/** A denial that somebody had by a role and lost: whose it was is not known any more, so it takes all rights. */
const denialTakenAway = async (read: Reads, changes: readonly RecordChange[]): Promise<string | null> => {
  const lost = changes.flatMap(({ entity, before }) => (entity === UserRole.name ? [before["role"]] : []))
  const roles = await read.find(Role, { id: { in: lost.filter((role) => typeof role === "string") } })
  const [denial] = roles.flatMap(({ grants }) => denialsIn(grants))
  return denial ? patternOf(denial) : null
}

/** The users whose rights are others than before. */
const affectedUsers = async (
  read: Reads,
  changes: readonly RecordChange[],
  roles: readonly string[],
): Promise<readonly string[]> => {
  const given = changes.filter(({ entity, verb }) => entity === UserRole.name && verb !== "remove")
  const byRole = await partsWhere(read, UserRole, {
    or: [{ id: { in: given.map(({ record }) => record) } }, { role: { in: roles } }],
  })
  const moved = changed(changes, Unit, "parentUnit")
  const above = moved.length === 0 ? [] : withAbove(moved, await unitsOf(read))
  const regrouped = changed(changes, Group, "parentGroup")
  const groups = regrouped.length === 0 ? [] : withBelow(regrouped, await groupsOf(read))
  const members = groups.length === 0 ? [] : await read.children(GroupMember, groups)
  const inUnits = above.length === 0 ? [] : await read.find(User, { unit: { in: above } })
  return [
    ...byRole.map(({ parent }) => parent),
    ...changed(changes, User, "unit"),
    ...changed(changes, User, "isActive"),
    ...changes.flatMap(({ entity, before, after }) =>
      entity === GroupMember.name ? [before["user"], after["user"]] : [],
    ),
    ...members.map(({ user }) => user),
    ...inUnits.map(({ id }) => id),
  ].filter((id): id is string => typeof id === "string")
}

/** What these users hold as the command leaves them, and where they stand; inactive ones hold nothing. */
const holdersOf = async (
  read: Reads,
  ids: readonly string[],
): Promise<readonly { readonly rights: readonly Right[]; readonly holder: Holder }[]> => {
  const users = await read.find(User, { id: { in: [...new Set(ids)] }, isActive: true })
  if (users.length === 0) return []
  const userIds = users.map(({ id }) => id)
  const held = groupBy(await read.children(UserRole, userIds), ({ parent }) => parent as string)
  const roles = new Map((await read.find(Role)).map(({ id, grants }) => [id as string, grants]))
  const [units, groups] = [await unitsOf(read), await groupsOf(read)]
  const members = groupBy(await partsWhere(read, GroupMember, { user: { in: userIds } }), ({ user }) => user as string)
  return users.map(({ id, unit }) => ({
    rights: (held.get(id) ?? []).flatMap(({ role }) => roles.get(role) ?? []),
    holder: {
      unit,
      units: unit === null ? [] : withBelow([unit], units),
      groups: withAbove(
        (members.get(id) ?? []).map(({ parent }) => parent),
        groups,
      ),
    },
  }))
}

const unitsOf = async (read: Reads): Promise<readonly Placed[]> =>
  (await read.find(Unit)).map(({ id, parentUnit }) => ({ id, above: parentUnit }))

const groupsOf = async (read: Reads): Promise<readonly Placed[]> =>
  (await read.find(Group)).map(({ id, parentGroup }) => ({ id, above: parentGroup }))
