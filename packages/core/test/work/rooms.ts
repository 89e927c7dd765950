/** Rooms that are booked, and plugins that act on it after the commit: the stage of the tests about work. */
import { sqlite } from "@anbud/adapter-sqlite"
import {
  command,
  create,
  createEngine,
  type Engine,
  type EngineOptions,
  entity,
  type FaceOf,
  fixedClock,
  integer,
  type Log,
  lock,
  optional,
  type Plugin,
  patch,
  plugin,
  ref,
  refusal,
  standard,
  text,
} from "@anbud/core"
import { closing } from "../workshop.ts"

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

export const START = "2025-03-14T08:00:00.000Z"
export const TENANT = { id: "acme", name: "Acme", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" }

type Plugins = { readonly organisation: typeof standard.organisation; readonly rooms: RoomsPlugin }
type Options = Partial<Pick<EngineOptions<unknown>, "store" | "clock" | "log">>

/** An engine with rooms and more plugins, a tenant `acme` with the administrator ada, and a room of 50 seats. */
export const openRooms = async (more: Readonly<Record<string, Plugin>> = {}, options: Options = {}) => {
  const clock = fixedClock(START)
  const plugins = { organisation: standard.organisation, rooms, ...more }
  const store = options.store ?? sqlite({ file: ":memory:" })
  const log: Log = (level, event, fields) => {
    if (event === "worker.idle") for (const heard of idle) heard()
    options.log?.(level, event, fields)
  }
  const made = await createEngine({ clock, ...options, log, store, plugins: plugins as never })
  const engine = closing(made) as unknown as Engine<Plugins>
  await engine.tenants.create(TENANT)
  const ada = engine.as({ tenant: "acme", user: "ada" })
  const found = (await ada.rooms.rooms.list()).items[0]
  const room = found ?? (await ada.rooms.rooms.create({ name: "Blue", seats: 50 }))
  return { engine, ada, room, clock }
}

/** Works until nothing is due, then stops: the worker itself says when it has looked and found nothing. */
export const workOff = async (
  engine: Pick<Engine<unknown>, "work">,
  given: { readonly leaseMilliseconds?: number; readonly concurrency?: number } = {},
): Promise<readonly string[]> => {
  const stop = new AbortController()
  const outcomes: string[] = []
  const onProgress = ({ outcome }: { readonly outcome: string }): void => void outcomes.push(outcome)
  let idleRounds = 0
  let seen = 0
  idle.add(() => {
    idleRounds = outcomes.length === seen ? idleRounds + 1 : 0
    seen = outcomes.length
    if (idleRounds > 3) stop.abort()
  })
  await engine.work({ pollMilliseconds: 10, ...given, signal: stop.signal, onProgress })
  idle.clear()
  return outcomes
}

/** Who waits for a worker to be idle. */
const idle = new Set<() => void>()
