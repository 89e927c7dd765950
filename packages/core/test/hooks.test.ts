/** Hooks and nested commands: order, vetoes, what they may write, one seq for all, late locks. */
import { sqlite } from "@anbud/adapter-sqlite"
import {
  before,
  command,
  create,
  createEngine,
  entity,
  fixedClock,
  inTransaction,
  integer,
  lock,
  optional,
  patch,
  plugin,
  ref,
  refusal,
  standard,
  text,
} from "@anbud/core"
import * as Effect from "effect/Effect"
import { afterEach, expect, test } from "vitest"

const Room = entity("room", { name: text({ unique: true }), seats: integer({ min: 0 }) })
const Booking = entity("booking", { room: ref(Room), by: text(), note: optional(text()) })
const Invitation = entity("invitation", { booking: ref(Booking), text: text() })

const RoomIsFull = refusal("RoomIsFull", { room: text() }, { en: "{room} is full.", sv: "{room} är fullt." })
const NotOnSundays = refusal("NotOnSundays", { on: text() }, { en: "Not on {on}.", sv: "Inte {on}." })

const takeSeat = command({
  input: { room: Room.id },
  refuses: [RoomIsFull],
  locks: (input) => [lock(Room, input.room)],
  decide: async (ctx, input) => {
    const room = await ctx.read.get(Room, input.room)
    if (room.seats === 0) return new RoomIsFull({ room: room.name })
    return { changes: [patch(Room, room, { seats: room.seats - 1 })], outcome: { room: room.id } }
  },
  answer: (read, { room }) => read.get(Room, room),
})

const book = command({
  input: { room: Room.id, by: text() },
  refuses: [],
  decide: async (ctx, input) => {
    const seat = await ctx.call(takeSeat, { room: input.room })
    const id = ctx.newId(Booking)
    return { changes: [create(Booking, id, { room: seat.room, by: input.by })], outcome: { booking: id } }
  },
  answer: (read, { booking }) => read.get(Booking, booking),
})

const rooms = plugin("rooms", {
  entities: [Room, Booking],
  collections: { rooms: Room, bookings: Booking },
  commands: { takeSeat, book },
})

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.close()
})

const engineWith = async (more: object) => {
  const engine = await createEngine({
    store: sqlite({ file: ":memory:" }),
    plugins: { organisation: standard.organisation, rooms, ...more } as never,
    clock: fixedClock("2025-03-16T08:00:00.000Z"),
  })
  opened.push(engine)
  await engine.tenants.create({ id: "acme", name: "Acme", currency: "SEK", zone: "UTC", admin: "ada" })
  type Ada = {
    readonly rooms: NonNullable<(typeof rooms)["_face"]>
    readonly invitations: { readonly invitations: { list(): Promise<{ readonly items: readonly unknown[] }> } }
  }
  const ada = engine.as({ tenant: "acme", user: "ada" }) as unknown as Ada
  const room = await ada.rooms.rooms.create({ name: "Blue", seats: 2 })
  return { engine, ada, room }
}

test("a nested command never seals: one seq, one version step, one journal entry", async () => {
  const { engine, ada, room } = await engineWith({})
  const head = await engine.journal.head({ tenant: "acme" })
  const booking = await ada.rooms.book({ room: room.id, by: "Per" })
  expect(booking.by).toBe("Per")
  expect(await ada.rooms.rooms.get(room.id)).toMatchObject({ seats: 1, version: 2 })
  expect((await engine.journal.head({ tenant: "acme" })).seq).toBe(head.seq + 1)
})

test("a nested refusal refuses the whole command, and nothing is written", async () => {
  const { engine, ada } = await engineWith({})
  const full = await ada.rooms.rooms.create({ name: "Full", seats: 0 })
  const head = await engine.journal.head({ tenant: "acme" })
  const refused = await ada.rooms.book({ room: full.id, by: "Per" }).result()
  expect(!refused.ok && refused.error._tag).toBe("RoomIsFull")
  expect((await ada.rooms.bookings.list()).items).toEqual([])
  expect(await engine.journal.head({ tenant: "acme" })).toEqual(head)
})

test("before amends the input, and its veto is HookRefused with the cause, replayed under the same key", async () => {
  let calls = 0
  const calendar = plugin("calendar", {
    needs: ["rooms"],
    entities: [],
    hooks: [
      before(book, (ctx, input) => {
        calls += 1
        if (input.by === "Sunday") return new NotOnSundays({ on: ctx.today })
        return { ...input, by: input.by.toUpperCase() }
      }),
    ],
  })
  const { ada, room } = await engineWith({ calendar })
  expect((await ada.rooms.book({ room: room.id, by: "Per" })).by).toBe("PER")
  const veto = () => ada.rooms.book({ room: room.id, by: "Sunday" }, { idempotencyKey: "s" }).result()
  const first = await veto()
  const again = await veto()
  expect(first).toMatchObject({
    ok: false,
    replayed: false,
    error: {
      _tag: "HookRefused",
      params: { plugin: "calendar", command: "rooms.book", cause: { tag: "NotOnSundays" } },
    },
  })
  expect(again).toMatchObject({ ok: false, replayed: true, error: { _tag: "HookRefused" } })
  expect(calls).toBe(2)
})

test("an input that a hook amends is decoded again", async () => {
  const careless = plugin("careless", {
    needs: ["rooms"],
    entities: [],
    hooks: [before(book, (_, input) => ({ ...input, by: 7 }) as never)],
  })
  const { ada, room } = await engineWith({ careless })
  const refused = await ada.rooms.book({ room: room.id, by: "Per" }).result()
  expect(refused).toMatchObject({ ok: false, error: { _tag: "InvalidInput", params: { issues: [{ path: "by" }] } } })
  expect((await ada.rooms.bookings.list()).items).toEqual([])
})

test("inTransaction reads what was written, commits with it, and the journal names its plugin", async () => {
  const invitations = plugin("invitations", {
    needs: ["rooms"],
    entities: [Invitation],
    collections: { invitations: Invitation },
    hooks: [
      inTransaction(book, (ctx, { outcome }) =>
        Effect.promise(async () => {
          const booking = await ctx.read.get(Booking, outcome.booking)
          return [create(Invitation, ctx.newId(Invitation), { booking: booking.id, text: `Welcome ${booking.by}` })]
        }),
      ),
    ],
  })
  const { engine, ada, room } = await engineWith({ invitations })
  const head = await engine.journal.head({ tenant: "acme" })
  await ada.rooms.book({ room: room.id, by: "Per" })
  expect((await ada.invitations.invitations.list()).items).toMatchObject([{ text: "Welcome Per" }])
  expect((await engine.journal.head({ tenant: "acme" })).seq).toBe(head.seq + 1)
  expect((await engine.journal.verify({ tenant: "acme" })).broken).toBeNull()
})

test("a hook's veto after the write rolls back the command and every other hook's changes", async () => {
  const invitations = plugin("invitations", {
    needs: ["rooms"],
    entities: [Invitation],
    collections: { invitations: Invitation },
    hooks: [
      inTransaction(book, (ctx, { outcome }) => [
        create(Invitation, ctx.newId(Invitation), { booking: outcome.booking, text: "Welcome" }),
      ]),
    ],
  })
  const veto = plugin("veto", {
    needs: ["rooms", "invitations"],
    entities: [],
    hooks: [inTransaction(book, (ctx) => new NotOnSundays({ on: ctx.today }))],
  })
  const { ada, room } = await engineWith({ invitations, veto })
  const refused = await ada.rooms.book({ room: room.id, by: "Per" }).result()
  expect(refused).toMatchObject({ ok: false, error: { _tag: "HookRefused", params: { plugin: "veto" } } })
  expect((await ada.rooms.bookings.list()).items).toEqual([])
  expect((await ada.invitations.invitations.list()).items).toEqual([])
  expect(await ada.rooms.rooms.get(room.id)).toMatchObject({ seats: 2, version: 1 })
})

test("hooks run in the order of needs, then of ids, also those of nested commands", async () => {
  const order: string[] = []
  const noting = (id: string, needs: readonly string[]) =>
    plugin(id, {
      needs: ["rooms", ...needs],
      entities: [],
      hooks: [
        before(takeSeat, () => void order.push(`${id} before`)),
        inTransaction(takeSeat, () => void order.push(`${id} in`)),
      ],
    })
  const { ada, room } = await engineWith({ a: noting("a", ["z"]), m: noting("m", []), z: noting("z", []) })
  await ada.rooms.book({ room: room.id, by: "Per" })
  expect(order).toEqual(["z before", "a before", "m before", "z in", "a in", "m in"])
})

test("a hook that takes too long ends in HookTimeout, and nothing is written", async () => {
  const slow = plugin("slow", {
    needs: ["rooms"],
    entities: [],
    hooks: [inTransaction(book, () => new Promise<undefined>((resolve) => setTimeout(resolve, 2500, undefined)))],
  })
  const { ada, room } = await engineWith({ slow })
  const refused = await ada.rooms.book({ room: room.id, by: "Per" }).result()
  expect(refused).toMatchObject({ ok: false, error: { _tag: "HookTimeout", params: { plugin: "slow" } } })
  expect((await ada.rooms.bookings.list()).items).toEqual([])
})

test("a hook may not write what another plugin owns", async () => {
  const greedy = plugin("greedy", {
    needs: ["rooms"],
    entities: [],
    hooks: [
      inTransaction(book, async (ctx) => [patch(Room, (await ctx.read.find(Room))[0] ?? { id: "" }, { seats: 99 })]),
    ],
  })
  const { ada, room } = await engineWith({ greedy })
  await expect(ada.rooms.book({ room: room.id, by: "Per" })).rejects.toThrow("call its command")
  expect(await ada.rooms.rooms.get(room.id)).toMatchObject({ seats: 2 })
})

test("a late lock that is out of order starts the command again with it taken first", async () => {
  let decisions = 0
  const lockLate = command({
    input: { booking: Booking.id, room: Room.id },
    refuses: [],
    locks: (input) => [lock(Booking, input.booking)],
    decide: async (ctx, input) => {
      decisions += 1
      await ctx.call(takeSeat, { room: input.room })
      return { changes: [], outcome: { room: input.room } }
    },
    answer: (read, { room }) => read.get(Room, room),
  })
  const late = plugin("late", { needs: ["rooms"], entities: [], commands: { lockLate } })
  const { ada, room } = await engineWith({ late })
  const booking = await ada.rooms.book({ room: room.id, by: "Per" })
  const calls = ada as unknown as { readonly late: NonNullable<(typeof late)["_face"]> }
  expect(await calls.late.lockLate({ booking: booking.id, room: room.id })).toMatchObject({ seats: 0 })
  expect(decisions).toBe(2)
})

test("a command that calls itself, or too deep, is a bug that names the path", async () => {
  const ring = command({
    input: {},
    refuses: [],
    decide: async (ctx): Promise<{ readonly changes: readonly []; readonly outcome: Record<string, never> }> => {
      await ctx.call(ring, {})
      return { changes: [], outcome: {} }
    },
    answer: async () => null,
  })
  const rings = plugin("rings", { entities: [], commands: { ring } })
  const { ada } = await engineWith({ rings })
  const calls = ada as unknown as { readonly rings: { ring(input: object): Promise<unknown> } }
  await expect(calls.rings.ring({})).rejects.toThrow("rings.ring → rings.ring")
})
