/**
 * The planner: from the tables that a store has, the definitions and the ledger to steps and refusals.
 *
 * `draftPlan` looks at no row and changes nothing; what depends on rows it leaves as doubts. It plans nothing for a
 * table that the ledger does not give to the plugin that defines it, and nothing that drops what holds values.
 */
import type { SchemaAbout, SchemaKept, SchemaRefused, Table } from "@anbud/core"
import { sql } from "kysely"
import type { ActualTable, Differences } from "../differences.ts"
import { type StoredTable, type StoredTables, storedTableName, storedTables, tableRef } from "../storedTable.ts"
import { type Doubt, refusedAt, rowsText, type TableChange, type TableInStore } from "./alteration.ts"
import { stepsInPlace } from "./alterInPlace.ts"
import { columnChanges, joined, placesOf } from "./columnChanges.ts"
import { keyChanges } from "./keyChanges.ts"
import { FORMAT, type Ledger } from "./ledger.ts"
import { type PlannedStep, run } from "./plannedStep.ts"
import { rebuildSteps, rebuiltName } from "./rebuild.ts"
import { isUnguarded } from "./schemaDifferences.ts"
import { createIndexes, createTable, referenceSql } from "./tableSql.ts"

/** What the planner looks at. */
export interface Found {
  readonly tables: StoredTables
  readonly about: SchemaAbout
  readonly ledger: Ledger
  /** What the database has, by its own names: every table that a definition or the ledger names, if it is there. */
  readonly actual: ReadonlyMap<string, ActualTable>
}

/** A plan before any row was looked at. */
export interface Draft {
  readonly steps: readonly PlannedStep[]
  readonly doubts: readonly Doubt[]
  readonly refused: readonly SchemaRefused[]
  readonly kept: readonly SchemaKept[]
  /** What the ledger is to say of kept columns, by table. */
  readonly keptColumns: ReadonlyMap<string, readonly string[]>
  /** The tables that stay though no definition names them. */
  readonly retired: ReadonlyMap<string, Table>
  /** The tables that are changed or created. */
  readonly touched: readonly StoredTable[]
}

/** The names under which the database may have tables that concern a plan. */
export const namesToLookAt = (
  tables: StoredTables,
  ledger: Ledger,
  { names, schema }: Differences,
): readonly string[] => {
  const wanted = tables.all.flatMap(({ stored }) => (schema.altersInPlace ? [stored] : [stored, rebuiltName(stored)]))
  const known = [...ledger.tables.keys(), ...ledger.retired.keys()].map((name) => storedTableName(name, names))
  return [...new Set([...wanted, ...known])]
}

/** Plans; see the top of this file. */
export const draftPlan = (found: Found, differences: Differences): Draft => {
  const { ledger } = found
  if (ledger.format !== undefined && ledger.format !== FORMAT) return formatUnknown(ledger.format)
  const befores = new Map(found.tables.all.map((table) => [table, tableBefore(table, found)]))
  const renamed = new Map(
    [...befores].flatMap(([{ stored }, before]) =>
      before === null || storedTableName(before.name, differences.names) === stored
        ? []
        : [[storedTableName(before.name, differences.names), stored] as const],
    ),
  )
  const parts = [...befores].map(([table, before]) =>
    before === null ? creation(table, found, differences) : change(table, before, befores, renamed, found, differences),
  )
  return together([...parts, ...departures(found, befores, differences)])
}

type Part = Partial<Omit<Draft, "keptColumns" | "retired">> & {
  readonly keptColumns?: readonly (readonly [string, readonly string[]])[]
  readonly retired?: readonly Table[]
}

const together = (parts: readonly Part[]): Draft => ({
  // Names first: a new table may take a name that another one gives up, and new references may lead to it.
  steps: parts
    .flatMap(({ steps = [] }) => steps)
    .sort((a, b) => Number(b.verb === "rename") - Number(a.verb === "rename")),
  doubts: parts.flatMap(({ doubts = [] }) => doubts),
  refused: parts.flatMap(({ refused = [] }) => refused),
  kept: parts.flatMap(({ kept = [] }) => kept),
  keptColumns: new Map(parts.flatMap(({ keptColumns = [] }) => keptColumns)),
  retired: new Map(parts.flatMap(({ retired = [] }) => retired).map((table) => [table.name, table])),
  touched: parts.flatMap(({ touched = [] }) => touched),
})

/** The ledger's definition of a table under its present or its former name. */
const tableBefore = ({ definition: { name, was } }: StoredTable, { ledger, tables }: Found): Table | null => {
  const known = ledger.tables.get(name) ?? ledger.retired.get(name)
  if (known !== undefined) return known
  const isFree = was !== undefined && !tables.all.some(({ definition }) => definition.name === was)
  return (isFree ? ledger.tables.get(was) : undefined) ?? null
}

const creation = (table: StoredTable, { actual, tables }: Found, differences: Differences): Part => {
  if (actual.has(table.stored)) return { refused: [inTheWay(table)] }
  const references = differences.schema.foreignKeysInline
    ? []
    : table.definition.foreignKeys.map((key) => sql`alter table ${table.ref} add ${referenceSql(table, key, tables)}`)
  const guards = differences.tenantBelt?.guard(table.ref) ?? []
  const actions = run(createTable(table, tables, differences), ...createIndexes(table, differences), ...guards)
  const step: PlannedStep = { verb: "createTable", table, text: "create the table", actions, last: run(...references) }
  return { steps: [step], touched: [table] }
}

const inTheWay = (table: StoredTable, name = table.definition.name): SchemaRefused =>
  refusedAt(table)(
    "TableInTheWay",
    0,
    name === table.definition.name
      ? "a table of this name exists, but it is not ours"
      : `a table ${name} exists, but it is not ours`,
    "Rename that table, or give the store another prefix or schema.",
  )

const change = (
  table: StoredTable,
  before: Table,
  befores: ReadonlyMap<StoredTable, Table | null>,
  renamedTables: ReadonlyMap<string, string>,
  found: Found,
  differences: Differences,
): Part => {
  const { names, schema } = differences
  if (before.owner !== table.definition.owner) return { refused: [otherOwner(table, before.owner)] }
  const stored = storedTableName(before.name, names)
  const actual = found.actual.get(stored)
  if (actual === undefined) return { refused: [lost(table)] }
  if (stored !== table.stored && found.actual.has(table.stored)) return { refused: [inTheWay(table)] }
  const rebuilt = rebuiltName(table.stored)
  if (found.actual.has(rebuilt)) return { refused: [inTheWay(table, rebuilt)] }
  const [built] = storedTables([before], differences).all
  if (built === undefined) throw new Error("A table was lost between its definition and its names.")
  const at: TableInStore = {
    table,
    tables: found.tables,
    built,
    actual,
    ref: tableRef(stored, names),
    keptBefore: found.ledger.kept.get(before.name) ?? [],
    renamedTables,
    nowAt: (name) => {
      const other = befores.get(found.tables.table(name)) ?? null
      return other === null ? null : tableRef(storedTableName(other.name, names), names)
    },
  }
  const places = placesOf(at)
  const renames = stored === table.stored ? [] : [{ alterations: [{ kind: "renameTable", from: stored } as const] }]
  const guards = isUnguarded(actual, differences) ? [{ alterations: [{ kind: "guard" } as const] }] : []
  const merged: TableChange = {
    table,
    ...joined([...renames, columnChanges(at, places, differences), ...keyChanges(at, places), ...guards]),
  }
  const steps =
    merged.alterations.length === 0
      ? []
      : schema.altersInPlace
        ? stepsInPlace(merged, at, found.tables, differences)
        : rebuildSteps(merged, found.tables, differences)
  const { name } = table.definition
  return {
    steps,
    doubts: merged.doubts,
    refused: merged.refused,
    kept: merged.kept.map((column) => ({ table: name, column: column.name })),
    keptColumns: [[name, merged.kept.map((column) => column.name)]],
    touched: steps.length > 0 ? [table] : [],
  }
}

const otherOwner = (table: StoredTable, owner: string): SchemaRefused =>
  refusedAt(table)(
    "OtherOwner",
    0,
    `the table belongs to the plugin ${owner}`,
    "A plugin cannot take another one's table: give the entity another name.",
  )

const lost = (table: StoredTable): SchemaRefused =>
  refusedAt(table)(
    "TableLost",
    0,
    "the store knows the table, but it is not there any more",
    "Somebody dropped it: restore it from a backup.",
  )

/** The tables of loaded plugins that no definition names any more. Those of plugins that are not loaded are left alone. */
const departures = (
  { tables, ledger, about, actual }: Found,
  befores: ReadonlyMap<StoredTable, Table | null>,
  differences: Differences,
): readonly Part[] => {
  const owners = new Set(tables.all.map(({ definition }) => definition.owner))
  const taken = new Set([...befores.values()].flatMap((before) => (before === null ? [] : [before.name])))
  const gone = [...ledger.tables.values()].filter(({ name, owner }) => owners.has(owner) && !taken.has(name))
  const before = [...ledger.retired.values()].filter(({ name }) => !taken.has(name))
  const isThere = ({ name }: Table): boolean => actual.has(storedTableName(name, differences.names))
  const stays = (table: Table): Part => ({ kept: [{ table: table.name }], retired: [table] })
  return [
    ...before.filter(isThere).map(stays),
    ...gone.filter(isThere).map((table): Part => {
      if (about.retired?.includes(table.name)) return stays(table)
      const ref = tableRef(storedTableName(table.name, differences.names), differences.names)
      const fragment = sql`select count(*) as "n" from ${ref}`
      return {
        ...stays(table),
        doubts: [{ ask: { kind: "count", fragment }, refusal: (rows) => dropped(table, rows) }],
      }
    }),
  ]
}

const dropped = ({ name, owner }: Table, rows: number): SchemaRefused => ({
  obstacle: "TableDropped",
  plugin: owner,
  table: name,
  rows,
  text: `no definition of ${owner} names the table any more, and it has ${rowsText(rows)}`,
  fix: `If the entity has another name now, say so there: was: "…". If it is gone, list it in retired: […] of the plugin: the table stays with its rows and is read no more.`,
})

const formatUnknown = (format: string): Draft =>
  together([
    {
      refused: [
        {
          obstacle: "FormatUnknown",
          plugin: "kernel",
          table: "meta",
          rows: 0,
          text: `the store has format ${format}, this version of the engine reads ${FORMAT}`,
          fix: "Run the version of the engine that wrote it.",
        },
      ],
    },
  ])
