/** The firm of the kill -9 proof: commands that leave events and jobs, whose handlers write letters. */
import { sqlite } from "@anbud/adapter-sqlite"
import {
  afterCommit,
  command,
  createEngine,
  type Engine,
  inTransaction,
  job,
  plugin,
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

/** Opens the firm on a file that other processes use too. */
export const openFirm = async (file: string): Promise<Engine<{ readonly rooms: RoomsPlugin }>> => {
  const store = sqlite({ file, writeTimeoutMilliseconds: 60_000 })
  const engine = await createEngine({ store, plugins: { organisation: standard.organisation, rooms, post } })
  await engine.tenants.create({ id: "acme", name: "Acme", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
  return engine as unknown as Engine<{ readonly rooms: RoomsPlugin }>
}
