/** Courtesies around a sale: a letter when a quote is won, a call three days later, and a count of them each night. */
import {
  afterCommit,
  command,
  create,
  daily,
  date,
  entity,
  type FaceOf,
  type Id,
  type Instant,
  inTransaction,
  integer,
  job,
  Order,
  type Plugin,
  patch,
  plugin,
  Quotes,
  ref,
} from "@anbud/core"

/** What a host gives the plugin: the network is used after the commit, never inside it. */
export interface Mailer {
  /** Sends a letter once per `id`, however often it is asked to. */
  send(letter: { readonly id: string; readonly about: string }): Promise<void>
}

/** A call to make to the customer of an order. */
export const Call = entity("call", { order: ref(Order, { unique: true }), plannedOn: date(), days: integer() })

const plan = command({
  input: { order: Order.id, plannedOn: date() },
  refuses: [],
  decide: async (ctx, { order, plannedOn }) => {
    const call = ctx.newId(Call)
    return { changes: [create(Call, call, { order, plannedOn, days: 0 })], outcome: { call } }
  },
  answer: (read, { call }) => read.get(Call, call),
})

const age = command({
  input: { on: date() },
  refuses: [],
  decide: async (ctx, { on }) => {
    const late = await ctx.read.find(Call, { plannedOn: { lt: on } })
    return { changes: late.map((call) => patch(Call, call, { days: call.days + 1 })), outcome: { late: late.length } }
  },
  answer: async (_, { late }) => late,
})

const planCall = job<{ readonly order: Id<"order"> }>("planCall", async (ctx, { order }) => {
  await ctx.finish(plan, { order, plannedOn: ctx.today })
})

const ageCalls = daily("ageCalls", async (ctx, { dueOn }) => {
  await ctx.finish(age, { on: dueOn })
})

const askForCall = inTransaction(Quotes.accept, (ctx, { outcome }) => {
  const dueAt = new Date(Date.parse(ctx.now) + 3 * DAY_MILLISECONDS).toISOString() as Instant
  ctx.enqueue(planCall, { order: outcome.order }, { dueAt })
  return []
})

const DAY_MILLISECONDS = 86_400_000

const thank = (mailer: Mailer) =>
  afterCommit(Quotes.accept, async (ctx, { event, outcome }) => {
    const order = await ctx.read.get(Order, outcome.order)
    await mailer.send({ id: event, about: order.number })
  })

const spec = (mailer: Mailer) =>
  plugin("courtesy", {
    needs: ["orders", "quotes"],
    entities: [Call],
    collections: { calls: Call },
    commands: { plan, age },
    jobs: [planCall, ageCalls],
    hooks: [askForCall, thank(mailer)],
  })

/** The calls of courtesy. */
export interface CourtesyCalls extends FaceOf<ReturnType<typeof spec>> {}
/** The plugin courtesy. */
export interface CourtesyPlugin extends Plugin<"courtesy", CourtesyCalls> {}
/** Letters and calls around a sale. */
export const courtesy = (mailer: Mailer): CourtesyPlugin => spec(mailer)
