/** A help desk of two units, one below the other: tickets with an owner, a unit, a group and something to hide. */
import { sqlite } from "@anbud/adapter-sqlite"
import {
  children,
  command,
  createEngine,
  entity,
  fixedClock,
  fixedIds,
  integer,
  json,
  lock,
  optional,
  patch,
  plugin,
  query,
  type Right,
  ref,
  refusal,
  text,
} from "@anbud/core"
import { Group, Unit, User } from "../../src/modules/organisation/entities.ts"
import { organisation } from "../../src/modules/organisation/organisation.ts"
import { closing, START, TENANT } from "../workshop.ts"

export const Note = entity("note", { words: text(), rating: optional(integer()) })

export const Ticket = entity(
  "ticket",
  {
    number: text({ unique: true, maxLength: 20 }),
    title: text(),
    owner: ref(User),
    unit: optional(ref(Unit)),
    team: optional(ref(Group)),
    after: optional(ref((): { readonly name: "ticket" } => Ticket)),
    cost: optional(integer()),
    watchers: optional(json<readonly string[]>()),
    notes: children(Note, { by: "ticket" }),
  },
  { scope: { owner: "owner", unit: "unit", group: "team" } },
)

/** Without a field of any scope. */
export const Label = entity("label", { name: text({ unique: true, maxLength: 40 }), price: optional(integer()) })

export const TooDear = refusal(
  "TooDear",
  { cost: json<number | null>() },
  { en: "It costs {cost}.", sv: "Det kostar {cost}." },
)

const close = command({
  input: { ticket: Ticket.id, title: optional(text()) },
  refuses: [TooDear],
  locks: (input) => [lock(Ticket, input.ticket)],
  decide: async (ctx, { ticket: id, title }) => {
    const ticket = await ctx.read.get(Ticket, id)
    if ((ticket.cost ?? 0) > 1000) return new TooDear({ cost: ticket.cost })
    return { changes: [patch(Ticket, ticket, { title: title ?? "closed" })], outcome: { ticket: id } }
  },
  answer: (read, { ticket }) => read.get(Ticket, ticket),
  tells: (refused, { sees }) => (sees(Ticket, "cost") ? refused : new TooDear({ cost: null })),
})

const tally = query({
  input: {},
  refuses: [],
  answer: async (ctx) => ({ count: await ctx.read.count(Ticket), cost: await ctx.read.sum(Ticket, "cost") }),
})

const find = query({
  input: { number: optional(text()), title: optional(text()) },
  refuses: [],
  answer: (ctx, { number, title }) =>
    ctx.read.count(Ticket, { ...(number === null ? {} : { number }), ...(title === null ? {} : { title }) }),
})

export const desk = plugin("desk", {
  needs: ["organisation"],
  entities: [Ticket, Label],
  collections: { tickets: Ticket, labels: Label },
  commands: { close },
  queries: { tally, find },
})

const plugins = { organisation, desk }

/** The desk, with ada in charge: North with Lab below it, South, and the group `cats` below `pets`. */
export const openDesk = async () => {
  const engine = closing(
    await createEngine({
      store: sqlite({ file: ":memory:" }),
      plugins,
      clock: fixedClock(START),
      ids: fixedIds("desk"),
    }),
  )
  await engine.tenants.create(TENANT)
  const as = (user: string) => engine.as({ tenant: TENANT.id, user })
  const ada = as("anna")
  const { units, roles, users, groups } = ada.organisation
  const north = await units.create({ code: "N", name: "North" })
  const lab = await units.create({ code: "L", name: "Lab", parentUnit: north.id })
  const south = await units.create({ code: "S", name: "South" })
  const boss = await users.create({ login: "boss", name: "Boss", unit: south.id })
  const pets = await groups.create({ name: "pets" })
  let hired = 0
  const hire = async (grants: readonly Right[], unit: string | null = north.id) => {
    hired += 1
    const role = await roles.create({ name: `role ${hired}`, grants })
    const login = `user${hired}`
    const user = await users.create({ login, name: login, unit, roles: [{ role: role.id }] })
    return { login, role, id: user.id, session: as(login) }
  }
  const ticket = (number: string, owner: string, more: object = {}) =>
    ada.desk.tickets.create({ number, title: `Ticket ${number}`, owner, ...more })
  return { engine, as, ada, north, lab, south, boss, pets, hire, ticket }
}

export type Desk = Awaited<ReturnType<typeof openDesk>>

/** The tag of the refusal that a call ends with, or `done`. */
export const tagOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "done",
    (error: { _tag?: string }) => error._tag ?? String(error),
  )

/** What a call says, with every id that is given in it made equal. */
export const saidOf = async (call: Promise<unknown>, id: string): Promise<string> =>
  JSON.stringify(
    await call.catch((error: { _tag?: string; params?: unknown; message?: string }) => [
      error._tag ?? String(error),
      error.params,
      error.message,
    ]),
  ).replaceAll(id, "ID")
