/** Long work: progress, an abort that leaves nothing half done, and errors that show where the host called. */
import { describe, expect, test } from "vitest"
import { machine, NOBODY, openWorkshop, TENANT } from "./workshop.ts"

const csv = (count: number): string =>
  ["code;label;currency", ...Array.from({ length: count }, (_, n) => `M${n};Machine ${n};SEK`)].join("\n")

const file = (count: number) => ({
  file: "machines.csv",
  text: csv(count),
  key: ["code"] as const,
  columns: { code: "code", label: "label", currency: "currency" },
})

const opened = async (path?: string) => {
  const shop = await openWorkshop(path)
  return { ...shop, machines: shop.anna.workshop.machines }
}
type Opened = Awaited<ReturnType<typeof opened>>

/** The file of the first frame of what a call rejects with. */
const placeOf = async (call: Promise<unknown>): Promise<string> => {
  const error = await call.then(
    () => new Error("it did not reject"),
    (reason: unknown) => reason as Error,
  )
  const [heading = "", first = ""] = (error.stack ?? "").split("\n    at ")
  expect(heading).toContain(error.message)
  return first
}

describe("the first frame of an error is the host's", () => {
  const aborted = AbortSignal.abort()
  const each = async ({ machines }: Opened) => {
    for await (const _ of machines.each({ where: { ghost: 1 } as never })) throw new Error("not reached")
  }
  test.each<[string, (shop: Opened) => Promise<unknown>]>([
    ["a command", ({ anna }) => anna.workshop.raise({ machine: NOBODY, by: 1 })],
    ["its preview", ({ anna }) => anna.workshop.raise.preview({ machine: NOBODY, by: 1 })],
    ["a query", ({ anna }) => anna.workshop.totalOf({ machine: 7 as never })],
    ["create", ({ machines }) => machines.create({} as never)],
    ["patch", ({ machines }) => machines.patch({ id: NOBODY, set: {} })],
    ["get", ({ machines }) => machines.get(NOBODY)],
    ["list", ({ machines }) => machines.list({ limit: -1 })],
    ["each", each],
    ["search", ({ machines }) => machines.search({ text: "" })],
    ["import", ({ machines }) => machines.import({} as never)],
    ["mass update", ({ machines }) => machines.massUpdate({ ids: [NOBODY], set: {}, refused: "all" })],
    ["undo of a batch", ({ machines }) => machines.undo({ batch: "b", refused: "all" })],
    ["a batch", ({ machines }) => machines.batches.get("b")],
    ["a command that is aborted", ({ machines }) => machines.create(machine("A"), { signal: aborted })],
    ["a list that is aborted", ({ machines }) => machines.list({}, { signal: aborted })],
    ["verify", ({ engine }) => engine.journal.verify({ tenant: TENANT.id, signal: aborted })],
    ["rebuild", ({ engine }) => engine.search.rebuild({ tenant: TENANT.id, signal: aborted })],
    ["export", ({ engine }) => engine.export({ tenant: TENANT.id, format: "csv", signal: aborted }, () => undefined)],
    ["a new tenant", ({ engine }) => engine.tenants.create({ ...TENANT, currency: "NOK" })],
  ])("%s", async (_, call) => {
    const shop = await opened()
    expect(await placeOf(call(shop))).toContain("longWork.test.ts")
  })

  test("a bug keeps its own frames, and the host's come after them", async () => {
    const { machines } = await opened()
    const bug = new TypeError("a column that throws")
    const text = csv(1)
    const columns = {
      code: "code",
      label: () => {
        throw bug
      },
      currency: "currency",
    }
    const error = await machines.import({ ...file(1), text, columns }).catch((reason: unknown) => reason)
    expect(error).toBe(bug)
    expect(bug.stack?.split("\n    at ").filter((frame) => frame.includes("longWork.test.ts")).length).toBeGreaterThan(
      1,
    )
  })
})

test("an abort without a reason is a plain AbortError; a reason of the host's is the error itself", async () => {
  const { machines } = await opened()
  const plain = await machines.create(machine("A"), { signal: AbortSignal.abort() }).catch((error: unknown) => error)
  expect(plain).toMatchObject({ name: "AbortError", code: "ABORT_ERR", cause: expect.any(DOMException) })
  expect(plain).not.toBeInstanceOf(DOMException)
  const reason = new Error("the shop closes")
  await expect(machines.create(machine("A"), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  expect(await machines.count()).toBe(0)
})

describe("progress and abort", () => {
  test("import: whole or nothing", async () => {
    const { machines } = await opened()
    const stop = new AbortController()
    const seen: number[] = []
    const onProgress = ({ done }: { readonly done: number }): void => {
      seen.push(done)
      if (done >= 400) stop.abort()
    }
    const call = machines.import(file(1100), { signal: stop.signal, onProgress })
    await expect(call).rejects.toMatchObject({ name: "AbortError" })
    expect(seen).toContain(200)
    expect(await machines.count()).toBe(0)
  })

  test("each", async () => {
    const { machines } = await opened()
    await machines.import(file(25))
    const seen: number[] = []
    for await (const _ of machines.each({ limit: 10 }, { onProgress: ({ done }) => seen.push(done) }));
    expect(seen).toEqual([10, 20, 25])
  })

  test("verify, rebuild and export", async () => {
    const { engine, machines } = await opened()
    for (let n = 0; n < 201; n++) await machines.create(machine(`A${n}`))
    const verified: number[] = []
    await engine.journal.verify({ tenant: TENANT.id, onProgress: ({ entries }) => verified.push(entries) })
    expect(verified).toEqual([200, 202])
    const stop = new AbortController()
    const chunks: string[] = []
    const exported = engine.export(
      { tenant: TENANT.id, format: "csv", signal: stop.signal, onProgress: ({ rows }) => rows > 0 && stop.abort() },
      ({ table }) => void chunks.push(table),
    )
    await expect(exported).rejects.toMatchObject({ name: "AbortError" })
    expect(chunks.length).toBeGreaterThan(0)
    expect(await machines.count()).toBe(201)
  })
})
