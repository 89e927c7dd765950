/** What a PostgreSQL schema has under the name of a table. */
import type { ActualForeignKey, SchemaDifferences } from "@anbud/adapter-sql"
import { POLICY } from "./rowSecurity.ts"

interface Found {
  readonly kind: string
  readonly persistence: string
  readonly isGuarded: boolean
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[]
  readonly keys: readonly (ActualForeignKey & { readonly isDeferred: boolean })[]
  readonly indexes: readonly {
    readonly columns: readonly string[]
    readonly isPrimary: boolean
    readonly isUnique: boolean
    readonly isUsable: boolean
  }[]
}

/** Looks a table up by schema and name; all catalogue names are qualified, because a search path may lead elsewhere. */
export const introspectPostgres =
  (schema: string): SchemaDifferences["introspect"] =>
  async (connection, name) => {
    const [row] = await connection.run(LOOK_UP, [schema, name])
    if (row === undefined) return null
    const { kind, persistence, isGuarded, columns, keys, indexes } = JSON.parse(String(row["found"])) as Found
    const plain = indexes.filter(({ isPrimary, isUsable }) => !isPrimary && isUsable)
    return {
      isGuarded,
      columns,
      primaryKey: indexes.find(({ isPrimary }) => isPrimary)?.columns ?? [],
      uniques: plain.filter(({ isUnique }) => isUnique).map((index) => index.columns),
      foreignKeys: keys,
      indexes: plain.filter(({ isUnique }) => !isUnique).map((index) => index.columns),
      flaws: [
        ...(kind === "r" || kind === "p" ? [] : ["is not a table"]),
        ...(persistence === "p" ? [] : ["is not kept safe (UNLOGGED or TEMPORARY): a crash empties it"]),
        ...keys.filter(({ isDeferred }) => !isDeferred).map(notDeferred),
      ],
    }
  }

const notDeferred = ({ columns, table }: ActualForeignKey): string =>
  `reference (${columns.join(", ")}) to ${table} is not deferred or not validated`

/** The names behind an array of attribute numbers, in its order. */
const namesOf = (relation: string, numbers: string): string => `(
  select pg_catalog.json_agg(coalesce(a.attname::pg_catalog.text, '(expression)') order by k.n)
  from pg_catalog.unnest(${numbers}) with ordinality as k (attnum, n)
  left join pg_catalog.pg_attribute as a on a.attrelid = ${relation} and a.attnum = k.attnum)`

const LOOK_UP = `
  select pg_catalog.json_build_object(
    'kind', c.relkind,
    'persistence', c.relpersistence,
    'isGuarded', c.relrowsecurity and c.relforcerowsecurity and exists (
      select 1 from pg_catalog.pg_policy as y where y.polrelid = c.oid and y.polname = '${POLICY}' and y.polcmd = '*'),
    'columns', (
      select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
        'name', a.attname,
        'type', case when n.nspname = 'pg_catalog' and t.typname = 'int8' then 'bigint' else
          case when n.nspname = 'pg_catalog' then '' else n.nspname || '.' end || t.typname
          || coalesce(' collate "' || l.collname || '"', '') end,
        'nullable', not a.attnotnull) order by a.attnum), '[]')
      from pg_catalog.pg_attribute as a
      join pg_catalog.pg_type as t on t.oid = a.atttypid
      join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
      left join pg_catalog.pg_collation as l on l.oid = a.attcollation
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
    'keys', (
      select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
        'columns', ${namesOf("o.conrelid", "o.conkey")},
        'table', f.relname,
        'references', ${namesOf("o.confrelid", "o.confkey")},
        'isDeferred', o.condeferred and o.convalidated) order by o.conname), '[]')
      from pg_catalog.pg_constraint as o
      join pg_catalog.pg_class as f on f.oid = o.confrelid
      where o.conrelid = c.oid and o.contype = 'f'),
    'indexes', (
      select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
        'columns', ${namesOf("i.indrelid", "i.indkey[0:i.indnkeyatts - 1]::pg_catalog.int2[]")},
        'isPrimary', i.indisprimary,
        'isUnique', i.indisunique,
        'isUsable', i.indisunique or (i.indisvalid and i.indpred is null))), '[]')
      from pg_catalog.pg_index as i where i.indrelid = c.oid)
  )::pg_catalog.text as found
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as s on s.oid = c.relnamespace
  where s.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'v', 'm', 'f')`
