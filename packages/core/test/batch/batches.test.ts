/** Batches: mass updates, imports and undos of more records than one command takes. */
import type { BatchProgress } from "@anbud/core"
import { describe, expect, test } from "vitest"
import { closing, NOBODY, openWorkshop } from "../workshop.ts"

const csv = (count: number, label = (n: number) => `Machine ${n}`): string =>
  ["code;label;currency", ...Array.from({ length: count }, (_, n) => `M${n};${label(n)};SEK`)].join("\n")

const file = (text: string) => ({
  file: "machines.csv",
  text,
  key: ["code"] as const,
  columns: { code: "code", label: "label", currency: "currency" },
})

/** A workshop with so many machines. */
const withMachines = async (count: number) => {
  const opened = await openWorkshop()
  const { machines } = opened.anna.workshop
  await machines.import(file(csv(count)))
  const ids: (typeof NOBODY)[] = []
  for await (const { id } of machines.each({ limit: 1000 })) ids.push(id as never)
  return { ...opened, machines, ids }
}

/** Works like a worker until the signal of the test. */
const working = (engine: { work(options: { signal: AbortSignal; pollMilliseconds: number }): Promise<void> }) => {
  const stop = new AbortController()
  const work = engine.work({ signal: stop.signal, pollMilliseconds: 5 })
  return closing({
    close: async () => {
      stop.abort()
      await work
    },
  })
}

describe("2 500 records", () => {
  test("are imported, updated and undone, with progress, an outcome for each, and the journal whole", async () => {
    const { engine, machines, ids } = await withMachines(2500)
    expect(ids).toHaveLength(2500)
    const seen: number[] = []
    const before = await engine.journal.head({ tenant: "fjall" })
    const done = await machines.massUpdate(
      { ids: [...ids, NOBODY], set: { count: 7 }, refused: "skip" },
      { onProgress: ({ done, total }) => seen.push(done / total) },
    )
    expect(done.updated).toEqual(ids)
    expect(done.failed).toMatchObject([{ id: NOBODY, tag: "NotFound" }])
    expect(seen.length).toBeGreaterThan(10)
    expect(seen.at(-1)).toBe(1)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    const head = await engine.journal.head({ tenant: "fjall" })
    expect(head.seq - before.seq).toBe(13)
    expect(await machines.count({ where: { count: 7 } })).toBe(2500)
    const {
      items: [latest],
    } = await machines.history(ids[0] as never)
    expect(latest).toMatchObject({ command: "workshop.machines.massUpdate", reason: `batch ${done.batch}` })

    const undone = await machines.undo({ batch: done.batch ?? "", refused: "all" })
    expect([...undone.updated].sort()).toEqual([...ids].sort())
    expect(await machines.count({ where: { count: 7 } })).toBe(0)
    expect((await engine.journal.verify({ tenant: "fjall" })).broken).toBeNull()
  }, 30_000)

  test("can be previewed: what a batch would do, and nothing is written", async () => {
    const { engine, machines, ids } = await withMachines(1001)
    const before = await engine.journal.head({ tenant: "fjall" })
    const { outcome, changes } = await machines.massUpdate.preview({ ids, set: { count: 7 }, refused: "all" })
    expect([outcome["updated"], changes.length]).toEqual([ids, 1001])
    const refused = await machines.massUpdate
      .preview({ ids: [...ids, NOBODY], set: { count: 7 }, refused: "all" })
      .result()
    expect(refused).toMatchObject({ ok: false, error: { _tag: "MassUpdateRefused" } })
    expect(await engine.journal.head({ tenant: "fjall" })).toEqual(before)
  })
})

describe("one refused row", () => {
  test('with "all" it refuses them all before the first is written', async () => {
    const { engine, machines, ids } = await withMachines(1001)
    const before = await engine.journal.head({ tenant: "fjall" })
    const all = await machines.massUpdate({ ids: [...ids, NOBODY], set: { count: 7 }, refused: "all" }).result()
    expect(all).toMatchObject({
      ok: false,
      error: { _tag: "MassUpdateRefused", params: { failed: [{ id: NOBODY, tag: "NotFound" }] } },
    })
    expect(await engine.journal.head({ tenant: "fjall" })).toEqual(before)
  })
})

describe("rights withdrawn in the middle", () => {
  /** A clerk who may update machines, until the first chunk is written. */
  const withdrawn = async (refused: "all" | "skip") => {
    const { engine, anna, ids, machines } = await withMachines(1001)
    const grants = ["workshop.machines.read", "workshop.machines.massUpdate"]
    const { id: role } = await anna.organisation.roles.create({ name: "clerk", grants })
    await anna.organisation.users.create({ login: "carl", name: "Carl", roles: [{ role }] })
    const carl = engine.as({ tenant: "fjall", user: "carl", locale: "sv" }).workshop.machines
    const onProgress = ({ state, done }: BatchProgress): void => {
      // The update waits for the store's one writer before the next chunk does.
      if (state === "applying" && done === 200)
        void anna.organisation.roles.patch({ id: role, set: { grants: ["workshop.machines.read"] } })
    }
    const outcome = await carl.massUpdate({ ids, set: { count: 7 }, refused }, { onProgress }).result()
    return { outcome, engine, carl, machines, ids }
  }

  test('with "skip" what is left is refused row by row, and what was written stays', async () => {
    const { outcome, carl, machines, ids } = await withdrawn("skip")
    if (!outcome.ok) throw outcome.error
    const { updated, failed, batch = "" } = outcome.value
    expect(updated).toEqual(ids.slice(0, 200))
    expect(failed.map(({ id }) => id)).toEqual(ids.slice(200))
    expect(new Set(failed.map(({ tag }) => tag))).toEqual(new Set(["Forbidden"]))
    expect(await machines.count({ where: { count: 7 } })).toBe(200)
    const { items } = await carl.batches.rows({ batch, outcome: "refused", limit: 1 })
    expect(items[0]?.refused[0]?.message).toBe("Du behöver rätten workshop.machines.massUpdate.")
    expect(await carl.batches.get(batch)).toMatchObject({ state: "refused", refusal: { tag: "Forbidden" } })
  })

  test('with "all" what was written is taken back, though the user may do nothing any more', async () => {
    const { outcome, engine, machines } = await withdrawn("all")
    expect(outcome).toMatchObject({ ok: false, error: { _tag: "Forbidden" } })
    expect(await machines.count({ where: { count: 7 } })).toBe(0)
    expect((await engine.journal.verify({ tenant: "fjall" })).broken).toBeNull()
  })
})

describe("what turns up between the look at the rows and their writing", () => {
  /** A file that is read, and then a machine that takes the code of one of its rows. */
  const overtaken = async (refused: "all" | "skip") => {
    const { engine, anna } = await openWorkshop()
    const { machines } = anna.workshop
    const { id } = await machines.batches.import({ ...file(csv(450)), key: ["label"], refused })
    await machines.create({ code: "M321", label: "Faster", currency: "SEK" })
    const batch = await machines.batches.wait(id)
    return { engine, machines, batch }
  }

  test('with "skip" the one row is found in its chunk and named, and all others are written', async () => {
    const { machines, batch } = await overtaken("skip")
    expect(batch).toMatchObject({ state: "done", done: 450, counts: { created: 449, refused: 1 } })
    const { items } = await machines.batches.rows({ batch: batch.id, outcome: "refused" })
    expect(items).toMatchObject([{ line: 323, refused: [{ tag: "UniqueTaken" }] }])
    expect(await machines.count()).toBe(450)
  })

  test('with "all" everything that was written is taken back', async () => {
    const { engine, machines, batch } = await overtaken("all")
    expect(batch).toMatchObject({ state: "refused", refusal: { tag: "UniqueTaken" }, counts: { undone: 200 } })
    expect((await machines.list()).items.map(({ label }) => label)).toEqual(["Faster"])
    expect((await engine.journal.verify({ tenant: "fjall" })).broken).toBeNull()
  })

  test("a record that somebody has changed since is kept, and named, when a batch is taken back", async () => {
    const { machines, ids } = await withMachines(450)
    const { id } = await machines.batches.massUpdate({ ids, set: { count: 7 }, refused: "all" })
    const onProgress = ({ state, done }: BatchProgress): void => {
      if (state !== "applying" || done !== 200) return
      void machines.patch({ id: ids[3] as never, set: { note: "mine now" } })
      void machines.batches.cancel(id)
    }
    const ended = await machines.batches.wait(id, { onProgress })
    expect(ended.state).toBe("cancelled")
    expect(ended.counts).toMatchObject({ changed: 0, kept: 1 })
    const { items } = await machines.batches.rows({ batch: id, outcome: "kept" })
    expect(items).toMatchObject([{ record: ids[3], refused: [{ tag: "VersionConflict" }] }])
    expect((await machines.list({ where: { count: 7 } })).items.map(({ note }) => note)).toEqual(["mine now"])
  })
})

describe("with workers", () => {
  test("a batch is begun, watched, and cancelled in the middle; what it has written is undone as one", async () => {
    const { engine, machines, ids } = await withMachines(900)
    const { id } = await machines.batches.massUpdate({ ids, set: { count: 7 }, refused: "skip" })
    expect(await machines.batches.get(id)).toMatchObject({ state: "applying", done: 0, total: 900 })
    const workers = working(engine)
    let now = await machines.batches.get(id)
    while (now.done === 0) now = await machines.batches.get(id)
    const cancelled = await machines.batches.cancel(id)
    await workers.close()
    expect(cancelled.state).toBe("cancelled")
    expect(cancelled.done).toBeGreaterThan(0)
    expect(cancelled.done).toBeLessThan(900)
    expect(await machines.count({ where: { count: 7 } })).toBe(cancelled.done)
    const waiting = await machines.batches.rows({ batch: id, outcome: "waiting", limit: 1 })
    expect(waiting.items).toMatchObject([{ place: cancelled.done, record: ids[cancelled.done], outcome: "waiting" }])
    expect(await machines.batches.cancel(id)).toEqual(cancelled)

    await machines.undo({ batch: id, refused: "all" })
    expect(await machines.count({ where: { count: 7 } })).toBe(0)
  })

  test("an import says of each line what became of it, and undoing it removes what it made", async () => {
    const { engine, machines } = await withMachines(10)
    const lines = csv(1200, (n) => (n % 100 === 99 ? "x".repeat(41) : `Again ${n}`))
    const { id } = await machines.batches.import({ ...file(lines), refused: "skip" })
    const ended = await machines.batches.wait(id)
    expect(ended).toMatchObject({ state: "done", total: 1200, done: 1200 })
    expect(ended.counts).toMatchObject({ created: 1178, changed: 10, refused: 12 })
    const bad = await machines.batches.rows({ batch: id, outcome: "refused", limit: 2 })
    expect(bad.items).toMatchObject([
      { line: 101, record: null, refused: [{ tag: "BadValue", params: { field: "label" } }] },
      { line: 201 },
    ])
    const next = await machines.batches.rows({ batch: id, outcome: "refused", limit: 10, after: bad.next ?? "" })
    expect(next.items.map(({ line }) => line)).toEqual([301, 401, 501, 601, 701, 801, 901, 1001, 1101, 1201])
    await machines.undo({ batch: id, refused: "all" })
    expect(await machines.count()).toBe(10)
    expect((await machines.list({ where: { code: "M0" } })).items[0]?.label).toBe("Machine 0")
    expect((await engine.journal.verify({ tenant: "fjall" })).broken).toBeNull()
  })

  test("a batch is its user's: others find none", async () => {
    const { engine, anna, machines, ids } = await withMachines(3)
    const { id } = await machines.batches.massUpdate({ ids, set: { count: 7 }, refused: "all" })
    const { id: role } = await anna.organisation.roles.create({ name: "clerk", grants: ["workshop.*"] })
    await anna.organisation.users.create({ login: "carl", name: "Carl", roles: [{ role }] })
    const carl = engine.as({ tenant: "fjall", user: "carl" }).workshop
    for (const call of [
      carl.machines.batches.get(id),
      carl.machines.batches.rows({ batch: id }),
      carl.machines.batches.cancel(id),
      carl.machines.batches.undo({ batch: id, refused: "all" }),
      anna.workshop.remarks.batches.get(id),
      machines.batches.get(NOBODY),
    ])
      expect(await call.result()).toMatchObject({ ok: false, error: { _tag: "NotFound" } })
    expect((await machines.batches.wait(id)).counts.changed).toBe(3)
  })

  test("asked for twice under one key it is one batch; values that were to be written are forgotten at the end", async () => {
    const { engine, machines, ids } = await withMachines(1001)
    const call = () =>
      machines.massUpdate({ ids, set: { label: "Blue herring" }, refused: "all" }, { idempotencyKey: "k" }).result()
    const first = await call()
    const again = await call()
    expect(again).toMatchObject({ ok: true, replayed: true, value: first.ok && first.value })
    const kept: string[] = []
    await engine.export({ tenant: "fjall", format: "jsonl" }, ({ table, text }) => {
      if (table.startsWith("batch") || table.startsWith("job")) kept.push(text)
    })
    expect(kept.join("")).toContain(ids[0])
    expect(kept.join("")).not.toContain("herring")
  })

  test("aborting the call cancels its batch, and all or nothing leaves nothing", async () => {
    const { machines, ids } = await withMachines(1001)
    const stop = new AbortController()
    const onProgress = ({ state, done }: BatchProgress): void => {
      if (state === "applying" && done >= 400) stop.abort(new Error("enough"))
    }
    const call = machines.massUpdate({ ids, set: { count: 7 }, refused: "all" }, { signal: stop.signal, onProgress })
    await expect(call).rejects.toThrow("enough")
    expect(await machines.count({ where: { count: 7 } })).toBe(0)
  })

  test("a call whose batch somebody else cancels hears BatchCancelled", async () => {
    const { machines, ids } = await withMachines(1001)
    const onProgress = ({ batch, done }: BatchProgress): void => {
      if (done === 200) void machines.batches.cancel(batch)
    }
    const outcome = await machines.massUpdate({ ids, set: { count: 7 }, refused: "skip" }, { onProgress }).result()
    expect(outcome).toMatchObject({ ok: false, error: { _tag: "BatchCancelled" } })
    expect(await machines.count({ where: { count: 7 } })).toBeLessThan(1001)
  })
})
