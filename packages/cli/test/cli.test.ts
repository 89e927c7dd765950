import { execFile } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { createEngine } from "@anbud/core"
import Database from "better-sqlite3"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { EXIT, run } from "../src/index.ts"
import config from "./anbud.config.ts"

vi.setConfig({ testTimeout: 180_000 })

const CONFIG = fileURLToPath(new URL("./anbud.config.ts", import.meta.url))
const BIN = fileURLToPath(new URL("../bin/anbud.js", import.meta.url))
const ACME = { id: "acme", name: "Acme AB", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" }

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anbud-cli-"))
  vi.stubEnv("FIRM", join(folder, "firm.db"))
  vi.stubEnv("NOTES", "first")
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

interface Ran {
  readonly exit: number
  readonly text: string
}

const anbud = async (...args: readonly string[]): Promise<Ran> => {
  const lines: string[] = []
  const output = { answer: (line: string) => void lines.push(line), progress: () => undefined }
  const exit = await run([...args, "--config", CONFIG], output)
  return { exit, text: lines.join("\n") }
}
const data = async (...args: readonly string[]): Promise<Record<string, unknown>> =>
  JSON.parse((await anbud(...args, "--json")).text) as Record<string, unknown>

const withNotes = async (): Promise<void> => {
  const engine = await createEngine(config())
  await engine.tenants.create(ACME)
  const ada = engine.as({ tenant: "acme", user: "ada" })
  const calls = ada as unknown as { readonly notes: { readonly notes: { create(of: object): Promise<unknown> } } }
  for (const title of ["Call Per", 'Say "hej", twice', "Åre\nin winter"])
    await calls.notes.notes.create({ title, kind: "idea" })
  await engine.close()
}

describe("anbud schema", () => {
  test("goes from an empty store to the next release, and each exit code says where it stands", async () => {
    expect(await anbud("schema", "status")).toMatchObject({
      exit: EXIT.pending,
      text: expect.stringMatching(/^The store is empty/),
    })
    expect((await anbud("schema", "apply")).exit).toBe(EXIT.done)
    expect(await anbud("schema", "status")).toEqual({ exit: EXIT.done, text: "The store is current." })
    await withNotes()
    vi.stubEnv("NOTES", "second")
    expect((await anbud("schema", "verify")).exit).toBe(EXIT.refused)
    const plan = await anbud("schema", "plan")
    expect(plan.exit).toBe(EXIT.pending)
    expect(plan.text).toContain("+ note (notes): rename the column title to subject")
    expect((await anbud("schema", "plan", "--sql")).text).toContain('rename column "title" to "subject"')
    expect((await data("schema", "plan"))["state"]).toBe("pending")
    expect((await anbud("schema", "apply")).text).toMatch(/^Applied\./)
    expect(await anbud("schema", "apply")).toEqual({ exit: EXIT.done, text: "Nothing to apply." })
    expect((await anbud("schema", "verify")).exit).toBe(EXIT.done)
    const database = new Database(process.env["FIRM"] ?? "")
    const [first] = database.prepare("select subject, language, fax from anbud_note order by id").all()
    expect(first).toEqual({ subject: "Call Per", language: "sv", fax: null })
    database.close()
    vi.stubEnv("NOTES", "first")
    expect(await data("schema", "status")).toMatchObject({ state: "newer" })
    expect((await anbud("schema", "plan")).exit).toBe(EXIT.refused)
  })

  test("looking at a file that is not there makes none", async () => {
    const missing = join(folder, "not-there.db")
    vi.stubEnv("FIRM", missing)
    expect((await anbud("schema", "status")).exit).toBe(EXIT.pending)
    expect((await anbud("schema", "plan")).exit).toBe(EXIT.pending)
    expect(await anbud("schema", "verify")).toMatchObject({ exit: EXIT.refused, text: "✗ the store is empty" })
    expect(readdirSync(folder).filter((name) => name.startsWith("not-there"))).toEqual([])
    expect((await anbud("schema", "apply")).exit).toBe(EXIT.done)
    expect((await anbud("schema", "plan")).exit).toBe(EXIT.done)
  })

  test("what would lose data is refused with the rows and the fix, and nothing is changed", async () => {
    await withNotes()
    vi.stubEnv("NOTES", "unsafe")
    for (const verb of ["plan", "apply"]) {
      const { exit, text } = await anbud("schema", verb)
      expect(exit).toBe(EXIT.refused)
      expect(text).toContain("✗ note: the column author is required and has no default, and 3 rows would be without it")
      expect(text).toContain("1. Make the field optional(…) and apply.")
    }
    expect(await data("schema", "plan")).toMatchObject({
      state: "refused",
      refused: [{ obstacle: "RequiredWithoutDefault", table: "note", column: "author", rows: 3 }],
    })
    vi.stubEnv("NOTES", "first")
    expect((await anbud("schema", "verify")).exit).toBe(EXIT.done)
  })
})

describe("anbud backup, restore, journal", () => {
  test("a backup is whole, its journal holds, and restoring brings it back", async () => {
    await withNotes()
    const copy = join(folder, "copy.db")
    expect((await anbud("backup", copy)).exit).toBe(EXIT.done)
    expect(await anbud("backup", copy)).toMatchObject({
      exit: EXIT.refused,
      text: expect.stringMatching(/There is a file already/),
    })
    expect(await anbud("journal", "verify")).toEqual({ exit: EXIT.done, text: "acme: 4 entries, whole" })
    const database = new Database(process.env["FIRM"] ?? "")
    database.exec("update anbud_journal_change set body = replace(body, 'Call Per', 'Call Pia')")
    database.close()
    const broken = await anbud("journal", "verify")
    expect(broken).toMatchObject({ exit: EXIT.refused, text: expect.stringMatching(/broken at entry 2 \(changes\)/) })
    expect((await anbud("restore", copy)).exit).toBe(EXIT.refused)
    expect((await anbud("restore", copy, "--overwrite")).exit).toBe(EXIT.done)
    expect((await anbud("journal", "verify")).exit).toBe(EXIT.done)
    vi.stubEnv("FIRM", copy)
    expect((await anbud("journal", "verify", "--tenant", "acme")).exit).toBe(EXIT.done)
  })
})

describe("anbud export", () => {
  test.each(["csv", "jsonl"])("%s: every table of every tenant, every row, every character", async (format) => {
    await withNotes()
    const target = join(folder, "out")
    const { exit } = await anbud("export", "--dir", target, "--format", format)
    expect(exit).toBe(EXIT.done)
    const database = new Database(process.env["FIRM"] ?? "")
    const tables = database
      .prepare("select name from sqlite_schema where type = 'table' and name like 'anbud_%'")
      .pluck()
      .all()
    expect(readdirSync(join(target, "acme")).sort()).toEqual(
      tables
        .filter((name) => name !== "anbud_meta")
        .map((name) => `${String(name).slice("anbud_".length)}.${format}`)
        .sort(),
    )
    const rows = database.prepare("select * from anbud_note order by id").all()
    database.close()
    const text = readFileSync(join(target, "acme", `note.${format}`), "utf8")
    if (format === "jsonl")
      expect(
        text
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line)),
      ).toEqual(rows)
    else {
      expect(text).toMatch(/^tenant,id,version,title,kind,fax,custom\nacme,/)
      expect(text).toContain('"Say ""hej"", twice",idea,,\n')
      expect(text).toContain('"Åre\nin winter"')
    }
    expect((await anbud("export", "--dir", target)).exit).toBe(EXIT.usage)
    expect((await anbud("export", "--dir", join(folder, "other"), "--tenant", "nobody")).exit).toBe(EXIT.refused)
  })
})

describe("wrong usage is 3, a store that fails is 4, and nothing is asked", () => {
  test.each([
    [["shema", "plan"], "There is no command shema"],
    [["constructor"], "There is no command constructor"],
    [["schema", "plan", "--loud"], "Unknown option"],
    [["export"], "Name a folder"],
    [["backup"], "Name one file"],
    [["export", "--dir", "x", "--format", "xml"], "--format is csv or jsonl"],
  ])("%j: %s", async (args, message) => {
    const { exit, text } = await anbud(...args)
    expect([exit, text.includes(message)]).toEqual([EXIT.usage, true])
    expect(await data(...args)).toMatchObject({ error: { code: "USAGE" } })
  })

  test("no configuration, and one that exports something else", async () => {
    const answers: string[] = []
    const output = { answer: (text: string) => void answers.push(text), progress: () => undefined }
    expect(await run(["schema", "plan", "--config", join(folder, "none.js")], output)).toBe(EXIT.usage)
    expect(await run(["schema", "plan", "--config", BIN.replace("bin/anbud.js", "tsup.config.ts")], output)).toBe(
      EXIT.usage,
    )
    expect(answers[1]).toBe("The configuration must export { store, plugins } as its default.")
  })

  test("a file that cannot be opened", async () => {
    vi.stubEnv("FIRM", join(folder, "missing", "firm.db"))
    expect(await anbud("schema", "status")).toEqual({
      exit: EXIT.failed,
      text: "The store failed: the file cannot be opened. Nothing was written.",
    })
  })

  test("as a process without a terminal", async () => {
    const args = [
      "--import",
      "tsx",
      "--conditions=@anbud/source",
      BIN,
      "schema",
      "status",
      "--json",
      "--config",
      CONFIG,
    ]
    const ended = await new Promise<Ran>((resolve) => {
      const child = execFile(process.execPath, args, { env: process.env }, (error, stdout) => {
        resolve({ exit: Number(error?.code ?? 0), text: stdout })
      })
      child.stdin?.destroy()
    })
    expect([ended.exit, (JSON.parse(ended.text) as { readonly state: string }).state]).toEqual([EXIT.pending, "empty"])
    expect(existsSync(process.env["FIRM"] ?? "")).toBe(false)
  })
})
