/** What a database that is distributed by tenant asks for: keys that begin with the tenant, statements that stay in one. */
import { distributionStatements, postgres } from "@anbud/adapter-pg"
import { standard, tablesOf } from "@anbud/core"
import pg from "pg"
import { expect, onTestFinished, test } from "vitest"
import { openFirm, quoteFor } from "./differential/firm.ts"
import { asOwner, databaseUrl, schemaName } from "./temporarySchema.ts"

const ENGINE = { ...standard }

test("the statements name each table once, those that others refer to first, all in one place", () => {
  const tables = tablesOf(ENGINE)
  const statements = distributionStatements(tables, { schema: 'Firm "Data"', prefix: "a_" })
  expect(statements).toHaveLength(tables.length)
  const names = statements.map((statement) => /"\."a_(\w+)"'/.exec(statement)?.[1] ?? statement)
  expect([...names].sort()).toEqual(tables.map(({ name }) => name).sort())
  for (const { name, foreignKeys } of tables)
    for (const { table } of foreignKeys)
      expect(names.indexOf(table), `${name} → ${table}`).toBeLessThanOrEqual(names.indexOf(name))
  expect(statements[0]).toMatch(
    /^select create_distributed_table\('"Firm ""Data"""\."a_\w+"', 'tenant', colocate_with => 'none'\)$/,
  )
  for (const statement of statements.slice(1))
    expect(statement).toContain(`colocate_with => '"Firm ""Data"""."a_${names[0]}"'`)
  expect(distributionStatements([])).toEqual([])
})

test("tables that refer to one another in a circle are named", () => {
  const [table] = tablesOf(ENGINE)
  const circle = ["a", "b"].map((name, at) => ({
    ...table!,
    name,
    foreignKeys: [{ columns: ["id"], table: at === 0 ? "b" : "a", references: ["id"] }],
  }))
  expect(() => distributionStatements(circle)).toThrow("circle: a, b")
})

test("in the database every primary, unique and foreign key and every index begins with the tenant", async () => {
  const schema = schemaName()
  const firm = await openFirm(postgres({ connectionString: databaseUrl(), schema }), schema)
  await firm.engine.close()
  const [keys, indexes] = await asOwner(
    `select r.relname as "table", c.contype as kind,
       (select a.attname from pg_attribute a where a.attrelid = c.conrelid and a.attnum = c.conkey[1]) as first,
       (select a.attname from pg_attribute a where a.attrelid = c.confrelid and a.attnum = c.confkey[1]) as referenced
     from pg_constraint c join pg_class r on r.oid = c.conrelid join pg_namespace n on n.oid = r.relnamespace
     where n.nspname = '${schema}' and c.contype in ('p', 'u', 'f') and r.relname <> 'meta'`,
    `select r.relname as "table", a.attname as first
     from pg_index i join pg_class r on r.oid = i.indrelid join pg_namespace n on n.oid = r.relnamespace
     join pg_attribute a on a.attrelid = r.oid and a.attnum = i.indkey[0]
     where n.nspname = '${schema}' and r.relname <> 'meta'`,
  )
  const kinds = new Map(
    (keys?.rows ?? []).map(({ kind }) => [kind, keys?.rows.filter((one) => one.kind === kind).length]),
  )
  expect(kinds.get("p")).toBe(tablesOf(ENGINE).length)
  expect(kinds.get("f")).toBeGreaterThan(30)
  for (const key of keys?.rows ?? [])
    expect(key).toEqual({ ...key, first: "tenant", referenced: key.kind === "f" ? "tenant" : null })
  expect(indexes?.rows.length).toBeGreaterThan(tablesOf(ENGINE).length)
  for (const index of indexes?.rows ?? []) expect(index).toEqual({ ...index, first: "tenant" })
})

/** The tables of a statement that are not held to one tenant, without the one that no tenant has a row in. */
const looseTables = (sql: string): readonly string[] => {
  const inserted = /^\s*insert into "[^"]+"\."(\w+)"/.exec(sql)?.[1]
  const first = /\("tenant"[,)]/.test(sql) && /(?:values \(|select )\$1\b/.test(sql)
  const loose = inserted === undefined || first ? [] : [inserted]
  const read = [...sql.matchAll(/(?:from|join|update) "[^"]+"\."(\w+)"(?: as "(\w+)")?/g)]
  return [
    ...loose,
    ...read.flatMap(([, table = "", alias]) => {
      const column = alias === undefined ? `"tenant"` : `"${alias}"."tenant"`
      return table === "meta" || sql.includes(`${column} = `) ? [] : [table]
    }),
  ]
}

/** What all connections run meanwhile. */
const listening = (): { readonly heard: Set<string>; stop(): void } => {
  const heard = new Set<string>()
  const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown }
  const original = prototype.query
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const [first] = args
    heard.add(typeof first === "string" ? first : String((first as { text?: unknown }).text))
    return original.apply(this, args)
  }
  return { heard, stop: () => Object.assign(prototype, { query: original }) }
}

test("no statement of a session crosses tenants; only workers ask which tenants have work", async () => {
  const schema = schemaName()
  const firm = await openFirm(postgres({ connectionString: databaseUrl(), schema }), schema)
  onTestFinished(() => firm.engine.close())
  const { anna, engine, customer } = firm
  const { heard, stop } = listening()
  onTestFinished(stop)
  const quote = (await anna.quotes.create(quoteFor(firm, "2"))).id
  await anna.quotes.preview({ quote })
  await anna.quotes.send({ quote })
  await anna.quotes.accept({ quote, acceptedBy: "Per" }, { idempotencyKey: "accept" })
  await anna.quotes.accept({ quote, acceptedBy: "Per" }, { idempotencyKey: "accept" })
  const { companies } = anna.parties
  await companies.list({ where: { country: "SE" }, order: [{ field: "name", descending: true }] })
  await companies.search({ text: "gran" })
  await anna.search({ text: "gran" })
  await companies.history(customer as never)
  await companies.massUpdate({ ids: [customer as never], set: { segment: "A" }, refused: "all" })
  await anna.quotes.quotes.report({ columns: { customer: "customer.name", n: { count: true } } })
  await anna.quotes.quotes.list({ where: { customer: { is: { country: "SE" } } } })
  const file = { file: "c.csv", text: "number;name;country;currency\nK9;Nio;SE;SEK\n", key: ["number"] as const }
  const columns = { number: "number", name: "name", country: "country", currency: "currency" }
  await companies.import({ ...file, columns })
  for await (const _ of anna.changes({ until: "head" }));
  await engine.journal.verify({ tenant: "fjall" })
  const calls = new Set(heard)
  heard.clear()
  await engine.health()
  const ending = new AbortController()
  setTimeout(() => ending.abort(), 200)
  await engine.work({ signal: ending.signal })
  stop()
  const engines = [...calls].filter((sql) => sql.includes(`"${schema}".`))
  expect(engines.length).toBeGreaterThan(60)
  expect(engines.filter((sql) => looseTables(sql).length > 0)).toEqual([])
  const across = [...heard].filter((sql) => sql.includes(`"${schema}".`) && looseTables(sql).length > 0)
  expect([...new Set(across.flatMap(looseTables))]).toEqual(expect.arrayContaining(["job", "outbox"]))
  for (const sql of across) expect(sql).toMatch(/^select distinct "t0"\."tenant"/)
})
