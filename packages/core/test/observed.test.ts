/** What the engine tells of itself: a line and a span for each call, and never a value of a field in either. */
import { sqlite } from "@anbud/adapter-sqlite"
import { create, createEngine, fixedClock, fixedIds, type LogFields } from "@anbud/core"
import { trace } from "@opentelemetry/api"
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base"
import { afterAll, beforeEach, describe, expect, test } from "vitest"
import { closing, Machine, machine, NOBODY, planned, plugins, START, TENANT } from "./workshop.ts"

const exporter = new InMemorySpanExporter()
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
beforeEach(() => exporter.reset())
afterAll(() => trace.disable())

interface Line {
  readonly level: string
  readonly event: string
  readonly fields: LogFields
}

const opened = async () => {
  const lines: Line[] = []
  const log = (level: string, event: string, fields: LogFields) => void lines.push({ level, event, fields })
  const store = sqlite({ file: ":memory:" })
  const engine = closing(
    await createEngine({ store, plugins, clock: fixedClock(START), ids: fixedIds("observed"), log }),
  )
  await engine.tenants.create(TENANT)
  const { workshop } = engine.as({ tenant: TENANT.id, user: "anna" })
  lines.length = 0
  exporter.reset()
  return { engine, lines, workshop }
}

const spans = () =>
  exporter.getFinishedSpans().map(({ name, attributes, status, events }) => ({ name, attributes, status, events }))

describe("a command", () => {
  test("is one line and one span: name, tenant, outcome, seq, how many records", async () => {
    const { lines, workshop } = await opened()
    await workshop.machines.create({ ...machine("A"), parts: [{ name: "arm" }] })
    expect(lines).toEqual([
      {
        level: "info",
        event: "command",
        fields: {
          tenant: "fjall",
          command: "workshop.machines.create",
          outcome: "done",
          seq: 2,
          rows: 2,
          milliseconds: expect.any(Number),
        },
      },
    ])
    expect(spans()).toEqual([
      {
        name: "workshop.machines.create",
        attributes: {
          "anbud.kind": "command",
          "anbud.plugin": "workshop",
          "anbud.name": "workshop.machines.create",
          "anbud.tenant": "fjall",
          "anbud.outcome": "done",
          "anbud.seq": 2,
          "anbud.rows": 2,
        },
        status: { code: 0 },
        events: [],
      },
    ])
  })

  test("that is refused, replayed, aborted or broken says so: a refusal is no error, a bug is", async () => {
    const { lines, workshop } = await opened()
    const { id } = await workshop.machines.create(machine("A"))
    const call = () => workshop.raise({ machine: id, by: 50 }, { idempotencyKey: "k" }).result()
    await call()
    await call()
    await workshop.raise({ machine: id, by: 1 }, { idempotencyKey: "j" })
    await workshop.raise({ machine: id, by: 1 }, { idempotencyKey: "j" })
    await workshop.raise({ machine: id, by: 1 }, { signal: AbortSignal.abort() }).catch(() => undefined)
    planned.set("bug", async () => {
      throw new TypeError("a bug")
    })
    await workshop.run({ plan: "bug" }).catch(() => undefined)
    const told = lines
      .slice(1)
      .map(({ level, fields: { outcome, replayed, error } }) => [level, outcome, replayed, error])
    expect(told).toEqual([
      ["info", "TooMany", undefined, undefined],
      ["info", "TooMany", undefined, undefined],
      ["info", "done", undefined, undefined],
      ["info", "done", true, undefined],
      ["info", "aborted", undefined, undefined],
      ["error", "fault", undefined, "TypeError"],
    ])
    const broken = spans().at(-1)
    expect(broken).toMatchObject({ status: { code: 2 }, attributes: { "anbud.outcome": "fault" }, events: [] })
    expect(spans().map(({ status }) => status.code)).toEqual([0, 0, 0, 0, 0, 0, 2])
  })
})

test("a query is a span and a line for those who look closely, with its rows", async () => {
  const { lines, workshop } = await opened()
  for (const code of ["A", "B"]) await workshop.machines.create(machine(code))
  await workshop.machines.list()
  await workshop.totalOf({ machine: NOBODY })
  expect(lines.slice(2)).toMatchObject([
    { level: "debug", event: "query", fields: { query: "workshop.machines.read", outcome: "done", rows: 2 } },
    { level: "debug", event: "query", fields: { query: "workshop.totalOf", outcome: "done" } },
  ])
  expect(spans().at(-2)?.attributes).toMatchObject({ "anbud.kind": "query", "anbud.rows": 2 })
})

test("a job is a span, and so are the commands that it calls", async () => {
  const { engine, workshop } = await opened()
  const { id } = await workshop.machines.create(machine("A"))
  const input = { ids: [id], set: { count: 7 }, refused: "skip" } as const
  const batch = await workshop.machines.batches.massUpdate(input)
  const stop = new AbortController()
  const work = engine.work({ signal: stop.signal, pollMilliseconds: 5 })
  await expect.poll(async () => (await workshop.machines.batches.get(batch.id)).state).toBe("done")
  stop.abort()
  await work
  const job = spans().find(({ attributes }) => attributes["anbud.kind"] === "job")
  expect(job?.attributes).toMatchObject({ "anbud.name": "batch", "anbud.attempt": 1, "anbud.tenant": "fjall" })
  expect(spans().filter(({ name }) => name === "workshop.machines.massUpdate").length).toBeGreaterThan(1)
})

describe("a secret and a personal value in every field of an input", () => {
  const SECRET = "s3cr3t-Zwölf"
  const PERSON = "Pia Planted"
  const both = `${SECRET} ${PERSON}`
  const planting = {
    code: SECRET,
    label: both,
    currency: "SEK",
    note: both,
    keeper: PERSON,
    options: { password: SECRET, [SECRET]: PERSON },
    parts: [{ name: both }],
  }

  test.each<[string, (shop: Awaited<ReturnType<typeof opened>>) => Promise<unknown>]>([
    ["a command that is done", ({ workshop }) => workshop.machines.create(planting)],
    [
      "one that is invalid",
      ({ workshop }) => workshop.machines.create({ ...planting, count: both, [both]: both } as never),
    ],
    [
      "one whose key is taken",
      async ({ workshop }) => {
        await workshop.machines.create(planting)
        await workshop.machines.create(planting)
      },
    ],
    ["one that names no record", ({ workshop }) => workshop.raise({ machine: both as never, by: 1 })],
    ["an idempotency key", ({ workshop }) => workshop.machines.create(planting, { idempotencyKey: both })],
    [
      "one that is replayed with another input",
      async ({ workshop }) => {
        await workshop.machines.create(planting, { idempotencyKey: "k" })
        await workshop.machines.create({ ...planting, note: SECRET }, { idempotencyKey: "k" })
      },
    ],
    [
      "a mass update of more than one command takes",
      ({ workshop }) => {
        const ids = Array.from({ length: 1001 }, (_, n) => `${SECRET} ${n}` as never)
        return workshop.machines.massUpdate({ ids, set: { note: both, label: PERSON }, refused: "skip" })
      },
    ],
    [
      "a file",
      ({ workshop }) =>
        workshop.machines.import({
          file: "pia.csv",
          text: `code;label;currency;count\n${SECRET};${both};SEK;${PERSON}\nB;${both};SEK;1`,
          key: ["code"],
          columns: { code: "code", label: "label", currency: "currency", count: "count" },
          refused: "skip",
        }),
    ],
    ["a filter", ({ workshop }) => workshop.machines.list({ where: { note: both, keeper: PERSON } })],
    ["a filter by no known field", ({ workshop }) => workshop.machines.list({ where: { [both]: both } as never })],
    ["a search", ({ workshop }) => workshop.machines.search({ text: both })],
    ["a forged cursor", ({ workshop }) => workshop.machines.list({ after: both })],
    [
      "a bug that quotes them",
      ({ workshop }) => {
        planned.set(PERSON, async () => {
          throw new Error(`no such thing as ${both}`)
        })
        return workshop.run({ plan: PERSON })
      },
    ],
    ["a user who is none", ({ engine }) => engine.as({ tenant: TENANT.id, user: both }).workshop.machines.list()],
    ["an administrator", ({ engine }) => engine.tenants.create({ ...TENANT, name: PERSON, admin: SECRET })],
  ])("%s reaches neither the log nor a span nor health", async (_, call) => {
    const shop = await opened()
    await call(shop).catch(() => undefined)
    const told = JSON.stringify([shop.lines, spans(), await shop.engine.health({ tenant: TENANT.id })])
    expect(told).not.toContain(SECRET)
    expect(told).not.toContain(PERSON)
  })

  test.each<[string, object]>([
    ["a text in a column of numbers", { count: both }],
    ["a number that is none", { count: Number.NaN }],
    ["an object in a column of text", { note: { [SECRET]: PERSON } }],
    ["a choice that there is not", { state: both }],
  ])("the text of a fault says nothing of them: %s", async (_, wrong) => {
    const { workshop } = await opened()
    planned.set("fault", async (ctx) => [create(Machine, ctx.newId(Machine), { ...planting, ...wrong } as never)])
    const fault = await workshop.run({ plan: "fault" }).then(
      () => null,
      (error: unknown) => error as Error,
    )
    expect(fault).toBeInstanceOf(Error)
    const text = `${fault?.message}\n${fault?.stack}\n${JSON.stringify(fault)}`
    expect(text).not.toContain(SECRET)
    expect(text).not.toContain(PERSON)
  })
})
