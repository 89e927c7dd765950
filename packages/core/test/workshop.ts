/** A workshop: a small plugin of the tests' own, with a field of every kind, children two deep, a ledger and rules. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import {
  add,
  boolean,
  type Changes,
  type Child,
  children,
  choice,
  command,
  create,
  createEngine,
  currency,
  date,
  decimal,
  defaulted,
  duration,
  type Engine,
  entity,
  type Face,
  fixedClock,
  fixedIds,
  type Id,
  instant,
  integer,
  json,
  lock,
  money,
  optional,
  patch,
  percent,
  plugin,
  price,
  quantity,
  query,
  type Rooted,
  type RowOf,
  ref,
  refusal,
  remove,
  rule,
  stored,
  text,
  zoned,
} from "@anbud/core"
import { afterEach } from "vitest"
import { organisation } from "../src/modules/organisation/organisation.ts"

export const Bolt = entity("bolt", { length: integer(), paid: optional(money({ currency: "currency" })) })
export interface Bolt extends RowOf<typeof Bolt.fields>, Child<"bolt"> {}

export const Part = entity("part", {
  name: text(),
  worth: optional(money({ currency: "currency" })),
  bolts: children(Bolt, { by: "part" }),
})
export interface Part extends RowOf<typeof Part.fields>, Child<"part"> {}

/** The only required fields are `code`, `label` and `currency`, so that a test names what it is about. */
export const Machine = entity("machine", {
  code: text({ unique: true, maxLength: 20 }),
  label: text({ maxLength: 40 }),
  currency: currency(),
  note: optional(text()),
  keeper: optional(text({ personal: { category: "C", of: "id", on: "erase" } })),
  count: defaulted(integer({ min: -5, max: 1000 }), 1),
  rate: optional(decimal()),
  cost: optional(price()),
  amount: optional(quantity()),
  sharePpm: optional(percent()),
  ranSeconds: optional(duration()),
  budget: optional(money({ currency: "currency" })),
  deposit: optional(money()),
  boughtOn: optional(date()),
  seenAt: optional(instant()),
  visit: optional(zoned()),
  isActive: defaulted(boolean(), true),
  state: defaulted(choice(["new", "used"]), "new"),
  twin: optional(ref((): { readonly name: "machine" } => Machine)),
  options: optional(json<unknown>()),
  doubled: stored(integer(), (row) => Number(row["count"]) * 2),
  parts: children(Part, { by: "machine" }),
})
export interface Machine extends RowOf<typeof Machine.fields>, Rooted<"machine"> {}

/** What somebody wrote about a machine; the text is personal data of the person who wrote it. */
export const Remark = entity("remark", {
  author: ref(Machine),
  words: text({ personal: { category: "S", of: "author", on: "erase" } }),
})

export const Reading = entity("reading", { machine: ref(Machine), value: integer() }, { ledger: true })

export const TooMany = refusal(
  "TooMany",
  { given: integer(), most: integer() },
  { en: "{given} is more than {most}.", sv: "{given} är fler än {most}." },
  422,
)

/** Runs any changes that a test hands over; the tests hold the functions, since inputs are plain data. */
export const planned = new Map<
  string,
  (ctx: Parameters<Parameters<typeof command>[0]["decide"]>[0]) => Promise<Changes>
>()

const run = command({
  input: { plan: text() },
  refuses: [TooMany],
  decide: async (ctx, { plan }) => {
    const changes = await planned.get(plan)?.(ctx)
    return { changes: changes ?? [], outcome: {} }
  },
  answer: async () => "done",
})

export const raise = command({
  input: { machine: Machine.id, by: integer() },
  refuses: [TooMany],
  locks: (input) => [lock(Machine, input.machine)],
  decide: async (ctx, { machine: id, by }) => {
    const machine = await ctx.read.get(Machine, id)
    if (machine.count + by > 10) return new TooMany({ given: machine.count + by, most: 10 })
    return { changes: [patch(Machine, machine, { count: machine.count + by })], outcome: { machine: id } }
  },
  answer: (read, { machine }) => read.get(Machine, machine),
})

const read = command({
  input: { machine: Machine.id, value: integer() },
  refuses: [],
  decide: async (ctx, { machine, value }) => {
    const id = ctx.newId(Reading)
    return { changes: [create(Reading, id, { machine, value })], outcome: { reading: id, turn: await ctx.number("r") } }
  },
  answer: async (_, outcome) => outcome,
})

const totalOf = query({
  input: { machine: Machine.id },
  refuses: [],
  answer: async (ctx, { machine }) => ctx.read.sum(Reading, "value", { machine }),
})

/** Several plugins of one process share the entities, as those of several engines do. */
export const workshop = plugin("workshop", {
  entities: [Machine, Reading, Remark],
  collections: { machines: Machine, remarks: Remark },
  commands: { run, raise, read },
  queries: { totalOf },
  rules: [
    rule(Machine, ({ count }) => (count <= 100 ? null : { field: "count", rule: "must be at most 100" })),
    rule(Bolt, ({ length }) => (length > 0 ? null : { field: "length", rule: "must be above 0" })),
  ],
})

export const plugins = { organisation, workshop }
export type WorkshopEngine = Engine<typeof plugins>
export type Machines = Face<{ machines: typeof Machine }, Record<never, never>, Record<never, never>>["machines"]

/** The tenant of most tests. */
export const TENANT = { id: "fjall", name: "Fjäll", currency: "SEK", zone: "Europe/Stockholm", admin: "anna" }
export const START = "2025-03-14T08:00:00.000Z"

const opened: { close(): Promise<void> }[] = []
const folders: string[] = []
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A path in a folder that goes away after the test. */
export const temporaryFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-core-"))
  folders.push(folder)
  return join(folder, "test.db")
}

/** An open workshop with the tenant `fjall`, whose administrator is anna; it closes after the test. */
export const openWorkshop = async (file = ":memory:") => {
  const clock = fixedClock(START)
  const engine = await createEngine({ store: sqlite({ file }), plugins, clock, ids: fixedIds(`workshop/${file}`) })
  opened.push(engine)
  await engine.tenants.create(TENANT)
  return { engine, clock, anna: engine.as({ tenant: "fjall", user: "anna" }) }
}

/** Closes an engine after the test. */
export const closing = <E extends { close(): Promise<void> }>(engine: E): E => {
  opened.push(engine)
  return engine
}

/** A machine's input with this code. */
export const machine = (code: string) => ({ code, label: `Machine ${code}`, currency: "SEK" })

/** An id of the right form that no record has. */
export const NOBODY = "01953000-0000-7000-8000-000000000000" as Id<never>

export { add, create, patch, remove }
