/**
 * Extensions: fields that a plugin adds to another plugin's entity. They lie in a table of the adding plugin, are read
 * and written under its name, and are optional or defaulted, since records exist that know nothing of them.
 */
import type { Entity } from "./entity.ts"
import type { Field, Fields } from "./field.ts"

/** Fields that a plugin may add: by the plugin's name, then by their own. */
export type AddedFields = Readonly<Record<string, Readonly<Record<string, Field<unknown, "optional" | "defaulted">>>>>

/** An entity with the fields that one plugin adds to it; `ctx.read`, `patch` and `create` take it like the entity. */
export interface Extension<E extends Entity = Entity, A extends AddedFields = AddedFields>
  extends Entity<E["name"], E["fields"], A> {
  readonly extends: E
  readonly added: A
}

/**
 * Adds fields to another plugin's entity: list it in `adds` of the plugin by whose name the fields go. The value is
 * also how the plugin's own code reads and writes them, with their types.
 *
 * @example
 * const CoveredCompany = extend(Company, { warranty: { level: optional(choice(["basic", "gold"])) } })
 * const { warranty } = await ctx.read.get(CoveredCompany, id)
 */
export const extend = <E extends Entity, A extends AddedFields>(entity: E, added: A): Extension<E, A> => ({
  ...(entity as Entity<E["name"], E["fields"]>),
  extends: entity,
  added,
})

/** The entity itself, where an extension of it may be given. */
export const baseOf = (entity: Entity): Entity => ("extends" in entity ? (entity as Extension).extends : entity)

/** What plugins add to an entity, by the entity's name: the type that a plugin's named interface carries. */
export type AdditionsOf<X extends readonly Extension[], Id extends string> = {
  readonly [E in X[number] as E["name"]]: E["added"][Id]
}

/** The fields of one plugin in one entity, as the model knows them. */
export interface Addition {
  readonly plugin: string
  readonly entity: Entity
  readonly fields: Fields
}
