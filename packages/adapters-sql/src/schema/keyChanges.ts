/** Key changes: how the keys, references and indexes of a table come from what they are to what the definition says. */
import type { ForeignKey } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import { TENANT } from "../storedTable.ts"
import { type Doubt, refusedAt, rowsText, type TableChange, type TableInStore } from "./alteration.ts"
import type { Places } from "./columnChanges.ts"

type Changes = Partial<Omit<TableChange, "table">>

/** The changes of all keys of a table whose columns are at these places. */
export const keyChanges = (at: TableInStore, places: Places): readonly Changes[] => {
  const renamed = new Map(
    at.table.columns.flatMap(({ name, stored }) => {
      const now = places.get(name)
      return now ? [[now.name, stored] as const] : []
    }),
  )
  /** The columns of a key of the store, under the names that they are to have. */
  const after = (columns: readonly string[]): string => columns.map((name) => renamed.get(name) ?? name).join(", ")
  const wanted = (columns: readonly string[]): string =>
    [TENANT, ...columns.map((name) => at.table.column(name).stored)].join(", ")
  const { definition } = at.table
  return [
    ...(after(at.actual.primaryKey) === wanted(definition.primaryKey) ? [] : [{ refused: [otherKey(at)] }]),
    uniqueChanges(at, places, after, wanted),
    referenceChanges(at, places, after, wanted),
    {
      alterations: definition.indexes
        .filter((index) => !at.actual.indexes.some((columns) => after(columns) === wanted(index)))
        .map((columns) => ({ kind: "addIndex", columns })),
    },
    { refused: at.actual.flaws.map((flaw) => drift(at, `the table ${flaw}`)) },
  ]
}

type Words = (columns: readonly string[]) => string

const uniqueChanges = (at: TableInStore, places: Places, after: Words, wanted: Words): Changes => {
  const { uniques } = at.table.definition
  const added = uniques.filter((unique) => !at.actual.uniques.some((columns) => after(columns) === wanted(unique)))
  const left = at.actual.uniques.filter((columns) => !uniques.some((unique) => after(columns) === wanted(unique)))
  const isOurs = (columns: readonly string[]): boolean =>
    at.built.definition.uniques.some((unique) => storedKey(at, unique) === columns.join(", "))
  return {
    alterations: [
      ...left.filter(isOurs).map((columns) => ({ kind: "dropUnique", columns }) as const),
      ...added.map((columns) => ({ kind: "addUnique", columns }) as const),
    ],
    doubts: added.flatMap((unique) => duplicatesOf(at, places, unique)),
    refused: left
      .filter((columns) => !isOurs(columns))
      .map((columns) => drift(at, `the unique key (${columns.join(", ")}) is in the store but not defined`)),
  }
}

const storedKey = (at: TableInStore, columns: readonly string[]): string =>
  [TENANT, ...columns.map((name) => at.built.column(name).stored)].join(", ")

const duplicatesOf = (at: TableInStore, places: Places, unique: readonly string[]): readonly Doubt[] => {
  const columns = unique.map((name) => at.table.column(name))
  const refusal = (rows: number) =>
    refusedAt(at.table)(
      "NotUnique",
      rows,
      `(${columns.map(({ stored }) => stored).join(", ")}) is to be unique, and ${rowsText(rows)} hold a value that another one holds`,
      "Change those rows first.",
      columns[0]?.stored,
    )
  const made = columns.find(({ name, fillFrom }) => fillFrom !== undefined && places.get(name) === null)
  if (made?.fillFrom !== undefined) {
    const now = places.get(made.fillFrom.column)
    if (!now || columns.length > 1) return []
    const value = sql.id(now.name)
    const fragment = sql`select ${sql.id(TENANT)} as "tenant", ${value} as "value" from ${at.ref} where ${value} is not null`
    return [{ ask: { kind: "duplicates", fragment, make: made.fillFrom.make }, refusal }]
  }
  // A column that is still to be added is empty, and empty values are never equal, or has one value everywhere.
  if (columns.some(({ name, fill }) => places.get(name) === null && fill === undefined)) return []
  const present = columns.flatMap(({ name }) => {
    const now = places.get(name)
    return now ? [sql.id(now.name)] : []
  })
  const filled = sql.join([sql`true`, ...present.map((ref) => sql`${ref} is not null`)], sql` and `)
  const groups = sql.join([sql.id(TENANT), ...present])
  const fragment = sql`
    select coalesce(sum("n"), 0) as "n" from (
      select count(*) as "n" from ${at.ref} where ${filled} group by ${groups} having count(*) > 1) as "g"`
  return [{ ask: { kind: "count", fragment }, refusal }]
}

const referenceChanges = (at: TableInStore, places: Places, after: Words, wanted: Words): Changes => {
  const { foreignKeys } = at.table.definition
  const wantedText = (key: ForeignKey): string => {
    const target = at.tables.table(key.table)
    const columns = [TENANT, ...key.references.map((name) => target.column(name).stored)]
    return `${wanted(key.columns)} → ${target.stored} ${columns.join(", ")}`
  }
  const actual = at.actual.foreignKeys.map((key) => ({
    key,
    text: `${after(key.columns)} → ${at.renamedTables.get(key.table) ?? key.table} ${key.references.join(", ")}`,
  }))
  const added = foreignKeys.filter((key) => !actual.some(({ text }) => text === wantedText(key)))
  const left = actual.filter(({ text }) => !foreignKeys.some((key) => text === wantedText(key)))
  const isOurs = (columns: readonly string[]): boolean =>
    at.built.definition.foreignKeys.some((key) => storedKey(at, key.columns) === columns.join(", "))
  return {
    alterations: [
      ...left
        .filter(({ key }) => isOurs(key.columns))
        .map(({ key }) => ({ kind: "dropReference", columns: key.columns }) as const),
      ...added.map((key) => ({ kind: "addReference", key }) as const),
    ],
    doubts: added.flatMap((key) => danglingOf(at, places, key)),
    refused: left
      .filter(({ key }) => !isOurs(key.columns))
      .map(({ text }) => drift(at, `the reference ${text} is in the store but not defined`)),
  }
}

const danglingOf = (at: TableInStore, places: Places, key: ForeignKey): readonly Doubt[] => {
  const columns = key.columns.map((name) => places.get(name)?.name)
  // A column that is still to be added points nowhere yet.
  if (columns.some((name) => name === undefined)) return []
  const own = columns.map((name) => sql`"c".${sql.id(name ?? "")}`)
  const target = at.nowAt(key.table)
  const found = target === null ? sql`false` : isFound(target, own, key, at)
  const filled = sql.join(
    own.map((ref) => sql`${ref} is not null`),
    sql` and `,
  )
  const fragment = sql`select count(*) as "n" from ${at.ref} as "c" where ${filled} and not (${found})`
  const refusal = (rows: number) =>
    refusedAt(at.table)(
      "ReferenceDangling",
      rows,
      `(${columns.join(", ")}) is to refer to ${key.table}, and ${rowsText(rows)} point at a record that does not exist`,
      "Change those rows first.",
      columns[0],
    )
  return [{ ask: { kind: "count", fragment }, refusal }]
}

const isFound = (
  target: RawBuilder<unknown>,
  own: readonly RawBuilder<unknown>[],
  key: ForeignKey,
  at: TableInStore,
): RawBuilder<unknown> => {
  const referred = at.tables.table(key.table)
  const equal = own.map((ref, index) => sql`"p".${referred.column(key.references[index] ?? "").ref} = ${ref}`)
  const same = sql.join([sql`"p".${sql.id(TENANT)} = "c".${sql.id(TENANT)}`, ...equal], sql` and `)
  return sql`exists (select 1 from ${target} as "p" where ${same})`
}

const otherKey = (at: TableInStore) =>
  refusedAt(at.table)(
    "KeyChanged",
    0,
    `the primary key is (${at.actual.primaryKey.join(", ")}), and another one is defined`,
    "A key never changes: define a new entity and move the records.",
  )

const drift = (at: TableInStore, text: string) =>
  refusedAt(at.table)("Drift", 0, text, "Somebody changed the table by hand: undo that, and plan again.")
