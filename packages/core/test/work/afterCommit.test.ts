/** Hooks after the commit: at least once, in order per record, without a way back into the command. */
import { afterCommit, type CommittedEvent, type HandlerContext, plugin } from "@anbud/core"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { openRooms, workOff } from "./rooms.ts"
import { book, takeSeat, write } from "./roomsPlugin.ts"

/** A plugin whose hooks call this. */
const postWith = (run: (ctx: HandlerContext, event: CommittedEvent) => unknown) =>
  plugin("post", {
    needs: ["rooms"],
    entities: [],
    hooks: [afterCommit(book, (ctx, event) => run(ctx, event) as undefined)],
  })

const letters = async ({ ada }: Awaited<ReturnType<typeof openRooms>>) =>
  (await ada.rooms.letters.list({ limit: 1000 })).items.map(({ words }) => words).sort()

test("a hook gets the event's id, seq, actor and outcome after the commit, and may write through commands", async () => {
  const seen: CommittedEvent[] = []
  const post = postWith(async (ctx, event) => {
    seen.push(event)
    await ctx.call(write, { about: event.event, words: `attempt ${ctx.attempt}` })
  })
  const firm = await openRooms({ post })
  const { ada, room, engine } = firm
  const booked = await ada.rooms.book({ room: room.id, by: "Per" }).result()
  expect(seen).toEqual([])
  expect(await workOff(engine)).toEqual(["done"])
  if (!booked.ok) throw new Error("expected a booking")
  const me = await ada.organisation.me({})
  expect(seen).toEqual([
    {
      event: `acme/${booked.seq}.2`,
      seq: booked.seq,
      at: "2025-03-14T08:00:00.000Z",
      command: "rooms.book",
      actor: me.user,
      outcome: { booking: booked.value.id },
    },
  ])
  const [letter] = (await ada.rooms.letters.list()).items
  expect(letter).toMatchObject({ about: seen[0]?.event, words: "attempt 1" })
  const {
    items: [entry],
  } = await ada.rooms.letters.history(letter?.id as never)
  expect(entry).toMatchObject({ actor: me.user, command: "rooms.write", reason: `post/rooms.book ${seen[0]?.event}` })
})

test("a command that was called inside another has its hooks run too; one that was refused or previewed has none", async () => {
  const seen: string[] = []
  const post = plugin("post", {
    needs: ["rooms"],
    entities: [],
    hooks: [
      afterCommit(takeSeat, (_, { event }) => void seen.push(event)),
      afterCommit(book, () => Effect.sync(() => void seen.push("booked"))),
    ],
  })
  const { ada, room, engine } = await openRooms({ post })
  await ada.rooms.rooms.create({ name: "Full", seats: 0 })
  const [full] = (await ada.rooms.rooms.list({ where: { seats: 0 } })).items
  expect(await ada.rooms.book({ room: full?.id as never, by: "Per" }).result()).toMatchObject({ ok: false })
  await ada.rooms.book.preview({ room: room.id, by: "Per" })
  expect(await workOff(engine)).toEqual([])
  await ada.rooms.book({ room: room.id, by: "Per" }, { idempotencyKey: "k" })
  await ada.rooms.book({ room: room.id, by: "Per" }, { idempotencyKey: "k" })
  expect(await workOff(engine)).toEqual(["done", "done"])
  expect(seen.sort()).toEqual(["acme/4.1", "booked"])
})

test("events of one record come in the order of the journal, also when one of them fails for a while", async () => {
  const seen: string[] = []
  let failures = 2
  const post = plugin("post", {
    needs: ["rooms"],
    entities: [],
    hooks: [
      afterCommit(takeSeat, (_, { seq, outcome }) => {
        if (outcome.room === blue && failures-- > 0) throw new Error("the post office is closed")
        seen.push(`${outcome.room === blue ? "blue" : "red"} ${seq}`)
      }),
    ],
  })
  const { ada, room, engine, clock } = await openRooms({ post })
  const blue = room.id
  const red = (await ada.rooms.rooms.create({ name: "Red", seats: 9 })).id
  for (const id of [blue, blue, red, blue]) await ada.rooms.takeSeat({ room: id as typeof blue })
  expect((await workOff(engine)).sort()).toEqual(["done", "postponed"])
  expect(seen).toEqual(["red 6"])
  clock.set("2025-03-14T08:00:01.000Z")
  expect(await workOff(engine)).toEqual(["postponed"])
  clock.set("2025-03-14T08:00:10.000Z")
  expect(await workOff(engine)).toEqual(["done", "done", "done"])
  expect(seen).toEqual(["red 6", "blue 4", "blue 5", "blue 7"])
})

test("a handler that throws never affects the command, is tried again with backoff and then parked, while others go on", async () => {
  let isBroken = true
  const post = postWith(() => {
    if (isBroken) throw new TypeError("no such street")
  })
  const { ada, room, engine, clock } = await openRooms({ post })
  await ada.rooms.book({ room: room.id, by: "Per" })
  const outcomes: string[] = []
  for (let day = 0; day < 12; day += 1) {
    clock.set(`2025-03-${15 + day}T08:00:00.000Z` as never)
    outcomes.push(...(await workOff(engine)))
  }
  expect(outcomes).toEqual([...Array.from({ length: 11 }, () => "postponed"), "parked"])
  const [given] = await engine.events.list({ tenant: "acme" })
  expect(given).toMatchObject({
    kind: "post/rooms.book",
    state: "parked",
    attempts: 12,
    failure: { tag: "HandlerFailed", params: { error: "TypeError", message: "no such street" } },
  })
  expect(await engine.health()).toMatchObject({ isWell: false, outbox: { parked: 1, waiting: 0 } })
  isBroken = false
  await engine.events.retry({ tenant: "acme", id: given?.id ?? "" })
  expect(await workOff(engine)).toEqual(["done"])
  expect(await engine.health()).toMatchObject({ isWell: true, outbox: { parked: 0, waiting: 0, running: 0 } })
  await expect(engine.events.discard({ tenant: "acme", id: given?.id ?? "" })).rejects.toMatchObject({
    _tag: "NotParked",
  })
})

test("an effect is written once, however often its handler begins anew after it", async () => {
  const post = postWith(async (ctx, { event }) => {
    await ctx.call(write, { about: event, words: "first" })
    await ctx.call(write, { about: event, words: "second" })
    if (ctx.attempt < 3) throw new Error("the line is cut")
  })
  const firm = await openRooms({ post })
  await firm.ada.rooms.book({ room: firm.room.id, by: "Per" })
  for (const second of ["00", "03", "30"]) {
    firm.clock.set(`2025-03-14T08:01:${second}.000Z` as never)
    await workOff(firm.engine)
  }
  expect(await letters(firm)).toEqual(["first", "second"])
})

/** Who books a seat reads the answer. */
const BOOKER = ["rooms.book", "rooms.takeSeat", "rooms.rooms.read", "rooms.bookings.read"]

test("row 66: a user who is gone is acted for no more: the event is parked with UnknownUser at once", async () => {
  const seen: string[] = []
  const post = postWith((_, { event }) => void seen.push(event))
  const { ada, room, engine } = await openRooms({ post })
  const role = await ada.organisation.roles.create({ name: "booker", grants: BOOKER })
  const per = await ada.organisation.users.create({ login: "per", name: "Per", roles: [{ role: role.id }] })
  await engine.as({ tenant: "acme", user: "per" }).rooms.book({ room: room.id, by: "Per" })
  await ada.organisation.users.patch({ id: per.id, set: { isActive: false } })
  expect(await workOff(engine)).toEqual(["parked"])
  expect(seen).toEqual([])
  expect(await engine.events.list({ tenant: "acme" })).toMatchObject([{ failure: { tag: "UnknownUser" } }])
})

test("row 66: a handler has the rights that its user has now, and those of its plugin", async () => {
  const outcomes: string[] = []
  const hooks = [
    afterCommit(book, async (ctx, { event }) => {
      await ctx.call(write, { about: event, words: "x" }).then(
        () => outcomes.push("written"),
        (error: { readonly _tag: string }) => outcomes.push(error._tag),
      )
    }),
  ]
  const post = plugin("post", { needs: ["rooms"], entities: [], hooks })
  const privileged = plugin("privileged", {
    needs: ["rooms"],
    entities: [],
    hooks,
    grants: ["rooms.write", "rooms.letters.read"],
  })
  const { ada, room, engine } = await openRooms({ post, privileged })
  const role = await ada.organisation.roles.create({ name: "booker", grants: BOOKER })
  await ada.organisation.users.create({ login: "per", name: "Per", roles: [{ role: role.id }] })
  await engine.as({ tenant: "acme", user: "per" }).rooms.book({ room: room.id, by: "Per" })
  await workOff(engine, { concurrency: 1 })
  expect(outcomes.sort()).toEqual(["Forbidden", "written"])
})

test("several hooks of one plugin on one command are told apart", async () => {
  const seen: string[] = []
  const post = plugin("post", {
    needs: ["rooms"],
    entities: [],
    hooks: [afterCommit(book, () => void seen.push("a")), afterCommit(book, () => void seen.push("b"))],
  })
  const { ada, room, engine } = await openRooms({ post })
  await ada.rooms.book({ room: room.id, by: "Per" })
  expect(await workOff(engine)).toEqual(["done", "done"])
  expect(seen.sort()).toEqual(["a", "b"])
})
