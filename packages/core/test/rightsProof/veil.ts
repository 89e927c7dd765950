/**
 * Veils: two houses that differ in nothing but what a user may not see, costs and hours of all and the names of another
 * unit, must be the same house to that user. Whatever is asked of the two, the answers are compared to the letter: a
 * figure that is worked out from a hidden one shows as well as the hidden one itself.
 */
import type { Right, Store } from "@anbud/core"
import { type Call, callsOf, type Input } from "./calls.ts"
import { hintsFor, knownIn, partsOfBranch, withFirst } from "./hints.ts"
import { type Branch, branch, line, openHouse } from "./house.ts"

/** What is hidden, otherwise in each house. */
export interface Secrets {
  /** Of the other unit's records. */
  readonly mark: string
  readonly cost: number
  readonly seconds: number
}

/** Two secrets that look alike: of the same length and in the same place of an order. */
const SECRETS: readonly [Secrets, Secrets] = [
  { mark: "zebra", cost: 71_717_00, seconds: 7_171 },
  { mark: "zubia", cost: 53_535_00, seconds: 5_353 },
]

/** A user of the open unit, who sees no costs and no hours, and nothing of other units. */
const RIGHTS: readonly Right[] = [
  "organisation.me",
  "customFields.*",
  "catalogue.*",
  ...["organisation", "quotes", "orders", "projects", "invoicing", "time"].map(
    (id): Right => ({ may: `${id}.*`, scope: "tree" }),
  ),
  { may: "parties.companies.*", scope: "own" },
  { may: "parties.persons.create" },
  { may: "capacity.resources.*", scope: "own" },
  "capacity.promise",
  "capacity.load",
  "timeBank.*",
  "time.logForOthers",
  { not: "catalogue.products.read", fields: ["unitCost"] },
  { not: "organisation.users.read", fields: ["costRates"] },
  { not: "quotes.quoteLine.read", fields: ["unitCost", "plannedCosts", "cost"] },
  { not: "quotes.footerCharge.read", fields: ["cost"] },
  { not: "quotes.quoteRevision.read", fields: ["cost", "marginFloorPpm"] },
  { not: "time.entries.read", fields: ["hourCost", "workedSeconds"] },
  { not: "timeBank.accounts.read", fields: ["balance", "floor", "headroom"] },
  { not: "timeBank.entries.read", fields: ["moved", "balanceAfter", "hourPrice", "draws"] },
  { not: "timeBank.lots.read", fields: ["size", "drawn", "left", "price", "recognised"] },
]

/** What a house answers: every answer by its question, in order. */
export type Answers = readonly { readonly asked: string; readonly said: string }[]

/** How much to ask, and by which rights. */
export interface Veiling {
  /** Every so-manieth of the calls that are found; all by default. What changes something is always asked. */
  readonly every?: number
  /** The veil with a hole: a right that is taken out of it. */
  readonly without?: Right
}

/** What the veil takes away, right by right: without any of these, the houses can be told apart. */
export const DENIALS: readonly Right[] = RIGHTS.filter((right) => typeof right === "object" && "not" in right)

/** Asks everything of one house as the veiled user; closes the store. */
export const askVeiled = async (
  store: Store,
  { mark, cost, seconds }: Secrets,
  { every = 1, without }: Veiling = {},
): Promise<Answers> => {
  const rights = RIGHTS.filter((right) => right !== without)
  const house = await openHouse(store, ["house"])
  const as = (user: string) => house.engine.as({ tenant: "house", user })
  const anna = as("anna")
  const open = await branch(anna, { mark: "open", cost, seconds })
  const role = await anna.organisation.roles.create({ name: "veiled", grants: rights as never })
  await anna.organisation.users.patch({ id: open.user, set: { roles: { add: [{ role: role.id }] } } })
  await anna.parties.companies.patch({ id: open.company, set: { owner: open.user } })
  const floored = await anna.quotes.create({
    ...{ title: "floored", customer: open.company, currency: "SEK", seller: open.user, marginFloorPpm: 999_000 },
    lines: [line("open", open.product, open.login)],
  })
  const hidden = await branch(anna, { mark, cost, seconds, shared: "goods" })
  const field = await anna.customFields.define({ entity: "quote", labels: { en: "Secret" }, kind: "integer" })
  for (const quote of [open.draft, hidden.draft])
    await anna.customFields.set({ entity: "quote", record: quote, values: { [field.key]: cost } })
  await anna.organisation.roles.patch({
    id: role.id,
    set: { grants: [...rights, { not: "quotes.quotes.read", fields: [`custom.${field.key}`] }] as never },
  })
  const me = as(open.login)
  const known = await knownIn(house, "house")
  const answers: { asked: string; said: string }[] = []
  const ask: Ask = async (asked, make, input = {}) => {
    const given = JSON.stringify(input).includes(mark)
    const said = await spoken(make)
    // What the caller gave comes back to the caller.
    answers.push({ asked, said: given ? said.replaceAll(mark, "GIVEN") : said })
  }
  try {
    for (const of of [open, hidden]) {
      const first = withFirst(known, of)
      const hints = hintsFor(of === open ? "open" : mark, of, partsOfBranch(first))
      const calls = callsOf(me, first, hints).filter(({ kind }) => kind !== "change")
      for (const call of calls.filter((_, index) => index % every === 0)) await askAll(call, of === open, ask)
    }
    await change(me, open, hidden, floored, ask)
    return answers
  } finally {
    await house.engine.close()
  }
}

type Ask = (asked: string, make: () => Promise<unknown>, input?: Input) => Promise<void>

const spoken = async (make: () => Promise<unknown>): Promise<string> => {
  const answer = await make().catch(
    (error: { readonly _tag?: string; readonly params?: unknown; readonly message?: string }) => {
      if (typeof error._tag !== "string") throw error
      return [error._tag, error.params, error.message]
    },
  )
  return JSON.stringify(answer) ?? ""
}

/** A call as it is and, of a list, with every order and filter by a field that would tell. */
const askAll = async (call: Call, isOpen: boolean, ask: Ask): Promise<void> => {
  const whose = isOpen ? "open" : "hidden"
  await ask(`${whose} ${call.name}`, () => call.make(call.input), call.input)
  if (!isOpen || !/^[a-zA-Z.]+ id$/.test(call.name)) return
  const [path = ""] = call.name.split(" ")
  if (path.endsWith(".list"))
    for (const input of everything) await ask(`${path} ${JSON.stringify(input)}`, () => call.make(input))
}

/** Questions whose answers order or find by something hidden, where they are answered at all. */
const everything: readonly Input[] = [
  {},
  { where: { matches: "zebra" } },
  { where: { matches: "zubia" } },
  ...[
    "unitCost",
    "cost",
    "hourCost",
    "workedSeconds",
    "balance",
    "moved",
    "product.unitCost",
    "user.name",
    "customer.name",
    "seller.name",
    "manager.name",
    "custom.secret",
  ].map((field) => ({ order: [{ field }] })),
  ...["unitCost", "cost", "hourCost", "workedSeconds", "balance", "product.unitCost"].map((field) => ({
    where: { [field]: { isNull: false } },
  })),
]

type Me = ReturnType<Awaited<ReturnType<typeof openHouse>>["engine"]["as"]>

/** What is changed for good, in an order in which each is done or refused for a reason that rests on something hidden. */
const change = async (
  me: Me,
  open: Branch,
  hidden: Branch,
  floored: { readonly id: string },
  ask: Ask,
): Promise<void> => {
  const { account, project, user } = open
  const effectiveOn = "2025-03-14" as const
  const log = { project, user, date: "2025-03-13", phase: null } as const
  const lines = [line("open", open.product, open.login)]
  const given = { title: "given", customer: open.company, currency: "SEK", seller: user, lines }
  const { plan: _, ...unplanned } = line("open", open.product, open.login)
  const more = { ...unplanned, key: "L2" }
  const key = { idempotencyKey: "again" }
  const steps: Readonly<Record<string, () => Promise<unknown>>> = {
    "a debit of more than there is": () => me.timeBank.debit({ account, effectiveOn, seconds: 999_999 }, key),
    "the same again": () => me.timeBank.debit({ account, effectiveOn, seconds: 999_999 }, key),
    "a debit": () => me.timeBank.debit({ account, effectiveOn, seconds: 60 }),
    "a reversal of what is spent": () => me.timeBank.reverse({ account, entry: open.topUp, note: "wrong" }),
    "a balance": () => me.timeBank.balance({ account }),
    "more than a day": () => me.time.log({ ...log, workedSeconds: 86_000, description: "given" }),
    "a day's work": () => me.time.log({ ...log, workedSeconds: 600, description: "given" }),
    "the time of a project": () => me.time.ofProject({ project }),
    "work for a hidden person": () =>
      me.time.log({ ...log, user: hidden.user, workedSeconds: 60, description: "given" }),
    "a quote": () => me.quotes.create({ ...given, marginFloorPpm: null }),
    "a quote below its floor": () => me.quotes.send({ quote: floored.id }),
    "a quote with a hidden person": () =>
      me.quotes
        .create({ ...given, lines: [line("open", open.product, hidden.login)] })
        .catch((error: { _tag: string }) => [error._tag]),
    "a line more": () => me.quotes.change({ quote: open.draft, lines: { add: [more] } }),
    "what it comes to": () => me.quotes.preview({ quote: open.draft }),
    "a quote sent": () => me.quotes.send({ quote: open.draft }),
    "a promise": () => me.capacity.promise({ quote: open.draft }),
    "a quote accepted": () => me.quotes.accept({ quote: open.sent, acceptedBy: "Per" }),
    "what is left to invoice": () => me.invoicing.remaining({}),
    "a part invoiced": () => me.invoicing.invoicePart({ plan: open.plan, part: open.later as never }),
    "a part invoiced again": () => me.invoicing.invoicePart({ plan: open.plan, part: open.later as never }),
    "a hidden plan's part": () => me.invoicing.invoicePart({ plan: open.plan, part: hidden.later as never }),
    "a phase done": () => me.projects.completePhase({ project, phase: "work" }),
    "a hidden quote accepted": () => me.quotes.accept({ quote: hidden.sent, acceptedBy: "Per" }),
    "a hidden record's own field": () =>
      me.customFields.set({ entity: "quote", record: hidden.draft, values: { secret: 1 } }),
    "a hidden field": () => me.customFields.set({ entity: "quote", record: open.sent, values: { secret: 1 } }),
    "a taken number": () =>
      me.parties.companies.import({
        file: "companies.csv",
        text: "number;name;country;currency\nopen-K;given;SE;SEK\n",
        key: ["number"],
        columns: { number: "number", name: "name", country: "country", currency: "currency" },
      }),
    "history of a quote": () => me.quotes.quotes.history(open.draft as never),
    "history of time": () => me.time.entries.history(open.entry as never),
    "history of the bank": () => me.timeBank.accounts.history(open.account as never),
    "history of goods": () => me.catalogue.products.history(open.product as never),
  }
  for (const [asked, make] of Object.entries(steps)) await ask(asked, make)
}

/** The questions that the two houses answer differently. */
export const toldApart = async (open: () => Store, veiling: Veiling = {}): Promise<ToldApart> => {
  const [one, two] = [await askVeiled(open(), SECRETS[0], veiling), await askVeiled(open(), SECRETS[1], veiling)]
  const told = one.flatMap(({ asked, said }, index) => {
    const other = two[index]
    return other?.asked === asked && other.said === said ? [] : [{ asked, one: said, two: other?.said ?? "" }]
  })
  return { questions: one.length, answered: one.filter(({ said }) => !said.startsWith('["')).length, told }
}

/** What of the two houses tells them apart. */
export interface ToldApart {
  readonly questions: number
  /** Questions that were not refused. */
  readonly answered: number
  readonly told: readonly { readonly asked: string; readonly one: string; readonly two: string }[]
}
