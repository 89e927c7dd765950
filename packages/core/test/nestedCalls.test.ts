/** Commands that call each other: what a refused one called in its turn leaves behind. */
import { sqlite } from "@anbud/adapter-sqlite"
import {
  add,
  command,
  create,
  createEngine,
  entity,
  isRefusal,
  patch,
  plugin,
  refusal,
  remove,
  text,
} from "@anbud/core"
import { expect, test } from "vitest"
import { organisation } from "../src/modules/organisation/organisation.ts"
import { closing, Machine, machine, Part, plugins, TENANT } from "./workshop.ts"

const Note = entity("note", { words: text() })
const Never = refusal("Never", {}, { en: "This is always refused.", sv: "Det här nekas alltid." })

const note = command({
  input: { words: text() },
  refuses: [],
  decide: async (ctx, { words }) => {
    const id = ctx.newId(Note)
    return { changes: [create(Note, id, { words })], outcome: { id } }
  },
  answer: async (_, outcome) => outcome,
})

const noteAndRefuse = command({
  input: {},
  refuses: [Never],
  decide: async (ctx) => {
    await ctx.call(note, { words: "of the refused one" })
    return new Never({})
  },
  answer: async () => null,
})

const goOn = command({
  input: {},
  refuses: [],
  decide: async (ctx) => {
    await ctx.call(note, { words: "before" })
    await ctx.call(noteAndRefuse, {}).catch((error: unknown) => {
      if (!isRefusal(error)) throw error
    })
    await ctx.call(note, { words: "after" })
    return { changes: [], outcome: {} }
  },
  answer: async () => null,
})

const notes = plugin("notes", {
  entities: [Note],
  collections: { notes: Note },
  commands: { note, noteAndRefuse, goOn },
})

test("a caller that goes on after a refusal writes nothing of what the refused command called", async () => {
  const engine = closing(await createEngine({ store: sqlite({ file: ":memory:" }), plugins: { organisation, notes } }))
  await engine.tenants.create(TENANT)
  const anna = engine.as({ tenant: TENANT.id, user: "anna" })
  await anna.notes.goOn({})
  const { items } = await anna.notes.notes.list()
  expect(items.map(({ words }) => words).sort()).toEqual(["after", "before"])
  expect(await engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ entries: 2, broken: null })
})

const empty = command({
  input: { machine: Machine.id, currency: text() },
  refuses: [],
  decide: async (ctx, { machine: id, currency }) => {
    const parts = await ctx.read.children(Part, id)
    const changes = [
      ...parts.map((part) => remove(Part, part)),
      patch(Machine, await ctx.read.get(Machine, id), { currency }),
    ]
    return { changes, outcome: {} }
  },
  answer: async () => null,
})

const fill = command({
  input: { machine: Machine.id, currency: text() },
  refuses: [],
  decide: async (_, { machine: id, currency }) => ({
    changes: [add(Part, id, { name: "new", worth: { minor: 5, currency } })],
    outcome: {},
  }),
  answer: async () => null,
})

const refill = command({
  input: { machine: Machine.id, currency: text() },
  refuses: [],
  decide: async (ctx, input) => {
    await ctx.call(empty, input)
    await ctx.call(fill, input)
    const parts = await ctx.read.children(Part, input.machine)
    return { changes: [], outcome: { read: parts.map(({ worth }) => `${worth?.minor} ${worth?.currency}`) } }
  },
  answer: async (_, { read }) => read,
})

test("parts that are filled in again after their record changed its currency are read in the new one", async () => {
  const filler = plugin("filler", { needs: ["workshop"], entities: [], commands: { empty, fill, refill } })
  const engine = closing(await createEngine({ store: sqlite({ file: ":memory:" }), plugins: { ...plugins, filler } }))
  await engine.tenants.create(TENANT)
  const anna = engine.as({ tenant: TENANT.id, user: "anna" })
  const parts = [{ name: "old", worth: { minor: 7, currency: "SEK" } }]
  const { id } = await anna.workshop.machines.create({ ...machine("A"), parts })
  expect(await anna.filler.refill({ machine: id, currency: "EUR" })).toEqual(["5 EUR"])
})
