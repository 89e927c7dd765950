/** Distribution: what spreads the tables over the machines of a Citus cluster, each tenant on one of them. */
import { identifier } from "@anbud/adapter-sql"
import type { Table } from "@anbud/core"

/** Where the tables are, as `postgres()` was told. */
export interface DistributionOptions {
  /** `anbud` by default. */
  readonly schema?: string
  /** Nothing by default. */
  readonly prefix?: string
}

/**
 * The statements that distribute the engine's tables by tenant, to be run in this order, once, on the coordinator of a
 * cluster in which `create extension citus` has run. All tables lie together: the rows of a tenant stand on one machine,
 * and so does everything that a command touches. Tables that a later release or another plugin adds are distributed by
 * their own lines of the new list; Citus refuses a table that is distributed already.
 *
 * Throws for tables whose references go round in a circle: Citus takes them only without one of these keys.
 *
 * @example for (const statement of distributionStatements(tablesOf(standard))) await client.query(statement)
 */
export const distributionStatements = (
  tables: readonly Table[],
  { schema = "anbud", prefix = "" }: DistributionOptions = {},
): readonly string[] => {
  const [first, ...others] = referencedFirst(tables).map(({ name }) =>
    literal(`${quoted(schema)}.${quoted(identifier(prefix + name))}`),
  )
  if (first === undefined) return []
  return [
    `select create_distributed_table(${first}, 'tenant', colocate_with => 'none')`,
    ...others.map((table) => `select create_distributed_table(${table}, 'tenant', colocate_with => ${first})`),
  ]
}

/** Citus distributes a table only when those that it refers to are distributed already. */
const referencedFirst = (tables: readonly Table[]): readonly Table[] => {
  const ordered = new Map<string, Table>()
  let left = tables
  while (left.length > 0) {
    const ready = left.filter(({ name, foreignKeys }) =>
      foreignKeys.every(({ table }) => table === name || ordered.has(table)),
    )
    if (ready.length === 0)
      throw new Error(`These tables refer to one another in a circle: ${left.map(({ name }) => name).join(", ")}`)
    for (const table of ready) ordered.set(table.name, table)
    left = left.filter(({ name }) => !ordered.has(name))
  }
  return [...ordered.values()]
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
