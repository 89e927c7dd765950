/** Backup and restore on PostgreSQL: one moment while others write, whole or refused, and the same firm afterwards. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type BackupProgress, postgres } from "@anbud/adapter-pg"
import { type CommittedChange, createEngine, standard } from "@anbud/core"
import { expect, onTestFinished, test } from "vitest"
import { asOwner, databaseUrl, schemaName } from "./temporarySchema.ts"

const TENANT = { id: "acme", name: "Acme", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" }

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "anbud-pg-backup-"))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

const opened = async (schema: string) => {
  const store = postgres({ connectionString: databaseUrl(), schema, waitMilliseconds: 30_000 })
  const engine = await createEngine({ store, plugins: standard })
  onTestFinished(() => engine.close())
  onTestFinished(() => asOwner(`drop schema if exists "${schema}" cascade`).then(() => undefined))
  await engine.tenants.create(TENANT)
  const ada = engine.as({ tenant: "acme", user: "ada" })
  const company = (number: string) =>
    ada.parties.companies.create({ number, name: `Åre ${number}`, country: "SE", currency: "SEK" })
  return { store, engine, ada, company }
}

const restoring = (schema: string) => {
  const store = postgres({ connectionString: databaseUrl(), schema, waitMilliseconds: 30_000 })
  onTestFinished(() => store.close())
  return store
}

const changesOf = async (changes: AsyncIterable<CommittedChange>): Promise<readonly number[]> => {
  const seqs: number[] = []
  for await (const { seq } of changes) seqs.push(seq)
  return seqs
}

test("row 72: while others write, a backup is one moment: restored, the journal holds and work goes on; readers that were ahead are refused", async () => {
  const firm = await opened(schemaName("from"))
  for (let index = 0; index < 20; index += 1) await firm.company(`K${index}`)
  let [isWriting, written] = [true, 20]
  const writing = (async () => {
    for (; isWriting; written += 1) await firm.company(`K${written}`)
  })()
  const behind = await firm.ada.headCursor()
  const file = join(folder(), "firm.backup")
  const seen: BackupProgress[] = []
  const progress = await firm.store.backup(file, { onProgress: (at) => seen.push(at) })
  isWriting = false
  await writing
  await firm.company("K-last")
  const ahead = await firm.ada.headCursor()
  expect(progress).toEqual({ done: progress.total, total: progress.total, unit: "rows" })
  expect(seen.at(-1)).toEqual(progress)
  const schema = schemaName("to")
  expect(await restoring(schema).restore(file)).toEqual(progress)
  const again = await opened(schema)
  const { head, broken } = await again.engine.journal.verify({ tenant: "acme" })
  expect(broken).toBeNull()
  expect(head.seq).toBeGreaterThanOrEqual(21)
  // An entry per company and one for the tenant: the copy ends between two commands.
  expect(await again.ada.parties.companies.count()).toBe(head.seq - 1)
  expect(written).toBeGreaterThanOrEqual(head.seq - 1)
  expect(await again.engine.schema.verify()).toEqual({ holds: true, differences: [] })
  expect((await again.ada.parties.companies.search({ text: "åre k1" })).items.length).toBeGreaterThan(0)
  // The snapshot may be older than the first of the others' writes.
  const since = await changesOf(again.ada.changes({ after: behind, until: "head" }))
  expect([21, ...since].at(-1)).toBe(head.seq)
  await expect(changesOf(again.ada.changes({ after: ahead, until: "head" }))).rejects.toMatchObject({
    _tag: "FeedRewound",
  })
  await again.company("K-after")
  expect((await again.engine.journal.verify({ tenant: "acme" })).head.seq).toBe(head.seq + 1)
})

test("what is damaged, cut off or no backup is refused and leaves nothing; a store that is there is not overwritten", async () => {
  const firm = await opened(schemaName("from"))
  await firm.company("K1")
  const path = folder()
  const file = join(path, "firm.backup")
  await firm.store.backup(file)
  await expect(firm.store.backup(file)).rejects.toMatchObject({ _tag: "FileExists" })
  await firm.store.backup(file, { overwrite: true })
  await expect(firm.store.restore(file)).rejects.toMatchObject({ _tag: "StoreNotEmpty" })
  const text = readFileSync(file, "utf8")
  const schema = schemaName("to")
  const store = restoring(schema)
  for (const damaged of [
    ...["", "a letter to Anna", text.slice(0, text.length / 2)],
    ...[text.replace("Åre K1", "Åre K2"), text.split("\n").slice(0, -2).join("\n")],
  ]) {
    writeFileSync(`${file}.bad`, damaged)
    await expect(store.restore(`${file}.bad`)).rejects.toMatchObject({ _tag: "BackupDamaged" })
  }
  await expect(store.restore(`${file}.none`)).rejects.toMatchObject({ _tag: "BackupDamaged" })
  const [found] = await asOwner(`select 1 from pg_catalog.pg_namespace where nspname = '${schema}'`)
  expect(found?.rows).toEqual([])
  const stop = new AbortController()
  const aborted = firm.store.backup(`${file}.part2`, {
    signal: stop.signal,
    onProgress: () => stop.abort(new Error("enough")),
  })
  await expect(aborted).rejects.toThrow("enough")
  expect(readdirSync(path).filter((name) => name.includes("part"))).toEqual([])
})
