/**
 * Schema plans: the way from the tables that a store has to those that the plugins define.
 *
 * A plan only adds. What would lose data is refused, with the number of rows it is about and what to do instead; what
 * no definition names any more stays where it is.
 */

/** What a step does. `rebuild` copies a table into a new one with the changes; `alter` changes it where it is. */
export type SchemaVerb =
  | "createTable"
  | "rename"
  | "addColumn"
  | "backfill"
  | "addUnique"
  | "addIndex"
  | "rebuild"
  | "alter"

/** One step of a plan, on one table. */
export interface SchemaStep {
  readonly verb: SchemaVerb
  /** The plugin that owns the table. */
  readonly plugin: string
  /** The table by the engine's name. */
  readonly table: string
  /** What happens, in plain words. */
  readonly text: string
  /** The statements, as they are run. */
  readonly sql: readonly string[]
}

/** Why a plan cannot be carried out. */
export type SchemaObstacle =
  | "TableInTheWay"
  | "TableLost"
  | "TableDropped"
  | "OtherOwner"
  | "FieldDropped"
  | "TypeChanged"
  | "KeyChanged"
  | "RequiredWithoutDefault"
  | "ValuesNarrowed"
  | "NotUnique"
  | "ReferenceDangling"
  | "Drift"
  | "FormatUnknown"

/** Something that a plan will not do. */
export interface SchemaRefused {
  readonly obstacle: SchemaObstacle
  readonly plugin: string
  readonly table: string
  readonly column?: string
  /** How many rows it is about. */
  readonly rows: number
  /** What is wrong, in plain words. */
  readonly text: string
  /** What to do instead. */
  readonly fix: string
}

/** A column, or a whole table, that stays though no definition names it any more. */
export interface SchemaKept {
  readonly table: string
  readonly column?: string
}

/** What separates a store from the definitions, as data; `planText` prints it. */
export interface SchemaPlan {
  /** `current`: nothing to do; `pending`: `steps` can be applied; `refused`: some of it cannot. */
  readonly state: "current" | "pending" | "refused"
  /** Whether the store has nothing yet. */
  readonly isEmpty: boolean
  readonly steps: readonly SchemaStep[]
  readonly refused: readonly SchemaRefused[]
  readonly kept: readonly SchemaKept[]
}

/** What a store should know beside the tables. */
export interface SchemaAbout {
  /** The release of each plugin, by its id. */
  readonly releases?: Readonly<Record<string, string>>
  /** Tables that stay, though no definition names them any more. */
  readonly retired?: readonly string[]
}

/**
 * A plan as text, for people: each step with its statements, each refusal with its fix.
 *
 * @example planText(await engine.schema.plan()) // "The store is current."
 */
export const planText = (plan: SchemaPlan, { sql = false }: { readonly sql?: boolean } = {}): string =>
  [
    headline(plan),
    ...plan.refused.flatMap(({ table, text, fix }) => [`✗ ${table}: ${text}`, `    ${fix}`]),
    ...plan.steps.flatMap((step) => [
      `${plan.state === "refused" ? "·" : "+"} ${step.table} (${step.plugin}): ${step.text}`,
      ...(sql ? step.sql.map((statement) => `    ${statement};`) : []),
    ]),
    ...plan.kept.map(({ table, column }) =>
      column === undefined
        ? `= ${table}: the table stays and is read no more`
        : `= ${table}: the column ${column} stays and is read no more`,
    ),
  ].join("\n")

const headline = ({ state, isEmpty, steps, refused }: SchemaPlan): string => {
  const count = `${steps.length} step${steps.length === 1 ? "" : "s"}`
  if (state === "current") return "The store is current."
  if (state === "pending") return isEmpty ? `The store is empty: ${count} build it.` : `${count} to apply.`
  return `Nothing will be applied: ${refused.length} of the changes would lose data or cannot be made.`
}
