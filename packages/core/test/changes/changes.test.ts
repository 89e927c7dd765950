/** The change feed: what a reader gets, from where, by which rights, and when the journal was set back. */
import { sqlite } from "@anbud/adapter-sqlite"
import { type CommittedChange, createEngine, type Log } from "@anbud/core"
import { describe, expect, test } from "vitest"
import { openDesk, tagOf } from "../rights/desk.ts"
import { closing, machine, openWorkshop, plugins, TENANT, temporaryFile } from "../workshop.ts"

const all = async (feed: AsyncIterable<CommittedChange>): Promise<CommittedChange[]> => {
  const changes: CommittedChange[] = []
  for await (const change of feed) changes.push(change)
  return changes
}

/** `machine create 1`, by entry. */
const told = (changes: readonly CommittedChange[]) =>
  changes.map(({ records }) => records.map(({ entity, verb, version }) => `${entity} ${verb} ${version}`))

describe("a reader", () => {
  test("gets each command as one change, in order, and goes on from any of them", async () => {
    const { anna } = await openWorkshop()
    const after = await anna.headCursor()
    const { machines } = anna.workshop
    const one = await machines.create({ ...machine("M1"), parts: [{ name: "axle" }] })
    await machines.patch({ id: one.id, set: { label: "Mill", note: "old" } })
    await machines.create(machine("M2"))
    const changes = await all(anna.changes({ after, until: "head" }))
    expect(told(changes)).toEqual([["machine create 1", "part create 1"], ["machine patch 2"], ["machine create 1"]])
    expect(changes[1]).toMatchObject({ command: "workshop.machines.patch", reason: null })
    expect(changes[1]?.records[0]).toMatchObject({
      record: one.id,
      before: { label: "Machine M1" },
      after: { label: "Mill", note: "old" },
    })
    expect(changes[0]?.records[1]?.root).toEqual({ entity: "machine", id: one.id })
    for (const [index, { cursor }] of changes.entries())
      expect(await all(anna.changes({ after: cursor, until: "head" }))).toEqual(changes.slice(index + 1))
  })

  test("reads the next page when it has used up the last one, and never more", async () => {
    let reads = 0
    const log: Log = (_, event, fields) => {
      if (event === "query" && fields["query"] === "changes") reads += 1
    }
    const engine = closing(await createEngine({ store: sqlite({ file: ":memory:" }), plugins, log }))
    await engine.tenants.create(TENANT)
    const anna = engine.as({ tenant: TENANT.id, user: "anna" })
    const after = await anna.headCursor()
    const parts = Array.from({ length: 400 }, (_, index) => ({ name: `part ${index}` }))
    for (const code of ["M1", "M2", "M3"]) await anna.workshop.machines.create({ ...machine(code), parts })
    const pages: number[] = []
    const onProgress = ({ seq }: { readonly seq: number }): void => void pages.push(seq)
    const feed = anna.changes({ after, until: "head", onProgress })[Symbol.asyncIterator]()
    const seen = async () => [(await feed.next()).value?.seq, reads, [...pages]]
    expect(await seen()).toEqual([2, 1, []])
    expect(await seen()).toEqual([3, 1, []])
    expect(await seen()).toEqual([4, 2, [3]])
    expect(await seen()).toEqual([undefined, 2, [3, 4]])
  })

  test("waits at the head for what is committed, until its signal fires or the engine closes", async () => {
    const { engine, anna } = await openWorkshop()
    const stop = new AbortController()
    const feed = anna.changes({ after: await anna.headCursor(), signal: stop.signal, pollMilliseconds: 60_000 })
    const reader = feed[Symbol.asyncIterator]()
    const first = reader.next()
    await anna.workshop.machines.create(machine("M1"))
    expect((await first).value.records[0]).toMatchObject({ after: { code: "M1" } })
    const second = reader.next()
    stop.abort(new Error("enough"))
    await expect(second).rejects.toThrow("enough")
    const other = anna.changes({ after: await anna.headCursor(), pollMilliseconds: 60_000 })[Symbol.asyncIterator]()
    const last = other.next()
    await engine.close()
    await expect(last).rejects.toMatchObject({ _tag: "StoreClosed" })
  })

  test("asks for some collections; names and options that are not known are refused", async () => {
    const { anna } = await openWorkshop()
    await anna.workshop.machines.create({ ...machine("M1"), parts: [{ name: "axle" }] })
    const of = (collections: readonly string[]) => all(anna.changes({ collections, until: "head" }))
    expect(told(await of(["workshop.machines"]))).toEqual([["machine create 1", "part create 1"]])
    expect(told(await of(["workshop.remarks"]))).toEqual([])
    for (const query of [
      { collections: ["nobody.knows"] },
      { collections: "x" },
      { until: "x" },
      { pollMilliseconds: 1 },
      { x: 1 },
    ])
      expect(await tagOf(all(anna.changes({ until: "head", ...query } as never)))).toBe("InvalidInput")
    const after = await anna.headCursor()
    expect(await tagOf(all(anna.changes({ after, collections: ["workshop.machines"], until: "head" })))).toBe(
      "InvalidCursor",
    )
    expect(await tagOf(all(anna.changes({ after: "x", until: "head" })))).toBe("InvalidCursor")
  })
})

describe("rights", () => {
  test("only what the reader may see today comes, without masked fields; what is gone comes to who sees all", async () => {
    const desk = await openDesk()
    const me = await desk.hire([
      { may: "desk.tickets.*", scope: "own" },
      { not: "desk.tickets.read", fields: ["cost"] },
    ])
    const after = { ada: await desk.ada.headCursor(), me: await me.session.headCursor() }
    const mine = await desk.ticket("A", me.id, { cost: 7, notes: [{ words: "a" }, { words: "b" }] })
    const other = await desk.ticket("B", desk.boss.id, { cost: 9 })
    const [first] = await desk.ada.desk.tickets.parts(mine.id, "notes")
    await desk.ada.desk.tickets.patch({
      id: mine.id,
      set: { cost: 8, title: "new", notes: { remove: [String(first?.id)] as never } },
    })
    await desk.ada.desk.labels.create({ name: "red" })
    const seen = await all(me.session.changes({ after: after.me, until: "head" }))
    expect(told(seen)).toEqual([
      ["ticket create 1", "note create 1", "note create 1"],
      ["ticket patch 2", "note remove 2"],
    ])
    expect(JSON.stringify(seen)).not.toContain("cost")
    expect(seen[1]?.records[0]?.after).toEqual({ title: "new" })
    expect(await all(desk.ada.changes({ after: after.ada, until: "head" }))).toHaveLength(4)
    await desk.ada.desk.tickets.patch({ id: other.id, set: { owner: me.id } })
    expect(told(await all(me.session.changes({ after: after.me, until: "head" })))).toHaveLength(4)
    const cursor = String(seen.at(-1)?.cursor)
    expect(await tagOf(all(desk.ada.changes({ after: cursor, until: "head" })))).toBe("InvalidCursor")
    expect(await tagOf(all(me.session.changes({ collections: ["desk.labels"], until: "head" })))).toBe("Forbidden")
  })

  test("a reader that is not active any more gets nothing further", async () => {
    const desk = await openDesk()
    const me = await desk.hire(["desk.*"])
    const reader = me.session.changes({ after: await me.session.headCursor() })[Symbol.asyncIterator]()
    await desk.ticket("A", desk.boss.id)
    expect((await reader.next()).value.records).toHaveLength(1)
    await desk.ada.organisation.users.patch({ id: me.id as never, set: { isActive: false } })
    await desk.ticket("B", desk.boss.id)
    await expect(reader.next()).rejects.toMatchObject({ _tag: "UnknownUser" })
  })
})

test("row 72: a restored backup refuses the cursors that were ahead of it, even when it has caught up", async () => {
  const file = temporaryFile()
  const { engine, anna } = await openWorkshop(file)
  await anna.workshop.machines.create(machine("M1"))
  const behind = await anna.headCursor()
  await anna.workshop.machines.create(machine("M2"))
  const backup = sqlite({ file })
  await backup.backup(`${file}.copy`)
  await anna.workshop.machines.create(machine("M3"))
  const ahead = await anna.headCursor()
  await engine.close()
  // Another path, so that the tests' ids are not those of before.
  await sqlite({ file: `${file}.restored` }).restore(`${file}.copy`)
  const restored = await openWorkshop(`${file}.restored`)
  const read = (after: string) => all(restored.anna.changes({ after, until: "head" }))
  await expect(read(ahead)).rejects.toMatchObject({ _tag: "FeedRewound", params: { seenSeq: 4, headSeq: 3 } })
  await restored.anna.workshop.machines.create(machine("M4"))
  await expect(read(ahead)).rejects.toMatchObject({ _tag: "FeedRewound", params: { seenSeq: 4, headSeq: 4 } })
  expect((await read(behind)).map(({ seq }) => seq)).toEqual([3, 4])
})
