/** The plan of a store: what the planner drafts, with its doubts put to the rows. */
import type { Cell, SchemaAbout, SchemaPlan, SchemaRefused } from "@anbud/core"
import type { RawBuilder } from "kysely"
import type { Compile } from "../compiler.ts"
import type { Connection, Differences } from "../differences.ts"
import type { StoredTables } from "../storedTable.ts"
import type { Doubt } from "./alteration.ts"
import { type Ledger, readLedger } from "./ledger.ts"
import type { Action, PlannedStep } from "./plannedStep.ts"
import { type Draft, draftPlan, namesToLookAt } from "./planSchema.ts"

/** A plan, and what it was made from. */
export interface Planned {
  readonly plan: SchemaPlan
  readonly draft: Draft
  readonly ledger: Ledger
}

/** Plans on a connection that is inside a transaction; nothing is changed. */
export const planSchema = async (
  connection: Connection,
  tables: StoredTables,
  differences: Differences,
  compile: Compile,
  about: SchemaAbout,
): Promise<Planned> => {
  const ledger = await readLedger(connection, differences, compile)
  const actual = new Map()
  for (const name of namesToLookAt(tables, ledger, differences)) {
    const table = await differences.schema.introspect(connection, name)
    if (table !== null) actual.set(name, table)
  }
  const draft = draftPlan({ tables, about, ledger, actual }, differences)
  const refused = [...draft.refused, ...(await confirmed(draft.doubts, connection, compile))]
  const steps = draft.steps.map(({ verb, table, text, actions, last }) => ({
    verb,
    plugin: table.definition.owner,
    table: table.definition.name,
    text,
    sql: [...actions, ...last].flatMap((action) => statementsOf(action, compile)),
  }))
  const state = refused.length > 0 ? "refused" : steps.length > 0 || hasNews(ledger, draft) ? "pending" : "current"
  return { plan: { state, isEmpty: ledger.format === undefined, steps, refused, kept: draft.kept }, draft, ledger }
}

/** Columns and tables that are to be left from now on: nothing runs for them, but the store must know. */
const hasNews = (ledger: Ledger, { keptColumns, retired }: Draft): boolean =>
  [...keptColumns].some(([table, columns]) => columns.some((name) => !ledger.kept.get(table)?.includes(name))) ||
  [...retired.keys()].some((name) => !ledger.retired.has(name))

const confirmed = async (
  doubts: readonly Doubt[],
  connection: Connection,
  compile: Compile,
): Promise<readonly SchemaRefused[]> => {
  const refused: SchemaRefused[] = []
  for (const { ask, refusal } of doubts) {
    const { sql, parameters } = compile(ask.fragment)
    const found = await connection.run(sql, parameters)
    const rows = ask.kind === "count" ? Number(found[0]?.["n"] ?? 0) : duplicates(found, ask.make)
    if (rows > 0) refused.push(refusal(rows))
  }
  return refused
}

const duplicates = (rows: readonly Readonly<Record<string, Cell>>[], make: (value: Cell) => Cell): number => {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const key = JSON.stringify([row["tenant"], make(row["value"] ?? null)])
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts.values()].filter((count) => count > 1).reduce((total, count) => total + count, 0)
}

const statementsOf = (action: Action, compile: Compile): readonly string[] => {
  const text = (fragment: RawBuilder<unknown>): string => compile(fragment).sql.replace(/\s+/g, " ").trim()
  if (action.kind === "run") return [text(action.fragment)]
  if (action.kind === "replace") return action.fragments.map(text)
  return [`-- each row gets its ${action.column.stored}, made of ${action.from.stored}`]
}

/** The steps of a plan that run before all references, and those references. */
export const actionsOf = (steps: readonly PlannedStep[]): readonly Action[] => [
  ...steps.flatMap(({ actions }) => actions),
  ...steps.flatMap(({ last }) => last),
]
