/** Jobs: there if the command commits, run under a lease, done in one transaction with their effect, parked if hopeless. */
import { sqlite } from "@anbud/adapter-sqlite"
import {
  command,
  type HandlerContext,
  type Instant,
  inTransaction,
  job,
  type OutcomeIds,
  plugin,
  text,
} from "@anbud/core"
import { expect, test } from "vitest"
import { temporaryFile } from "../workshop.ts"
import { openRooms, workOff } from "./rooms.ts"
import { book, Room, RoomIsFull, write } from "./roomsPlugin.ts"

const hook = { run: async (_ctx: HandlerContext, _payload: OutcomeIds): Promise<void> => undefined }
const thank = job<{ readonly room: string }>("thank", (ctx, payload) => hook.run(ctx, payload))
const shortLived = job<{ readonly room: string }>("shortLived", (ctx, payload) => hook.run(ctx, payload), {
  maxAttempts: 2,
})

const ask = command({
  input: { room: Room.id, key: text(), twice: text() },
  refuses: [RoomIsFull],
  decide: async (ctx, { room, key, twice }) => {
    ctx.enqueue(thank, { room }, key === "-" ? {} : { key })
    if (twice === "yes") ctx.enqueue(shortLived, { room })
    if (twice === "refused") return new RoomIsFull({ room })
    return { changes: [], outcome: {} }
  },
  answer: async () => "asked",
})

const hosts = plugin("hosts", {
  needs: ["rooms"],
  entities: [],
  commands: { ask },
  jobs: [thank, shortLived],
  hooks: [inTransaction(book, (ctx, { input }) => void ctx.enqueue(thank, { room: input.room }))],
})

const opened = async (options = {}) => {
  const firm = await openRooms({ hosts }, options)
  const calls = firm.ada as unknown as { readonly hosts: NonNullable<(typeof hosts)["_face"]> }
  return { ...firm, asked: (key: string, twice = "no") => calls.hosts.ask({ room: firm.room.id, key, twice }) }
}

test("a job is there if the command commits, with what the command asked for, on behalf of the same user", async () => {
  const seen: unknown[] = []
  hook.run = async (ctx, payload) => void seen.push([ctx.actor.id, ctx.attempt, ctx.today, payload])
  const { ada, asked, engine, room } = await opened()
  await asked("-")
  expect(await engine.jobs.list({ tenant: "acme", state: "waiting" })).toMatchObject([
    { kind: "hosts.thank", attempts: 0 },
  ])
  expect(await workOff(engine)).toEqual(["done"])
  const me = await ada.organisation.me({})
  expect(seen).toEqual([[me.user, 1, "2025-03-14", { room: room.id }]])
})

test("no job stays of a command that was refused, rolled back or previewed; a hook in the transaction may ask for one", async () => {
  hook.run = async () => undefined
  const { ada, asked, engine, room } = await opened()
  expect(await asked("-", "refused").result()).toMatchObject({ ok: false })
  await ada.rooms.book.preview({ room: room.id, by: "Per" })
  expect(await workOff(engine)).toEqual([])
  await ada.rooms.book({ room: room.id, by: "Per" })
  expect(await workOff(engine)).toEqual(["done"])
})

test("a key is for one job, also when that job is done", async () => {
  let runs = 0
  hook.run = async () => {
    runs += 1
  }
  const { asked, engine } = await opened()
  await asked("once")
  await asked("once")
  await workOff(engine)
  await asked("once")
  await asked("twice")
  await workOff(engine)
  expect(runs).toBe(2)
})

test("finish: the command and the end of the job are one transaction", async () => {
  hook.run = async (ctx, { room }) => {
    await ctx.finish(write, { about: String(room), words: "thanks" })
    // The job is done: what comes after is too late to change that.
    throw new Error("after the end")
  }
  const { ada, asked, engine } = await opened()
  await asked("-")
  expect(await workOff(engine)).toEqual(["done"])
  expect((await ada.rooms.letters.list()).items).toMatchObject([{ words: "thanks" }])
  expect(await engine.health()).toMatchObject({ isWell: true, jobs: { waiting: 0, running: 0, parked: 0 } })
})

test("row 79: a poison job is parked after its tries, with its last refusal, and others go on; a person discards it", async () => {
  hook.run = async (ctx, { room }) => {
    if (ctx.attempt < 9) throw new RoomIsFull({ room: String(room) })
  }
  const { asked, engine, clock } = await opened()
  await asked("-", "yes")
  const outcomes = [...(await workOff(engine))]
  clock.set("2025-03-14T09:00:00.000Z")
  outcomes.push(...(await workOff(engine)))
  expect(outcomes.sort()).toEqual(["parked", "postponed", "postponed", "postponed"])
  const [poison] = await engine.jobs.list({ tenant: "acme" })
  expect(poison).toMatchObject({ kind: "hosts.shortLived", attempts: 2, failure: { tag: "RoomIsFull" } })
  await engine.jobs.discard({ tenant: "acme", id: poison?.id ?? "" })
  expect(await engine.jobs.list({ tenant: "acme" })).toEqual([])
})

test("LeaseLost: a worker whose lease has ended writes nothing and ends nothing; the next one does both", async () => {
  const file = temporaryFile()
  const slow = await opened({ store: sqlite({ file }) })
  const other = await opened({ store: sqlite({ file }) })
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let begun = (): void => undefined
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const heard: unknown[] = []
  hook.run = async (ctx, { room }) => {
    if (ctx.attempt > 1) return void (await ctx.finish(write, { about: String(room), words: "by the second" }))
    begun()
    await held
    await ctx.call(write, { about: String(room), words: "by the first" }).catch((error: unknown) => {
      heard.push((error as { readonly _tag?: string })._tag)
      throw error
    })
  }
  await slow.asked("-")
  const stop = new AbortController()
  const outcomes: string[] = []
  const onProgress = ({ outcome }: { readonly outcome: string }) => void outcomes.push(outcome)
  const work = slow.engine.work({ signal: stop.signal, pollMilliseconds: 10, leaseMilliseconds: 3_600_000, onProgress })
  await hasBegun
  // As if the first had been stopped for longer than its lease: its clock stands still, that of the other goes on.
  other.clock.set("2025-03-14T10:00:01.000Z")
  expect(await workOff(other.engine)).toEqual(["done"])
  release()
  while (outcomes.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  stop.abort()
  await work
  expect(outcomes).toEqual(["lost"])
  expect(heard).toEqual(["LeaseLost"])
  expect((await slow.ada.rooms.letters.list()).items.map(({ words }) => words)).toEqual(["by the second"])
})

test("a stop gives back what does not end in time, without counting the attempt, and its late effect is refused", async () => {
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const heard: string[] = []
  let runs = 0
  hook.run = async (ctx, { room }) => {
    runs += 1
    if (runs > 1) return
    await held
    await ctx.call(write, { about: String(room), words: "late" }).catch((error: Error) => heard.push(error.name))
  }
  const { ada, asked, engine } = await opened()
  await asked("-")
  const stop = new AbortController()
  const work = engine.work({ signal: stop.signal, pollMilliseconds: 10, graceMilliseconds: 50 })
  while (runs === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  stop.abort()
  await work
  expect(await engine.jobs.list({ tenant: "acme", state: "waiting" })).toMatchObject([{ attempts: 0, worker: null }])
  release()
  while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  expect((await ada.rooms.letters.list()).items).toEqual([])
  expect(await workOff(engine)).toEqual(["done"])
})

test("how far a job has come outlives the try that said so: it is shown, and the next one begins there", async () => {
  const firm = await opened()
  const begun: unknown[] = []
  hook.run = async (ctx) => {
    begun.push(ctx.reached)
    const { done = 0 } = (ctx.reached ?? {}) as { readonly done?: number }
    await ctx.reach({ done: done + 40, total: 100 })
    if (done < 80) throw new Error("the network is down")
  }
  await firm.asked("-")
  await workOff(firm.engine)
  const [waiting] = await firm.engine.jobs.list({ tenant: "acme", state: "waiting" })
  expect(waiting?.progress).toEqual({ done: 40, total: 100 })
  for (const hour of ["09", "10", "11"]) {
    firm.clock.set(`2025-03-14T${hour}:00:00.000Z` as Instant)
    await workOff(firm.engine)
  }
  expect(begun).toEqual([null, { done: 40, total: 100 }, { done: 80, total: 100 }])
  expect(await firm.engine.jobs.list({ tenant: "acme", state: "waiting" })).toEqual([])
})

test("one tenant's thousand jobs do not keep another tenant's one waiting", async () => {
  const order: string[] = []
  hook.run = async (ctx) => void order.push(ctx.tenant)
  const { engine, asked } = await opened()
  await engine.tenants.create({ id: "zeta", name: "Zeta", currency: "SEK", zone: "UTC", admin: "zoe" })
  for (let count = 0; count < 60; count += 1) await asked("-")
  const zoe = engine.as({ tenant: "zeta", user: "zoe" }) as unknown as {
    readonly rooms: { readonly rooms: { create(room: object): Promise<{ readonly id: string }> } }
    readonly hosts: { ask(input: object): Promise<unknown> }
  }
  const { id } = await zoe.rooms.rooms.create({ name: "Z", seats: 1 })
  await zoe.hosts.ask({ room: id, key: "-", twice: "no" })
  await workOff(engine, { concurrency: 4 })
  expect(order.length).toBe(61)
  expect(order.indexOf("zeta")).toBeLessThan(9)
})

test("health: what waits, runs and is parked, since when, and who works", async () => {
  const { engine, asked, clock } = await opened()
  let health = await engine.health()
  expect(health).toMatchObject({
    isWell: true,
    store: { dialect: "sqlite", isReachable: true },
    workers: [],
    journal: null,
  })
  await asked("-")
  clock.set("2025-03-14T08:05:00.000Z")
  health = await engine.health({ tenant: "acme" })
  expect(health).toMatchObject({
    isWell: false,
    jobs: { waiting: 1, running: 0, lagSeconds: 300 },
    outbox: { waiting: 0 },
  })
  expect(health.journal).toEqual(await engine.journal.head({ tenant: "acme" }))
  let seen: unknown
  hook.run = async () => {
    seen = await engine.health()
  }
  await workOff(engine)
  expect(seen).toMatchObject({ jobs: { running: 1 }, workers: [{ isAlive: true }] })
  expect(await engine.health()).toMatchObject({ isWell: true, workers: [] })
  await engine.close()
  expect(await engine.health()).toMatchObject({ isWell: false, store: { isReachable: false, reason: "StoreClosed" } })
})

test("closing the engine ends its workers", async () => {
  const { engine } = await opened()
  const work = engine.work({ signal: new AbortController().signal })
  await new Promise((resolve) => setTimeout(resolve, 20))
  await engine.close()
  await work
})
