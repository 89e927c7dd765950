/** Cover: a plugin of the tests' own that adds fields to the workshop's machines and to their parts. */
import { sqlite } from "@anbud/adapter-sqlite"
import {
  type AddsOf,
  boolean,
  type Child,
  choice,
  command,
  createEngine,
  defaulted,
  extend,
  type FaceOf,
  fixedClock,
  fixedIds,
  inTransaction,
  integer,
  money,
  optional,
  type Plugin,
  patch,
  plugin,
  quantity,
  ref,
  rule,
  text,
} from "@anbud/core"
import { closing, Machine, Part, plugins, raise, START, TENANT } from "../workshop.ts"

const machineFields = {
  level: optional(choice(["basic", "gold"])),
  years: defaulted(integer({ min: 0, max: 10 }), 2),
  number: optional(text({ unique: true, maxLength: 20 })),
  fee: optional(money({ currency: "currency" })),
  backup: optional(ref(Machine)),
  isPaid: defaulted(boolean(), false),
}

/** A machine as this plugin sees it: `machine.cover.level`. */
export const CoveredMachine = extend(Machine, { cover: machineFields })
/** A part as this plugin sees it. */
export const CoveredPart = extend(Part, { cover: { hours: optional(quantity()) } })

const promote = command({
  input: { machine: Machine.id, level: choice(["basic", "gold"]) },
  refuses: [],
  decide: async (ctx, { machine: id, level }) => {
    const machine = await ctx.read.get(CoveredMachine, id)
    return {
      changes: [patch(CoveredMachine, machine, { cover: { level, years: machine.cover.years + 1 } })],
      outcome: { machine: machine.id },
    }
  },
  answer: (read, { machine }) => read.get(CoveredMachine, machine),
})

/** A raised machine is paid for: written by a hook into what this plugin adds. */
const payRaised = inTransaction(raise, async (ctx, { outcome }) => {
  const machine = await ctx.read.get(CoveredMachine, outcome.machine)
  return [patch(CoveredMachine, { id: machine.id }, { cover: { isPaid: true } })]
})

const spec = plugin("cover", {
  needs: ["workshop"],
  entities: [],
  adds: [CoveredMachine, CoveredPart],
  commands: { promote },
  hooks: [payRaised],
  rules: [
    rule(CoveredMachine, ({ cover }) =>
      cover.level === "gold" && cover.years < 1 ? { field: "cover.years", rule: "must be 1 for gold" } : null,
    ),
  ],
})

export interface CoverCalls extends FaceOf<typeof spec> {}
export interface CoverFields extends AddsOf<typeof spec> {}
export interface CoverPlugin extends Plugin<"cover", CoverCalls, CoverFields> {}
export const cover: CoverPlugin = spec

export const covered = { ...plugins, cover }
export type CoveredPartRow = { readonly cover: { readonly hours: string | null } } & Child<"part">

/** An open workshop in which machines have covers. */
export const openCovered = async (file = ":memory:") => {
  const options = { store: sqlite({ file }), clock: fixedClock(START), ids: fixedIds(`cover/${file}`) }
  const engine = closing(await createEngine({ ...options, plugins: covered }))
  await engine.tenants.create(TENANT)
  return { engine, anna: engine.as({ tenant: "fjall", user: "anna" }) }
}
