/** Row 89 of the catalogue of bad inputs, on PostgreSQL: the server says that its disk is full, only reads, or fails. */
import { postgres } from "@anbud/adapter-pg"
import { createEngine, standard } from "@anbud/core"
import { expect, onTestFinished, test } from "vitest"
import { asOwner, databaseUrl, schemaName } from "./temporarySchema.ts"

const firm = async () => {
  const schema = schemaName()
  const engine = await createEngine({
    store: postgres({ connectionString: databaseUrl(), schema, waitMilliseconds: 3_000 }),
    plugins: standard,
  })
  onTestFinished(() => engine.close())
  await engine.tenants.create({ id: "fjall", name: "Fjäll", currency: "SEK", zone: "Europe/Stockholm", admin: "anna" })
  const anna = engine.as({ tenant: "fjall", user: "anna" })
  const made = (number: string) =>
    anna.parties.companies
      .create({ number, name: number, country: "SE", currency: "SEK" }, { idempotencyKey: number })
      .result()
  const verified = () => engine.journal.verify({ tenant: "fjall" })
  return { schema, anna, made, verified }
}

test.each([
  { condition: "disk_full", table: "company", reason: "the disk is full" },
  { condition: "disk_full", table: "journal", reason: "the disk is full" },
  { condition: "io_error", table: "journal_change", reason: "reading or writing failed" },
  { condition: "data_corrupted", table: "search_token", reason: "the data is damaged" },
  { condition: "read_only_sql_transaction", table: "claim", reason: "the server only reads" },
])(
  "row 89: the server says $condition at a write of $table, said here by a trigger: StorageFailed, nothing of it stays, the same key goes on later",
  async ({ condition, table, reason }) => {
    const { schema, anna, made, verified } = await firm()
    expect(await made("K1")).toMatchObject({ ok: true })
    await asOwner(
      `create function "${schema}".fails() returns trigger language plpgsql as $$ begin raise exception using errcode = '${condition}', message = 'could not extend /var/lib/secret'; end $$`,
      `create trigger fails before insert on "${schema}"."${table}" execute function "${schema}".fails()`,
    )
    const refused = await made("K2")
    expect(refused).toMatchObject({ ok: false, error: { _tag: "StorageFailed", params: { reason } } })
    expect(JSON.stringify(refused)).not.toContain("secret")
    expect(await anna.parties.companies.count({})).toBe(1)
    await asOwner(`drop trigger fails on "${schema}"."${table}"`)
    expect(await made("K2")).toMatchObject({ ok: true, replayed: false })
    expect(await anna.parties.companies.count({})).toBe(2)
    expect(await verified()).toMatchObject({ broken: null, entries: 3 })
  },
)
