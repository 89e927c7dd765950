/** Column changes: how the columns of a table come from what they are to what the definition says. */
import type { Column } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import type { ActualTable, Differences } from "../differences.ts"
import { identifier } from "../identifier.ts"
import { type StoredColumn, TENANT } from "../storedTable.ts"
import { type Alteration, type Doubt, refusedAt, rowsText, type TableChange, type TableInStore } from "./alteration.ts"
import { checkOf } from "./tableSql.ts"

type ActualColumn = ActualTable["columns"][number]
type Changes = Omit<TableChange, "table">

/** Where the columns of the definition are now: by their own name, by the one that they had, or not there yet. */
export type Places = ReadonlyMap<string, ActualColumn | null>

/** Finds each column of the definition among those of the store. */
export const placesOf = ({ table, actual, keptBefore, built }: TableInStore): Places => {
  const wanted = new Set(table.columns.map(({ stored }) => stored))
  const isOurs = (name: string): boolean =>
    keptBefore.includes(name) || built.columns.some(({ stored }) => stored === name)
  return new Map(
    table.columns.map(({ name, stored, was }) => {
      const before = was === undefined ? undefined : identifier(was)
      const named = actual.columns.find((column) => column.name === stored)
      const renamed = actual.columns.find((column) => column.name === before && !wanted.has(column.name))
      return [name, named ?? (renamed !== undefined && isOurs(renamed.name) ? renamed : null)]
    }),
  )
}

/** The changes of all columns of a table. */
export const columnChanges = (at: TableInStore, places: Places, differences: Differences): Changes => {
  const parts = at.table.columns.map((column) => {
    const now = places.get(column.name) ?? null
    return now === null ? addition(at, column) : alteration(at, column, now, differences)
  })
  const taken = new Set([TENANT, ...[...places.values()].flatMap((column) => (column === null ? [] : [column.name]))])
  const left = at.actual.columns.filter(({ name }) => !taken.has(name)).map((column) => departure(at, column))
  return joined([...parts, ...left])
}

/** Several changes of one table as one. */
export const joined = (parts: readonly Partial<Changes>[]): Changes => ({
  alterations: parts.flatMap(({ alterations = [] }) => alterations),
  doubts: parts.flatMap(({ doubts = [] }) => doubts),
  refused: parts.flatMap(({ refused = [] }) => refused),
  kept: parts.flatMap(({ kept = [] }) => kept),
})

const addition = (at: TableInStore, column: StoredColumn): Partial<Changes> => {
  const { nullable, fill, fillFrom } = column
  if (fillFrom !== undefined) {
    const from = at.table.column(fillFrom.column)
    const filled: readonly Alteration[] = [
      { kind: "addColumn", column: { ...column, nullable: true } },
      { kind: "backfill", column, from, make: fillFrom.make },
    ]
    return { alterations: nullable ? filled : [...filled, { kind: "require", column }] }
  }
  if (nullable || fill !== undefined) return { alterations: [{ kind: "addColumn", column }] }
  return { alterations: [{ kind: "addColumn", column }], doubts: [requiredOf(at, column, sql`true`)] }
}

const requiredOf = (at: TableInStore, column: StoredColumn, where: RawBuilder<unknown>): Doubt => ({
  ask: { kind: "count", fragment: sql`select count(*) as "n" from ${at.ref} where ${where}` },
  refusal: (rows) =>
    refusedAt(at.table)(
      "RequiredWithoutDefault",
      rows,
      `the column ${column.stored} is required and has no default, and ${rowsText(rows)} would be without it`,
      `1. Make the field optional(…) and apply. 2. Fill it in those rows. 3. Make it required and apply again. Or give it a default: defaulted(…, value).`,
      column.stored,
    ),
})

const alteration = (
  at: TableInStore,
  column: StoredColumn,
  now: ActualColumn,
  { schema }: Differences,
): Partial<Changes> => {
  const built = at.built.columns.find(({ stored }) => stored === now.name)
  if (built === undefined && !at.keptBefore.includes(now.name)) {
    const text = `a column ${now.name} exists, but it is not ours`
    return { refused: [refusedAt(at.table)("Drift", 0, text, "Give one of the two another name.", now.name)] }
  }
  const renames: readonly Alteration[] =
    now.name === column.stored ? [] : [{ kind: "renameColumn", from: now.name, column }]
  const parts = [{ alterations: renames }, typeChange(at, column, now, built, schema.columns[column.type].reported)]
  if (column.nullable && !now.nullable) parts.push({ alterations: [{ kind: "relax", column: column.stored }] })
  if (!column.nullable && now.nullable) parts.push(requirement(at, column, now))
  return joined(parts)
}

const requirement = (at: TableInStore, column: StoredColumn, now: ActualColumn): Partial<Changes> => {
  const alterations: readonly Alteration[] = [{ kind: "require", column }]
  if (column.fill !== undefined) return { alterations }
  return { alterations, doubts: [requiredOf(at, column, sql`${sql.id(now.name)} is null`)] }
}

const typeChange = (
  at: TableInStore,
  column: StoredColumn,
  now: ActualColumn,
  built: Column | undefined,
  reported: string,
): Partial<Changes> => {
  const ref = sql.id(now.name)
  const filled = sql`select count(*) as "n" from ${at.ref} where ${ref} is not null`
  const isText = built?.type === "text" && column.type === "json"
  if (now.type !== reported || isText) {
    const refusal = (rows: number) =>
      refusedAt(at.table)(
        "TypeChanged",
        rows,
        `the column ${now.name} holds ${built?.type ?? now.type}, not ${column.type}, in ${rowsText(rows)}`,
        "Add a field of the new type under another name, copy the values, and list the old one in retired: […] of the entity.",
        now.name,
      )
    return {
      alterations: [{ kind: "retype", column }],
      doubts: [{ ask: { kind: "count", fragment: filled }, refusal }],
    }
  }
  if (built !== undefined && rulesOf(built) === rulesOf(column)) return {}
  const alterations: readonly Alteration[] = [{ kind: "recheck", column }]
  const check = checkOf(column, ref)
  if (check === null || (built !== undefined && isWider(built, column))) return { alterations }
  const fragment = sql`select count(*) as "n" from ${at.ref} where not (${check})`
  const refusal = (rows: number) =>
    refusedAt(at.table)(
      "ValuesNarrowed",
      rows,
      `the column ${now.name} is to accept only ${rulesOf(column)}, and ${rowsText(rows)} hold another value`,
      "Change those rows first, or keep accepting the value.",
      now.name,
    )
  return { alterations, doubts: [{ ask: { kind: "count", fragment }, refusal }] }
}

/** The values that a column accepts, in words. */
export const rulesOf = ({ type, values, min }: Column): string =>
  values ? values.join(", ") : min === undefined ? `any ${type}` : `${type} from ${min}`

const isWider = (before: Column, after: Column): boolean => {
  if (before.type !== after.type) return before.type === "boolean"
  if (after.values === undefined) return (after.min ?? -Infinity) <= (before.min ?? -Infinity)
  return before.values?.every((value) => after.values?.includes(value)) ?? false
}

/** A column that no definition names. It is never dropped, only set free to be empty. */
const departure = (at: TableInStore, column: ActualColumn): Partial<Changes> => {
  const { name, nullable } = column
  const kept: Partial<Changes> = {
    kept: [column],
    alterations: nullable ? [] : [{ kind: "relax", column: name }],
  }
  if (at.keptBefore.includes(name)) return kept
  const refused = refusedAt(at.table)
  if (!at.built.columns.some(({ stored }) => stored === name)) {
    const text = `the column ${name} is in the store but not defined`
    return { refused: [refused("Drift", 0, text, "Somebody added it by hand: drop it, or rename it.", name)] }
  }
  if (at.table.definition.retired?.some((retired) => identifier(retired) === name)) return kept
  const fragment = sql`select count(*) as "n" from ${at.ref} where ${sql.id(name)} is not null`
  const refusal = (rows: number) =>
    refused(
      "FieldDropped",
      rows,
      `no definition names the column ${name} any more, and ${rowsText(rows)} hold a value in it`,
      `If the field has another name now, say so there: was: "…". If it is gone, list it in retired: […] of the entity: the column stays with its values and is read no more.`,
      name,
    )
  return { ...kept, doubts: [{ ask: { kind: "count", fragment }, refusal }] }
}
