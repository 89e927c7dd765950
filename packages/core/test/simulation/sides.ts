/** Sides: engines on different databases that are sent the same calls, and must give the same answers. */
import { isDeepStrictEqual } from "node:util"
import {
  createEngine,
  type Engine,
  fixedClock,
  fixedIds,
  type Pending,
  type Refusal,
  type Session,
  type Standard,
  type Store,
  standard,
} from "@anbud/core"
import { REFUSAL_OF, type SimulatedFault, withSimulatedFailures } from "./simulatedFailures.ts"

/** A user's calls on one side. */
export type User = Session<Standard>

/** What a call gave: its value, or the refusal. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly replayed: boolean; readonly seq: number | null }
  | { readonly ok: false; readonly tag: string; readonly params: unknown }

/** Engines that are sent the same. */
export interface Sides {
  /** Begins a new run: a tenant of its own. */
  begin(tenant: string): Promise<void>
  /** Moves the clock. */
  setClock(milliseconds: number): void
  /** Sends a call to all sides, each of whose next write fails first; throws where their answers differ. */
  send<T>(call: (user: User) => Pending<T, Refusal>, fault?: SimulatedFault | null): Promise<Answer<T>>
  /** Verifies all journals; throws where they are broken or differ, and gives their number of entries. */
  entries(): Promise<number>
  close(): Promise<void>
}

const START = Date.parse("2025-03-14T08:00:00.000Z")

/** Opens an engine on each store. */
export const openSides = async (stores: readonly Store[]): Promise<Sides> => {
  const clock = fixedClock(new Date(START).toISOString() as never)
  const sides = await Promise.all(
    stores.map(async (store) => {
      const failing = withSimulatedFailures(store)
      const engine = await createEngine({ store: failing, plugins: standard, clock, ids: fixedIds("simulation") })
      return { failing, engine }
    }),
  )
  let users: readonly User[] = []
  let tenant = ""
  return {
    begin: async (id) => {
      tenant = id
      clock.set(new Date(START).toISOString() as never)
      const given = { id, name: id, currency: "SEK", zone: "Europe/Stockholm", admin: "ada" }
      for (const { engine } of sides) await engine.tenants.create(given)
      users = sides.map(({ engine }) => engine.as({ tenant: id, user: "ada" }))
    },
    setClock: (milliseconds) => clock.set(new Date(START + milliseconds).toISOString() as never),
    send: async (call, fault = null) => {
      const answers = []
      for (const [index, user] of users.entries()) {
        if (fault !== null) sides[index]?.failing.failNext(fault)
        answers.push(await answerOf(call(user)))
      }
      const [first, ...others] = answers
      if (!first) throw new Error("There is no side")
      for (const other of others) if (!isDeepStrictEqual(first, other)) throw new SidesDiffer(first, other)
      return first
    },
    entries: () =>
      sameEntries(
        sides.map(({ engine }) => engine),
        tenant,
      ),
    close: async () => {
      for (const { engine } of sides) await engine.close()
    },
  }
}

class SidesDiffer extends Error {
  constructor(first: unknown, other: unknown) {
    super(`The databases differ:\n${JSON.stringify(first)}\n${JSON.stringify(other)}`)
  }
}

const answerOf = async <T>(call: Pending<T, Refusal>): Promise<Answer<T>> => {
  const outcome = await call.result()
  if (outcome.ok) return outcome
  return { ok: false, tag: outcome.error._tag, params: outcome.error.params }
}

const sameEntries = async (engines: readonly Engine<Standard>[], tenant: string): Promise<number> => {
  const found = await Promise.all(engines.map(({ journal }) => journal.verify({ tenant })))
  const [first, ...others] = found
  if (!first || first.broken !== null) throw new Error(`A journal is broken: ${JSON.stringify(first?.broken)}`)
  for (const other of others) if (!isDeepStrictEqual(first, other)) throw new SidesDiffer(first.head, other.head)
  return first.head.seq
}

/** Whether a refusal is a fault that was ordered, so that the call is safe to send again. */
export const isSimulated = (answer: Answer<unknown>, fault: SimulatedFault): boolean =>
  !answer.ok && answer.tag === REFUSAL_OF[fault]
