/** A plugin with rooms that are booked: the stage of the tests about work, for processes without a test runner too. */
import {
  command,
  create,
  entity,
  type FaceOf,
  integer,
  lock,
  optional,
  type Plugin,
  patch,
  plugin,
  ref,
  refusal,
  text,
} from "@anbud/core"

export const Room = entity("room", { name: text({ unique: true }), seats: integer({ min: 0 }) })
export const Booking = entity("booking", { room: ref(Room), by: text(), note: optional(text()) })
/** One row per effect of a handler: what came twice shows as two. */
export const Letter = entity("letter", { about: text(), words: text() })

export const RoomIsFull = refusal("RoomIsFull", { room: text() }, { en: "{room} is full.", sv: "{room} är fullt." })

export const takeSeat = command({
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

export const book = command({
  input: { room: Room.id, by: text() },
  refuses: [],
  decide: async (ctx, input) => {
    const seat = await ctx.call(takeSeat, { room: input.room })
    const id = ctx.newId(Booking)
    return { changes: [create(Booking, id, { room: seat.room, by: input.by })], outcome: { booking: id } }
  },
  answer: (read, { booking }) => read.get(Booking, booking),
})

/** Writes a letter: the effect that handlers have. */
export const write = command({
  input: { about: text(), words: text() },
  refuses: [],
  decide: async (ctx, { about, words }) => {
    const id = ctx.newId(Letter)
    return { changes: [create(Letter, id, { about, words })], outcome: { letter: id } }
  },
  answer: (read, { letter }) => read.get(Letter, letter),
})

const spec = plugin("rooms", {
  entities: [Room, Booking, Letter],
  collections: { rooms: Room, bookings: Booking, letters: Letter },
  commands: { takeSeat, book, write },
})
export interface Rooms extends FaceOf<typeof spec> {}
export interface RoomsPlugin extends Plugin<"rooms", Rooms> {}
export const rooms: RoomsPlugin = spec
