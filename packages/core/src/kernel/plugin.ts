/**
 * Plugins: a record of entities, collections, commands and queries. The modules of core are plugins like any other.
 */
import type { Change } from "./changes.ts"
import type { Check } from "./check.ts"
import type { Command, Query } from "./command.ts"
import type { Entity } from "./entity.ts"
import type { Refusal } from "./errors.ts"
import type { AddedFields, AdditionsOf, Extension } from "./extension.ts"
import type { Face } from "./face.ts"
import type { Guard } from "./guard.ts"
import type { Hook } from "./hook.ts"
import type { Right } from "./rights/grant.ts"
import type { Actor, Authority } from "./rights.ts"
import type { Rule } from "./rule.ts"
import type { NewTenant } from "./tenant.ts"
import type { Job } from "./work/job.ts"

/** The commands of a plugin, by name. */
export type Commands = Readonly<Record<string, Command<never, unknown, Refusal>>>
/** The queries of a plugin, by name. */
export type Queries = Readonly<Record<string, Query<never, unknown, Refusal>>>
/** The entities that callers may create, patch, read and import as they are, by the name of their collection. */
export type Collections = Readonly<Record<string, Entity>>

/** What `plugin` takes: a table of contents. */
export interface PluginSpec<
  L extends Collections,
  C extends Commands,
  Q extends Queries,
  X extends readonly Extension[] = readonly Extension[],
  R extends Collections = Collections,
> {
  /** The plugin's own release, such as `1.4.0`: a store that a later one has changed refuses this one. */
  readonly release?: string
  /** The names of entities that it had once: their tables stay and are read no more. */
  readonly retired?: readonly string[]
  /** The ids of the plugins whose entities this one refers to. */
  readonly needs?: readonly string[]
  /** Every root entity; children come with their parents. */
  readonly entities: readonly Entity[]
  /** Fields that it adds to others' entities, under its own id. */
  readonly adds?: X
  readonly collections?: L
  /** The entities that callers may read as they are, and that only commands change, by the name of their collection. */
  readonly reads?: R
  readonly commands?: C
  readonly queries?: Q
  readonly rules?: readonly Rule[]
  /** Rules that need to know other records. */
  readonly checks?: readonly Check[]
  /** What must hold of all that a command has written, and of who writes it. */
  readonly guards?: readonly Guard[]
  /** What it adds to other plugins' commands. */
  readonly hooks?: readonly Hook[]
  /** What workers do for it: on request of a command, or on a schedule. */
  readonly jobs?: readonly Job<never>[]
  /** Rights that its hooks have beside those of the user for whom they act. */
  readonly grants?: readonly Right[]
  /** Rights that its code asks for by name (`ctx.may("time.logForOthers")`), beside those of its calls. */
  readonly rights?: readonly string[]
  /** Finds users and their rights; exactly one plugin of an engine has it. */
  readonly authority?: Authority
  /** What a new tenant starts with. */
  readonly onTenant?: (tenant: NewTenant, newId: (entity: Entity) => string) => readonly Change[]
}

/**
 * A plugin: its id, its typed face, and the fields it adds by entity. Give each a named interface, so that host
 * declarations stay short.
 */
export interface Plugin<Id extends string = string, F = unknown, A = unknown> {
  readonly id: Id
  readonly spec: PluginSpec<Collections, Commands, Queries>
  readonly _face?: F
  readonly _adds?: A
}

/** A record of plugins in which each key equals its plugin's id. */
export type Plugins<P> = { readonly [K in keyof P]: Plugin<Extract<K, string>> }

/**
 * Defines a plugin.
 *
 * @example
 * export const notes = () => plugin("notes", { entities: [Note], collections: { notes: Note } })
 */
export const plugin = <
  const Id extends string,
  const L extends Collections = Record<never, never>,
  const C extends Commands = Record<never, never>,
  const Q extends Queries = Record<never, never>,
  const X extends readonly ExtensionBy<Id>[] = readonly [],
  const R extends Collections = Record<never, never>,
>(
  id: Id,
  spec: PluginSpec<L, C, Q, X, R>,
): Plugin<Id, Face<L, C, Q, R>, AdditionsOf<X, Id>> => ({ id, spec })

/** An extension under the plugin's own id. */
type ExtensionBy<Id extends string> = Extension<Entity, { readonly [K in Id]: AddedFields[string] }>

/** The fields that a plugin adds to others' entities, for its named interface. */
export type AddsOf<P> = P extends { readonly _adds?: infer A } ? A : never

/** The entities that callers may read, by the name of their collection: those that they may change too, and the others. */
export const readableOf = ({
  spec: { collections = {}, reads = {} },
}: Plugin): readonly (readonly [string, Entity])[] => [...Object.entries(collections), ...Object.entries(reads)]

/** A plugin acts for a user with what it is granted itself beside the user's own rights. */
export const grantedTo = ({ spec: { grants = [] } }: Plugin, actor: Actor): Actor =>
  grants.length === 0 ? actor : { ...actor, grants: [...actor.grants, ...grants] }

/** The calls of a plugin, for its named interface. */
export type FaceOf<P> = P extends { readonly _face?: infer F } ? F : never
