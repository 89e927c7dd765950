/** The commands of the simulation, each with its rule in the model, its faults and its repetitions. */
import { isDeepStrictEqual } from "node:util"
import type { Pending, Refusal } from "@anbud/core"
import fc from "fast-check"
import { balanceOf, type Model, type ModelAccount, stepOf, withdrawal } from "./model.ts"
import { type Answer, isSimulated, type Sides, type User } from "./sides.ts"
import { REFUSAL_OF, type SimulatedFault } from "./simulatedFailures.ts"

/** What sides and commands share in one run. */
export interface Stage {
  readonly sides: Sides
  readonly product: string
  readonly customer: string
  readonly seller: string
}

type Command = fc.AsyncCommand<Model, Stage>

/** How a command is sent: which fault comes first, and how often it is sent again after its answer. */
interface Sending {
  readonly fault: SimulatedFault | null
  readonly repeats: number
}

type Call<T> = (user: User, options: { readonly idempotencyKey: string }) => Pending<T, Refusal>

const same = (found: unknown, expected: unknown, what: string): void => {
  if (!isDeepStrictEqual(found, expected))
    throw new Error(`${what}: ${JSON.stringify(found)} is not ${JSON.stringify(expected)}`)
}

/**
 * Sends a command under a new key, through its fault and again after it. What was refused or answered once is so each
 * time. The model counts what was written.
 */
const send = async <T>(
  model: Model,
  { sides }: Stage,
  { fault, repeats }: Sending,
  call: Call<T>,
  refused: string | null,
): Promise<T | null> => {
  const options = { idempotencyKey: `key ${model.keys++}` }
  const once = (user: User): Pending<T, Refusal> => call(user, options)
  let answer = await sides.send(once, fault)
  if (fault !== null) {
    if (REFUSAL_OF[fault] !== null) {
      if (!isSimulated(answer, fault)) throw new Error(`The fault ${fault} is heard as ${JSON.stringify(answer)}`)
      answer = await sides.send(once)
    }
    // What the engine finds of its own commit is no replay; what the caller asks for again is one.
    if (answer.ok) same(answer.replayed, fault === "afterCommitAndAway", "replayed")
  }
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const again = await sides.send(once)
    same(ending(again), ending(answer), "the same key again")
  }
  same(answer.ok ? null : answer.tag, refused, "refused")
  if (!answer.ok) return null
  if (answer.seq !== null) model.written += 1
  return answer.value
}

const ending = (answer: Answer<unknown>): unknown => (answer.ok ? [answer.value, answer.seq] : answer)

/** A command that can be printed, so that a failing list can be read. */
const named = (name: string, given: unknown, run: (model: Model, stage: Stage) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => `${name}(${JSON.stringify(given)})`,
})

const sending = fc.record<Sending>({
  fault: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<SimulatedFault>(
        "busy",
        "beforeWork",
        "afterWork",
        "afterCommit",
        "afterCommitAndAway",
      ),
    },
  ),
  repeats: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }) }),
})

const place = fc.nat(1_000)
const at = <T>(items: readonly T[], index: number): T | undefined => items[index % Math.max(items.length, 1)]

const createCompany = fc.tuple(fc.nat(12), sending).map(([number, how]) =>
  named("createCompany", [number, how], async (model, stage) => {
    const given = { number: `C${number}`, name: `Company ${number}`, country: "SE", currency: "SEK" } as const
    const refused = model.companies.has(given.number) ? "UniqueTaken" : null
    const made = await send(model, stage, how, ({ parties }, key) => parties.companies.create(given, key), refused)
    if (made) model.companies.set(given.number, { id: made.id, name: given.name, version: 1 })
  }),
)

const renameCompany = fc
  .tuple(place, fc.nat(3), fc.integer({ min: -1, max: 1 }), sending)
  .map(([which, name, off, how]) =>
    named("renameCompany", [which, name, off, how], async (model, stage) => {
      const company = at([...model.companies.values()], which)
      if (!company) return
      const version = Math.max(1, company.version + off)
      const given = { id: company.id, version, set: { name: `Name ${name}` } } as const
      const refused = version === company.version ? null : "VersionConflict"
      const done = await send(model, stage, how, ({ parties }, key) => parties.companies.patch(given, key), refused)
      if (!done) return
      if (company.name !== given.set.name) company.version += 1
      company.name = given.set.name
      same([done.version, done.name], [company.version, company.name], "company")
    }),
  )

const openAccount = fc.tuple(fc.nat(3), sending).map(([hours, how]) =>
  named("openAccount", [hours, how], async (model, stage) => {
    const given = { customer: stage.customer, name: `Bank ${model.accounts.length}`, floor: -3_600 * hours }
    const made = await send(model, stage, how, ({ timeBank }, key) => timeBank.open(given as never, key), null)
    if (made) model.accounts.push({ id: made.id, floor: given.floor || 0, entries: [] })
  }),
)

const day = fc.integer({ min: 10, max: 28 }).map((number) => `2025-02-${number}` as const)
const seconds = fc.integer({ min: 1, max: 20_000 })

const move = fc
  .tuple(fc.constantFrom("topUp", "debit", "debit"), place, seconds, day, sending)
  .map(([kind, which, amount, on, how]) =>
    named(kind, [which, amount, on, how], async (model, stage) => {
      const account = at(model.accounts, which)
      if (!account) return
      const given = { account: account.id, effectiveOn: kind === "topUp" ? "2025-02-01" : on, seconds: amount } as const
      const refused = kind === "debit" ? withdrawal(account, amount) : null
      const entry = await send(model, stage, how, ({ timeBank }, key) => timeBank[kind as "topUp"](given, key), refused)
      if (!entry) return
      const moved = kind === "debit" ? -amount : amount
      account.entries.push({ id: entry.id, moved, on: given.effectiveOn, isReversed: false, isReversal: false })
    }),
  )

const reverse = fc.tuple(place, place, sending).map(([which, entryPlace, how]) =>
  named("reverse", [which, entryPlace, how], async (model, stage) => {
    const account = at(model.accounts, which)
    const entry = at(account?.entries.filter(({ isReversal }) => !isReversal) ?? [], entryPlace)
    if (!account || !entry) return
    const given = { account: account.id, entry: entry.id, note: "Simulated" }
    const refused = entry.isReversed ? "AlreadyReversed" : entry.moved > 0 ? withdrawal(account, entry.moved) : null
    const made = await send(model, stage, how, ({ timeBank }, key) => timeBank.reverse(given, key), refused)
    if (!made) return
    entry.isReversed = true
    account.entries.push({ id: made.id, moved: -entry.moved, on: entry.on, isReversed: false, isReversal: true })
  }),
)

const createQuote = fc.tuple(fc.integer({ min: 1, max: 9 }), sending).map(([quantity, how]) =>
  named("createQuote", [quantity, how], async (model, stage) => {
    const line = { key: "L1", section: "main", product: stage.product, description: "Pump", isEssential: true }
    const given = { title: "Heat", customer: stage.customer, currency: "SEK", seller: stage.seller }
    const lines = [{ ...line, quantity: String(quantity) }]
    const made = await send(model, stage, how, ({ quotes }, key) => quotes.create({ ...given, lines }, key), null)
    if (made) model.quotes.push({ id: made.id, status: "draft" })
  }),
)

const STATUS = { send: "sent", accept: "accepted", decline: "declined" } as const

const stepQuote = fc.tuple(fc.constantFrom("send", "accept", "decline"), place, sending).map(([step, which, how]) =>
  named(step, [which, how], async (model, stage) => {
    const quote = at(model.quotes, which)
    if (!quote) return
    const given = { quote: quote.id, ...{ send: {}, accept: { acceptedBy: "Per" }, decline: { reason: "No" } }[step] }
    const call: Call<unknown> = ({ quotes }, key) => quotes[step](given as never, key)
    const refused = stepOf(quote, step)
    await send(model, stage, how, call, refused)
    if (refused === null) quote.status = STATUS[step]
  }),
)

const MINUTE = 60_000
const moveClock = fc.integer({ min: -30, max: 40 }).map((minutes) =>
  named("moveClock", minutes, async (model, { sides }) => {
    model.milliseconds = Math.max(0, model.milliseconds + minutes * MINUTE)
    sides.setClock(model.milliseconds)
  }),
)

const askBalance = fc.tuple(place, day).map(([which, until]) =>
  named("askBalance", [which, until], async (model, { sides }) => {
    const account = at(model.accounts, which)
    if (account) await checkAccount(account, sides, until)
  }),
)

const checkAccount = async (account: ModelAccount, sides: Sides, until: string): Promise<void> => {
  const asOf = await sides.send(({ timeBank }) => timeBank.balance({ account: account.id, asOf: until as never }))
  same(asOf.ok && asOf.value.balance, balanceOf(account, until), `balance as of ${until}`)
}

/** Commands at random, up to so many. */
export const commandsUpTo = (maxCommands: number): fc.Arbitrary<Iterable<Command>> =>
  fc.commands(
    [
      createCompany,
      renameCompany,
      openAccount,
      move,
      move,
      reverse,
      createQuote,
      stepQuote,
      stepQuote,
      moveClock,
      askBalance,
    ],
    { maxCommands, size: "max" },
  )

/** Compares everything at the end of a run: every account, every quote, and the journal. */
export const checkAll = async (model: Model, { sides }: Stage, entriesBefore: number): Promise<void> => {
  for (const account of model.accounts) {
    await checkAccount(account, sides, "2025-02-28")
    const found = await sides.send(({ timeBank }) => timeBank.reconcile({ account: account.id }))
    same(found.ok && found.value.holds, true, `the account ${account.id} agrees with its entries and lots`)
  }
  const quotes = await sides.send(({ quotes }) => quotes.quotes.list({ limit: 1_000 }))
  const statuses = new Map(quotes.ok ? quotes.value.items.map(({ id, status }) => [String(id), String(status)]) : [])
  for (const { id, status } of model.quotes) same(statuses.get(id), status, `quote ${id}`)
  const orders = await sides.send(({ orders }) => orders.orders.list({ limit: 1_000 }))
  const accepted = model.quotes.filter(({ status }) => status === "accepted").length
  same(orders.ok && orders.value.items.length, accepted, "orders")
  same((await sides.entries()) - entriesBefore, model.written, "entries of the journal")
}
