/** Engines with rooms, and workers that work until nothing is due. */
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, type Engine, type EngineOptions, fixedClock, type Log, type Plugin, standard } from "@anbud/core"
import { closing } from "../workshop.ts"
import { type RoomsPlugin, rooms } from "./roomsPlugin.ts"

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
): Promise<string[]> => {
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
