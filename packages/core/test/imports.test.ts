import { type CsvRow, type ImportFile, ImportRejected, NotAValue, type RowIssue } from "@anbud/core"
import { describe, expect, test } from "vitest"
import { type Machine, openWorkshop, TENANT } from "./workshop.ts"

type File = ImportFile<typeof Machine>
const COLUMNS = { code: "code", label: "label", currency: "cur", count: "n", cost: "cost" } as const
const HEAD = "code;label;cur;n;cost"

const file = (text: string, more: Partial<File> = {}): File => ({
  file: "machines.csv",
  text,
  key: ["code"],
  columns: COLUMNS,
  ...more,
})

const issuesOf = async (given: File): Promise<readonly RowIssue[]> => {
  const { engine, anna } = await openWorkshop()
  const outcome = await anna.workshop.machines.import(given).result()
  expect((await engine.journal.head({ tenant: TENANT.id })).seq).toBe(1)
  expect((await anna.workshop.machines.list()).items).toEqual([])
  if (outcome.ok || !ImportRejected.is(outcome.error)) throw new Error(`not rejected: ${JSON.stringify(outcome)}`)
  return outcome.error.params.issues
}

describe("a good file", () => {
  test("is imported; again it is a no-op; one changed cell changes one record", async () => {
    const { engine, anna } = await openWorkshop()
    const rows = Array.from({ length: 30 }, (_, index) => `M${index};Machine ${index};SEK;${index};${index}.50`)
    const text = [HEAD, ...rows].join("\n")
    const head = () => engine.journal.head({ tenant: TENANT.id })
    expect(await anna.workshop.machines.import(file(text))).toEqual({
      file: "machines.csv",
      rows: 30,
      created: 30,
      changed: 0,
      unchanged: 0,
      refused: [],
    })
    const before = await head()
    expect(await anna.workshop.machines.import(file(text))).toMatchObject({ created: 0, changed: 0, unchanged: 30 })
    expect(await head()).toEqual(before)
    const edited = text.replace("Machine 7;SEK;7;7.50", "Machine 7;SEK;7;7.51")
    expect(await anna.workshop.machines.import(file(edited))).toMatchObject({ created: 0, changed: 1, unchanged: 29 })
    expect((await head()).seq).toBe(before.seq + 1)
    expect((await anna.workshop.machines.list({ where: { code: "M7" } })).items).toMatchObject([
      { cost: "7.51", version: 2 },
    ])
  })

  test("with a key, sent again, is replayed; another file under the key is refused", async () => {
    const { anna } = await openWorkshop()
    const send = (text: string) => anna.workshop.machines.import(file(text), { idempotencyKey: "k" }).result()
    const first = await send(`${HEAD}\nA;a;SEK;1;1`)
    expect(first).toMatchObject({ ok: true, replayed: false })
    expect(await send(`${HEAD}\nA;a;SEK;1;1`)).toEqual({ ...first, replayed: true })
    expect(await send(`${HEAD}\nA;b;SEK;1;1`)).toMatchObject({ ok: false, error: { _tag: "IdempotencyMismatch" } })
  })

  test("may be longer than one command", async () => {
    const { anna, engine } = await openWorkshop()
    const text = [HEAD, ...Array.from({ length: 2500 }, (_, index) => `M${index};m;SEK;1;1`)].join("\n")
    expect(await anna.workshop.machines.import(file(text))).toMatchObject({ rows: 2500, created: 2500 })
    expect((await engine.journal.head({ tenant: TENANT.id })).seq).toBe(1 + 13)
    expect(await anna.workshop.machines.import(file(text))).toMatchObject({ unchanged: 2500 })
  })

  test.each([
    ["a byte-order mark and CRLF", "\ufeffcode;label;cur;n;cost\r\nA;a;SEK;1;2\r\n\r\n", {}],
    ["old line ends", "code;label;cur;n;cost\rA;a;SEK;1;2\r", {}],
    ["commas between cells", "code,label,cur,n,cost\nA,a,SEK,1,2", { delimiter: "," }],
    ["tabs between cells", "code\tlabel\tcur\tn\tcost\nA\ta\tSEK\t1\t2", { delimiter: "\t" }],
    ["quotes everywhere", '"code";"label";"cur";"n";"cost"\n"A";"a";"SEK";"1";"2"', {}],
    ["other columns, in other order", "x;cost;n;cur;label;code\n?;2;1;SEK;a;A", {}],
    ["white space around cells", " code ;label;cur;n;cost\n A ;\u00a0a;SEK; 1;2 ", {}],
    ["a decimal comma", "code;label;cur;n;cost\nA;a;SEK;1;2,0", { decimal: "," }],
    ["a row that says the same twice", "code;label;cur;n;cost\nA;a;SEK;1;2\nA;a;SEK;1;2.00", {}],
  ] as const)("may have %s", async (_, text, more) => {
    const { anna } = await openWorkshop()
    expect(await anna.workshop.machines.import(file(text, more as Partial<File>))).toMatchObject({
      created: 1,
      refused: [],
    })
    expect((await anna.workshop.machines.list()).items).toMatchObject([{ code: "A", label: "a", count: 1, cost: "2" }])
  })

  test("keeps separators, quotes and line breaks inside quotes", async () => {
    const { anna } = await openWorkshop()
    await anna.workshop.machines.import(file(`${HEAD}\nA;"say ""x""; or\r\nnot";SEK;1;1`))
    expect((await anna.workshop.machines.list()).items).toMatchObject([{ label: 'say "x"; or\nnot' }])
  })

  test("leaves alone what it does not speak of, and empties what it says is empty", async () => {
    const { anna } = await openWorkshop()
    await anna.workshop.machines.create({ code: "A", label: "a", currency: "SEK", note: "keep", cost: "5", count: 7 })
    const columns = { code: "code", label: "label", currency: "cur", cost: "cost" }
    await anna.workshop.machines.import(file("code;label;cur;cost\nA;b;SEK;", { columns }))
    expect((await anna.workshop.machines.list()).items).toMatchObject([
      { label: "b", note: "keep", cost: null, count: 7 },
    ])
  })

  test("finds its records as a unique key compares: case and width do not count", async () => {
    const { anna } = await openWorkshop()
    await anna.workshop.machines.create({ code: "A1", label: "a", currency: "SEK" })
    const report = await anna.workshop.machines.import(file(`${HEAD}\n a１;b;SEK;1;\nB1;twin;SEK;1;`))
    expect(report).toMatchObject({ created: 1, changed: 1 })
    const columns = { ...COLUMNS, twin: "twin" }
    const twins = await anna.workshop.machines.import(file(`${HEAD};twin\nC;c;SEK;1;;b1`, { columns }))
    expect(twins).toMatchObject({ created: 1 })
  })

  test("brings parts; fewer of them later remove, more add, others patch, and the root steps once", async () => {
    const { anna } = await openWorkshop()
    const parts = (row: CsvRow) =>
      (row["parts"] ?? "")
        .split(",")
        .filter(Boolean)
        .map((name) => ({ name, bolts: [{ length: 1 }] }))
    const columns = { code: "code", label: "label", currency: "cur", parts }
    const send = (cells: string) =>
      anna.workshop.machines.import(file(`code;label;cur;parts\nA;a;SEK;${cells}`, { columns }))
    const names = async () => {
      const [root] = (await anna.workshop.machines.list()).items
      return [root!.version, ...(await anna.workshop.machines.parts(root!.id, "parts")).map(({ name }) => name)]
    }
    await send("x,y,z")
    expect(await names()).toEqual([1, "x", "y", "z"])
    expect(await send("x,y,z")).toMatchObject({ unchanged: 1 })
    expect(await send("x,q")).toMatchObject({ changed: 1 })
    expect(await names()).toEqual([2, "x", "q"])
    await send("x,q,r,s")
    expect(await names()).toEqual([3, "x", "q", "r", "s"])
  })

  test("takes only the rows that it is told to", async () => {
    const { anna } = await openWorkshop()
    const only = (row: CsvRow) => row["n"] !== "2"
    expect(await anna.workshop.machines.import(file(`${HEAD}\nA;a;SEK;1;\nB;b;SEK;2;bad`, { only }))).toMatchObject({
      rows: 1,
      created: 1,
    })
  })
})

describe("a bad file", () => {
  const A = "A;a;SEK;1;1"
  test.each<[string, string, Partial<File>, Partial<RowIssue>]>([
    [
      "exponent",
      `${HEAD}\n${A}\nB;b;SEK;1;1e9`,
      {},
      { row: 3, field: "cost", column: "cost", code: "BadValue", value: "1e9" },
    ],
    ["NaN", `${HEAD}\nB;b;SEK;1;NaN`, {}, { row: 2, field: "cost", value: "NaN" }],
    ["40 digits", `${HEAD}\nB;b;SEK;1;${"1".repeat(40)}`, {}, { row: 2, field: "cost", value: "1".repeat(40) }],
    ["7 places", `${HEAD}\nB;b;SEK;1;0.0450001`, {}, { field: "cost", value: "0.0450001" }],
    ["a comma where a dot is due", `${HEAD}\nB;b;SEK;1;1,5`, {}, { field: "cost", value: "1,5" }],
    ["a dot where a comma is due", `${HEAD}\nB;b;SEK;1;1.5`, { decimal: "," }, { field: "cost", value: "1.5" }],
    ["a Unicode minus", `${HEAD}\nB;b;SEK;1;\u22121`, {}, { field: "cost", value: "\u22121" }],
    ["full-width digits", `${HEAD}\nB;b;SEK;１;1`, {}, { field: "count", column: "n", value: "１" }],
    ["a fraction of a whole number", `${HEAD}\nB;b;SEK;1.5;1`, {}, { field: "count", column: "n", value: "1.5" }],
    ["out of range", `${HEAD}\nB;b;SEK;1001;1`, {}, { field: "count", value: "1001" }],
    [
      "an empty required cell",
      `${HEAD}\nB;;SEK;1;1`,
      {},
      { field: "label", column: "label", value: "", message: "is missing" },
    ],
    ["too long a text", `${HEAD}\nB;${"x".repeat(41)};SEK;1;1`, {}, { field: "label", value: "x".repeat(41) }],
    ["a NUL", `${HEAD}\nB;a\u0000;SEK;1;1`, {}, { field: "label", code: "BadValue" }],
    ["a lone surrogate", `${HEAD}\nB;a\ud800;SEK;1;1`, {}, { row: 2, code: "UnreadableFile" }],
    [
      "letters of another encoding",
      `${HEAD}\n${A}\n\nB;Malm\ufffd;SEK;1;1`,
      {},
      { row: 4, code: "UnreadableFile", message: "has a character that could not be read: save the file as UTF-8" },
    ],
    [
      "an open quote after a quoted line break",
      `${HEAD}\nA;"a\nb";SEK;1;1\n\nB;"b;SEK;1;1\nC;c`,
      {},
      { row: 5, code: "UnreadableFile" },
    ],
    ["no currency", `${HEAD}\nB;b;ZZZ;1;1`, {}, { field: "currency", column: "cur", value: "ZZZ" }],
    [
      "too few columns",
      `${HEAD}\n${A}\nB;b;SEK`,
      {},
      { row: 3, field: "count", column: "n", code: "TooFewColumns", value: "3 of 5" },
    ],
    ["too many columns", `${HEAD}\nB;b;SEK;1;1;1`, {}, { row: 2, code: "TooManyColumns", value: "6 of 5" }],
    [
      "an unknown reference",
      `${HEAD};twin\nB;b;SEK;1;1;ghost`,
      { columns: { ...COLUMNS, twin: "twin" } },
      { row: 2, field: "twin", column: "twin", code: "UnknownReference", value: "ghost" },
    ],
    [
      "an unknown reference from a function",
      `${HEAD};kind;twin\nB;b;SEK;1;1;t;ghost`,
      { columns: { ...COLUMNS, twin: (row) => (row["kind"] === "t" ? row["twin"] : undefined) } },
      { field: "twin", column: "twin", code: "UnknownReference", value: "ghost" },
    ],
    [
      "a missing column",
      "code;label;cur;n\nB;b;SEK;1",
      {},
      { row: 1, field: "cost", column: "cost", code: "MissingColumn", value: "cost" },
    ],
    ["a missing column and no rows", "code;label;cur;n", {}, { row: 1, field: "cost", code: "MissingColumn" }],
    [
      "a column twice",
      `${HEAD};cost\nB;b;SEK;1;1;2`,
      {},
      { row: 1, field: "cost", code: "DuplicateColumn", value: "cost" },
    ],
    [
      "an open quote",
      `${HEAD}\n${A}\nB;"b;SEK;1;1\nC;c;SEK;1;1`,
      {},
      { row: 3, code: "UnreadableFile", message: "opens a quote that is never closed" },
    ],
    ["a quote inside a cell", `${HEAD}\n${A}\nB;6" pipe;SEK;1;1`, {}, { row: 3, code: "UnreadableFile" }],
    [
      "a broken rule",
      `${HEAD}\n${A}\nB;b;SEK;101;1`,
      {},
      { row: 3, field: "count", column: "n", code: "RuleBroken", value: "101", message: "must be at most 100" },
    ],
    [
      "one record told twice, otherwise",
      `${HEAD}\n${A}\nB;b;SEK;1;1\nA;z;SEK;2;1`,
      {},
      { row: 4, field: "code", column: "code", code: "ConflictingRows", value: "A" },
    ],
    [
      "one record told twice but for one field",
      `${HEAD}\n${A}\na;a;EUR;1;1`,
      { columns: { ...COLUMNS, code: (row) => row["code"]?.toUpperCase() } },
      { row: 3, field: "currency", column: "cur", code: "ConflictingRows", value: "EUR" },
    ],
    [
      "a function that refuses",
      `${HEAD}\nB;b;SEK;x;1`,
      {
        columns: {
          ...COLUMNS,
          count: (row) => {
            throw new NotAValue("must be a word", row["n"])
          },
        },
      },
      { field: "count", column: "n", code: "BadValue", value: "x", message: "must be a word" },
    ],
    [
      "a bad part",
      `${HEAD}\nB;b;SEK;1;1`,
      { columns: { ...COLUMNS, parts: (row) => [{ name: row["label"], bolts: [{ length: 0 }] }] } },
      { field: "parts[0].bolts[0].length", column: "label", code: "RuleBroken" },
    ],
    [
      "a part of the wrong form",
      `${HEAD}\nB;b;SEK;1;1`,
      { columns: { ...COLUMNS, parts: () => [{ nam: "x" }] } },
      { field: "parts[0].nam", code: "BadValue" },
    ],
    [
      "an amount in another currency",
      `${HEAD}\nB;b;SEK;1;1`,
      { columns: { ...COLUMNS, budget: () => ({ minor: 1, currency: "EUR" }) } },
      { field: "budget", code: "RuleBroken" },
    ],
  ])("with %s names line, field, column and value, and writes nothing", async (_, text, more, issue) => {
    expect((await issuesOf(file(text, more)))[0]).toMatchObject(issue)
  })

  test("counts lines as an editor does, quoted line breaks and blank lines too", async () => {
    const text = `${HEAD}\r\nA;"one\r\ntwo\r\nthree";SEK;1;1\r\n\r\nB;b;SEK;1;bad\r\nC;"x\r\ny";SEK;1;bad\r\nD;d;SEK;1;bad`
    expect((await issuesOf(file(text))).map(({ row }) => row)).toEqual([6, 7, 9])
  })

  test("lists every bad cell of every bad row, in order", async () => {
    const issues = await issuesOf(file(`${HEAD}\nA;;SEK;x;y\nB;b;SEK\nC;c;kr;1;1`))
    expect(issues.map(({ row, field }) => `${row} ${field}`)).toEqual(["2 count", "2 cost", "3 count", "4 currency"])
  })

  test("says in words what to do", async () => {
    const { anna } = await openWorkshop()
    const said = await anna.workshop.machines
      .import(file(`${HEAD}\nA;a;SEK;1;1e9`))
      .catch((error: Error) => error.message)
    expect(said).toBe(
      'machines.csv cannot be imported; nothing was written: line 2, cost "1e9" must be a number such as 12.50, with at most 6 places and no exponent.',
    )
  })

  test("with refused: skip writes the good rows and counts every row once", async () => {
    const { anna } = await openWorkshop()
    await anna.workshop.machines.create({ code: "D", label: "d", currency: "SEK", cost: "1" })
    const rows = [
      "A;a;SEK;1;1",
      "A;a;SEK;1;1",
      "B;;SEK;x;y",
      "C;c;SEK",
      "D;d;SEK;1;1",
      "E;e;SEK;101;1",
      "F;f;SEK;1;1",
      "D;other;SEK;2;2",
    ]
    const report = await anna.workshop.machines.import(file([HEAD, ...rows].join("\n"), { refused: "skip" }))
    expect(report).toMatchObject({ rows: 8, created: 2, changed: 0, unchanged: 2 })
    expect(new Set(report.refused.map(({ row }) => row))).toEqual(new Set([4, 5, 7, 9]))
    expect((await anna.workshop.machines.list()).items.map(({ code }) => code).sort()).toEqual(["A", "D", "F"])
  })

  test("as a whole is refused even then", async () => {
    expect((await issuesOf(file("code;label\nA;a", { refused: "skip" }))).map(({ code }) => code)).toEqual([
      "MissingColumn",
      "MissingColumn",
      "MissingColumn",
    ])
  })

  test("a rule sees the record as it would become: what the file does not say comes from the store", async () => {
    const { anna } = await openWorkshop()
    await anna.workshop.machines.create({
      code: "A",
      label: "a",
      currency: "SEK",
      budget: { minor: 1, currency: "SEK" },
    })
    const columns = { code: "code", label: "label", currency: "cur" }
    const outcome = await anna.workshop.machines.import(file("code;label;cur\nA;a;EUR", { columns })).result()
    expect(outcome).toMatchObject({ error: { params: { issues: [{ row: 2, field: "budget", code: "RuleBroken" }] } } })
  })

  test.each<[string, object, string]>([
    ["an unknown field", { columns: { ...COLUMNS, ghost: "x" } }, "columns.ghost"],
    ["a prototype's name", { columns: { ...COLUMNS, constructor: "x" } }, "columns.constructor"],
    ["a stored field", { columns: { ...COLUMNS, doubled: "n" } }, "columns.doubled"],
    ["no key", { key: [] }, "key"],
    ["a key that no column gives", { key: ["note"] }, "key"],
    ["no text", { text: 5 }, "text"],
  ])("a mapping with %s is refused at once", async (_, more, path) => {
    const { anna } = await openWorkshop()
    const outcome = await anna.workshop.machines.import({ ...file(`${HEAD}\nA;a;SEK;1;1`), ...more } as never).result()
    expect(outcome).toMatchObject({ ok: false, error: { _tag: "InvalidInput", params: { issues: [{ path }] } } })
  })

  test("20 000 rows and 5 000 issues are read in seconds", async () => {
    const text = [HEAD, ...Array.from({ length: 20_000 }, (_, i) => `M${i};m;SEK;1;${i % 4 === 0 ? "bad" : "1"}`)].join(
      "\n",
    )
    const started = performance.now()
    expect(await issuesOf(file(text))).toHaveLength(5_000)
    expect(performance.now() - started).toBeLessThan(15_000)
  })
})
