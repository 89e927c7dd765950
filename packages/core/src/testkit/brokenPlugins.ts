/** Broken plugins: each breaks one promise, so that a contract that lets it pass is known to be blind. */
import { create } from "../kernel/changes.ts"
import { command, query } from "../kernel/command.ts"
import { entity } from "../kernel/entity.ts"
import { refusal } from "../kernel/errors.ts"
import { integer, ref, text } from "../kernel/field.ts"
import { before } from "../kernel/hook.ts"
import { type Plugin, plugin } from "../kernel/plugin.ts"

/** A plugin that breaks one promise, and the case that finds it. */
export interface BrokenPlugin {
  readonly fails: string
  /** A part of what the case says. */
  readonly because: string
  readonly plugin: Plugin
}

const Sheet = entity("sheet", { words: text() })
const Astray = entity("astray", { note: ref({ name: "sheet" }) })
const Preference = entity("preference", { size: integer() })

const TooLong = refusal(
  "TooLong",
  { most: integer(), given: integer() },
  { en: "{given} words, at most {most}.", sv: "Högst {max} ord." },
)

const write = command({
  input: { words: text() },
  refuses: [],
  decide: async (ctx, { words }) => {
    const id = ctx.newId(Sheet)
    return { changes: [create(Sheet, id, { words })], outcome: { sheet: id } }
  },
  answer: (read, { sheet }) => read.get(Sheet, sheet),
})

const writeTooLong = { ...write, refuses: [TooLong] }

/** Keeps what it has read from one call to the next, whoever asked. */
const remembered: string[] = []
const latest = query({
  input: {},
  refuses: [],
  answer: async (ctx) => {
    remembered.push(...(await ctx.read.find(Sheet)).map(({ id }) => id))
    return remembered
  },
})

const preference = query({
  input: {},
  refuses: [],
  answer: async (ctx) => {
    const [own] = await ctx.read.find(Preference)
    if (!own) throw new Error("every tenant has a preference")
    return own.size
  },
})

const sheets = { entities: [Sheet], collections: { sheets: Sheet } } as const

/** The broken plugins by what is wrong with them. */
export const brokenPlugins: Readonly<Record<string, BrokenPlugin>> = {
  refersToNothing: {
    fails: "definition",
    because: 'refers to the unknown entity "sheet"',
    plugin: plugin("broken", { entities: [Astray] }),
  },
  tellsOtherNumbers: {
    fails: "messages",
    because: "TooLong shows max in sv, which it does not have",
    plugin: plugin("broken", { ...sheets, commands: { write: writeTooLong } }),
  },
  remembersOtherTenants: {
    fails: "tenants",
    because: "broken.latest gives records of another tenant",
    plugin: plugin("broken", { ...sheets, queries: { latest } }),
  },
  takesEveryRight: {
    fails: "rights",
    because: "takes every right",
    plugin: plugin("broken", { ...sheets, grants: ["*"] }),
  },
  countsOnItsOrder: {
    fails: "hookOrder",
    because: "broken.write ends otherwise",
    plugin: plugin("broken", {
      ...sheets,
      commands: { write },
      hooks: ["a", "b"].map((sign) => before(write, (_, { words }) => ({ words: words + sign }))),
    }),
  },
  countsOnItsStart: {
    fails: "upgrade",
    because: "every tenant has a preference",
    plugin: plugin("broken", {
      entities: [Preference],
      queries: { preference },
      onTenant: (_, newId) => [create(Preference, newId(Preference), { size: 12 })],
    }),
  },
}
