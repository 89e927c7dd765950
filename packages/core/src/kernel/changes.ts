/**
 * Changes: what a command wants to write, as one value. All writing goes through it, so that versions, rules, the
 * journal and the change feed each have exactly one place.
 */
import type { AddedInput, AddedTo, Child, CustomInput, Entity, PatchOf, WriteOf } from "./entity.ts"
import { baseOf } from "./extension.ts"
import type { Field, Fields, Id } from "./field.ts"

/** One record to write. */
export type Change =
  | { readonly verb: "create"; readonly entity: Entity; readonly id: string; readonly values: Values }
  | {
      readonly verb: "add"
      readonly entity: Entity
      readonly id: string | null
      readonly parent: string
      readonly values: Values
    }
  | {
      readonly verb: "patch"
      readonly entity: Entity
      readonly id: string
      readonly expectedVersion: number | null
      readonly set: Values
    }
  | { readonly verb: "remove"; readonly entity: Entity; readonly id: string }
  | { readonly verb: "move"; readonly entity: Entity; readonly id: string; readonly to: number }

/** The values of a record by field name. */
export type Values = Readonly<Record<string, unknown>>

/** A batch of records to write, in one transaction. */
export type Changes = readonly Change[]

/** A record to create, with its children nested; take the id from `ctx.newId`. */
export const create = <E extends Entity>(
  entity: E,
  id: Id<E["name"]>,
  values: WriteOf<E["fields"]> & AddedInput<AddedTo<E>>,
): Change => ({
  verb: "create",
  entity: baseOf(entity),
  id,
  values: values as Values,
})

/** A child to add at the end of its parent's list. */
export const add = <E extends Entity>(
  entity: E,
  parent: Id,
  values: WriteOf<E["fields"]> & AddedInput<AddedTo<E>>,
  id?: Id,
): Change => ({
  verb: "add",
  entity: baseOf(entity),
  id: id ?? null,
  parent,
  values: values as Values,
})

/** Values to set in a record as it was read: refused with `VersionConflict` if somebody was faster. */
export const patch = <E extends Entity>(
  entity: E,
  row: { readonly id: Id; readonly version?: number },
  set: PatchOf<E["fields"]> & StoredPatch<E["fields"]> & AddedInput<AddedTo<E>> & CustomInput,
): Change => patchOf(entity, row, set as Values)

/** `patch` for values that were decoded by the entity's own fields, where no type knows them. */
export const patchOf = (
  entity: Entity,
  row: { readonly id: string; readonly version?: number },
  set: Values,
): Change => ({ verb: "patch", entity: baseOf(entity), id: row.id, expectedVersion: row.version ?? null, set })

/** A child to remove from its parent's list. */
export const remove = (entity: Entity, row: Pick<Child, "id">): Change => ({
  verb: "remove",
  entity: baseOf(entity),
  id: row.id,
})

/** A child to move to a place in its parent's list, from 1; moves follow all else, in their order. */
export const move = (entity: Entity, row: Pick<Child, "id">, to: number): Change => ({
  verb: "move",
  entity,
  id: row.id,
  to,
})

type StoredPatch<F extends Fields> = {
  readonly [K in keyof F as F[K] extends { readonly presence: "stored" } ? K : never]?: F[K] extends Field<
    infer V,
    "stored"
  >
    ? V | null
    : never
}
