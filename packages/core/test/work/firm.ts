/** The firm of the kill -9 proof: commands that leave events and jobs, whose handlers write letters. */
import { postgres } from "@anbud/adapter-pg"
import { sqlite } from "@anbud/adapter-sqlite"
import {
  afterCommit,
  type Clock,
  command,
  createEngine,
  type Engine,
  type Instant,
  inTransaction,
  job,
  plugin,
  type Store,
  standard,
  text,
} from "@anbud/core"
import { book, Letter, type RoomsPlugin, rooms, takeSeat, write } from "./roomsPlugin.ts"

const remind = job<{ readonly booking: string }>("remind", async (ctx, { booking }) => {
  await ctx.finish(write, { about: `remind ${booking}`, words: "in the same transaction as the job's end" })
})

const tidy = job<{ readonly booking: string }>("tidy", async (ctx, { booking }) => {
  await ctx.call(write, { about: `tidy one ${booking}`, words: "first" })
  await ctx.call(write, { about: `tidy two ${booking}`, words: "second" })
})

/** How many letters there are about a text: what came twice shows here. */
const count = command({
  input: { about: text() },
  refuses: [],
  decide: async (ctx, { about }) => ({
    changes: [],
    outcome: { letters: (await ctx.read.find(Letter, { about })).length },
  }),
  answer: async (_, { letters }) => letters,
})

const post = plugin("post", {
  needs: ["rooms"],
  entities: [],
  commands: { count },
  jobs: [remind, tidy],
  hooks: [
    inTransaction(book, (ctx, { outcome }) => {
      ctx.enqueue(remind, { booking: outcome.booking })
      ctx.enqueue(tidy, { booking: outcome.booking }, { key: `tidy/${outcome.booking}` })
      return []
    }),
    afterCommit(book, async (ctx, { outcome }) => {
      await ctx.call(write, { about: `booked ${outcome.booking}`, words: "thank you" })
    }),
    afterCommit(takeSeat, async (ctx, { event, seq }) => {
      await ctx.call(write, { about: `seat ${event}`, words: String(seq).padStart(6, "0") })
    }),
  ],
})

/** A clock that is wrong by so much. */
const clockOff = (milliseconds: number): Clock => ({
  now: () => new Date(Date.now() + milliseconds).toISOString() as Instant,
})

/** A PostgreSQL has an address, and the schema in its query; everything else is a file. */
const storeAt = (target: string): Store => {
  if (!target.startsWith("postgres:")) return sqlite({ file: target, writeTimeoutMilliseconds: 60_000 })
  const url = new URL(target)
  const schema = url.searchParams.get("schema") ?? "rooms"
  url.searchParams.delete("schema")
  return postgres({ connectionString: url.href, schema, waitMilliseconds: 60_000, maxConnections: 6 })
}

/** Opens the firm where other processes use it too, with a clock that is wrong by so many milliseconds. */
export const openFirm = async (
  target: string,
  clockOffMilliseconds = 0,
): Promise<Engine<{ readonly rooms: RoomsPlugin }>> => {
  const plugins = { organisation: standard.organisation, rooms, post }
  const engine = await createEngine({ store: storeAt(target), plugins, clock: clockOff(clockOffMilliseconds) })
  await engine.tenants.create({ id: "acme", name: "Acme", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
  return engine as unknown as Engine<{ readonly rooms: RoomsPlugin }>
}
