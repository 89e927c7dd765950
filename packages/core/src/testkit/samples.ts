/** Samples: made-up values for the fields of collections and commands, and records made of them. */
import type { Entity } from "../kernel/entity.ts"
import type { Field, Fields } from "../kernel/field.ts"
import type { Plugin } from "../kernel/plugin.ts"
import { collectionOf, type LooseSession, outcomeOfCall, type PluginSubject, type Samples } from "./pluginCase.ts"

/** The ids of records that were made, by the entity's name. */
export type Made = Map<string, string>

/** A collection of a plugin. */
export interface ListedCollection {
  /** `plugin.collection`. */
  readonly path: string
  readonly plugin: string
  readonly name: string
  readonly entity: Entity
}

/** The collections of plugins. */
export const collectionsOf = (plugins: Readonly<Record<string, Plugin>>): readonly ListedCollection[] =>
  Object.values(plugins).flatMap(({ id, spec }) =>
    Object.entries(spec.collections ?? {}).map(([name, entity]) => ({
      path: `${id}.${name}`,
      plugin: id,
      name,
      entity,
    })),
  )

/** Texts to try where a field asks for a form. */
const TEXTS = ["SEK", "SE", "Europe/Stockholm", "a", "A1", "a1", "2025", "sv", "a@b.se", "08:00", "5560125790"]

/** A value of a field, undefined where none can be made up. */
const sampleValue = ({ spec }: Field, name: string, made: Made): unknown => {
  switch (spec.kind) {
    case "text":
      return [`${name} 1`.slice(0, spec.maxLength), ...TEXTS].find(
        (text) => text.length <= spec.maxLength && (spec.pattern?.test(text) ?? true),
      )
    case "integer":
    case "duration":
      return Math.min(Math.max(1, spec.min), spec.max)
    case "percent":
      return 0
    case "decimal":
    case "price":
    case "quantity":
      return "1"
    case "money":
      return { minor: 100, currency: "SEK" }
    case "date":
      return "2025-03-14"
    case "instant":
      return "2025-03-14T08:00:00.000Z"
    case "zoned":
      return { local: "2025-03-14T08:00", zone: "Europe/Stockholm" }
    case "boolean":
      return false
    case "choice":
      return spec.of[0]
    case "ref":
      return made.get(spec.entity().name)
    default:
      return undefined
  }
}

/** Values for the required fields, and the names of those for which there is none. */
export const sampleOf = (
  fields: Fields,
  made: Made,
): { readonly values: Readonly<Record<string, unknown>>; readonly missing: readonly string[] } => {
  const values: Record<string, unknown> = {}
  const missing: string[] = []
  for (const [name, field] of Object.entries(fields)) {
    if (field.presence !== "required") continue
    const value = sampleValue(field, name, made)
    if (value === undefined) missing.push(name)
    else values[name] = value
  }
  return { values, missing }
}

/** What became of making records. */
export interface SampleRecords {
  /** The ids of records by the paths of their collections. */
  readonly records: Map<string, string>
  readonly made: Made
  /** Why a collection has none, by its path. */
  readonly refused: Map<string, string>
}

/** Makes one record in each collection that takes one, those first that others refer to. */
export const makeSamples = async (
  session: LooseSession,
  plugins: Readonly<Record<string, Plugin>>,
  { samples, prepare }: Pick<PluginSubject, "samples" | "prepare">,
): Promise<SampleRecords> => {
  const found: SampleRecords = { records: new Map(), made: new Map(), refused: new Map() }
  await fillCollections(session, plugins, samples, found)
  // What commands leave behind may be what the other collections refer to.
  const prepared = await prepare(session as never, found.made).catch(() => ({}))
  for (const [entity, id] of Object.entries(prepared)) found.made.set(entity, id)
  await fillCollections(session, plugins, samples, found)
  return found
}

const fillCollections = async (
  session: LooseSession,
  plugins: Readonly<Record<string, Plugin>>,
  samples: Samples,
  { records, made, refused }: SampleRecords,
): Promise<void> => {
  for (let before = -1; before !== records.size; ) {
    before = records.size
    for (const one of collectionsOf(plugins)) {
      if (records.has(one.path)) continue
      const sample = await sampleRecord(session, one, samples[one.path] ?? {}, made)
      if ("why" in sample) refused.set(one.path, sample.why)
      else {
        records.set(one.path, sample.id)
        made.set(one.entity.name, sample.id)
        refused.delete(one.path)
      }
    }
  }
}

const sampleRecord = async (
  session: LooseSession,
  { plugin, name, entity }: ListedCollection,
  sample: Readonly<Record<string, unknown>>,
  made: Made,
): Promise<{ readonly id: string } | { readonly why: string }> => {
  const { values, missing } = sampleOf(entity.fields, made)
  const given = resolved(sample, made)
  const lacking = missing.filter((field) => !Object.hasOwn(given, field))
  if (lacking.length > 0) return { why: `there is no value for ${lacking.join(", ")}` }
  const create = collectionOf(session, plugin, name)["create"]
  const outcome = await outcomeOfCall(() => create?.({ ...values, ...given }) as never)
  if ("bug" in outcome) return { why: `it broke: ${outcome.bug}` }
  if (outcome.ok) return { id: (outcome.value as { readonly id: string }).id }
  return (await firstRecord(session, plugin, name)) ?? { why: outcome.error.message }
}

/** What hooks and commands have left in a collection. */
const firstRecord = async (session: LooseSession, plugin: string, name: string) => {
  const listed = await outcomeOfCall(() => collectionOf(session, plugin, name)["list"]?.({ limit: 1 }) as never)
  if ("bug" in listed || !listed.ok) return null
  return (listed.value as { readonly items: readonly { readonly id: string }[] }).items[0] ?? null
}

/** A sample may refer to a record that was made: `"@company"`. */
export const resolved = (values: Readonly<Record<string, unknown>>, made: Made): Readonly<Record<string, unknown>> =>
  JSON.parse(JSON.stringify(values), (_, value: unknown) =>
    typeof value === "string" && value.startsWith("@") ? (made.get(value.slice(1)) ?? value) : value,
  ) as Readonly<Record<string, unknown>>
