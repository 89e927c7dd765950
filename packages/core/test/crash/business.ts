/**
 * Business: the twenty commands that the proof of crashes kills and breaks. A round sells something from a new customer
 * to an invoice, each command under its own key, so that a round that was cut short is played again from its beginning.
 */
import {
  createEngine,
  type Engine,
  fixedClock,
  fixedIds,
  type Ids,
  type Pending,
  type PlannedTask,
  type Refusal,
  type Session,
  type Standard,
  type Store,
  standard,
} from "@anbud/core"

/** The firm's tenant. */
export const FIRM = { id: "fjall", name: "Fjäll", currency: "SEK", zone: "Europe/Stockholm", admin: "anna" }
/** How many commands a round has. */
export const COMMANDS_PER_ROUND = 20

const DAY = [
  ["08:00", "12:00"],
  ["13:00", "17:00"],
] as const
const HOUR = 3_600

/** Whoever sends commands now; another session stands here after the engine was opened again. */
export interface Desk {
  readonly anna: Session<Standard>
}

/** Sends a command under this key until it has an answer. */
export type Send = <T>(
  name: string,
  call: (anna: Session<Standard>, options: { readonly idempotencyKey: string }) => Pending<T, Refusal>,
) => Promise<T>

/** Opens the firm. Ids follow from keys alone, so that a run with crashes gives the same as one without. */
export const openFirm = async (store: Store): Promise<{ readonly engine: Engine<Standard> } & Desk> => {
  const clock = fixedClock("2025-03-14T08:00:00.000Z")
  const engine = await createEngine({ store, plugins: standard, clock, ids: idsByKey() })
  try {
    await engine.tenants.create(FIRM)
    return { engine, anna: engine.as({ tenant: FIRM.id, user: FIRM.admin }) }
  } catch (error) {
    await engine.close()
    throw error
  }
}

/** A command that is tried again draws the ids that it drew before: each begins a sequence of its own. */
const idsByKey = (): Ids & { begin(command: string): void } => {
  let ids = fixedIds("crash")
  return {
    begin: (command) => {
      ids = fixedIds("crash")
      ids.begin(command)
    },
    next: (at) => ids.next(at),
    salt: () => ids.salt(),
  }
}

/** Plays a round. */
export const playRound = async (round: number, send: Send): Promise<void> => {
  const { customer, product, seller } = await prepare(round, send)
  const lines = [lineOf(product, round)]
  const given = { title: `Heat ${round}`, customer, currency: "SEK", seller, lines }
  const quote = await send("quotes.create", ({ quotes }, key) => quotes.create(given, key))
  const more = { ...lineOf(product, round), key: "L2", plan: null, quantity: "2" }
  await send("quotes.change", ({ quotes }, key) => quotes.change({ quote: quote.id, lines: { add: [more] } }, key))
  await send("quotes.send", ({ quotes }, key) => quotes.send({ quote: quote.id }, key))
  const acceptance = { quote: quote.id, acceptedBy: "Per Lund" }
  const won = await send("quotes.accept", ({ quotes }, key) => quotes.accept(acceptance, key))
  await deliver(won.project.id, seller, send)
  const [part] = won.invoicePlan.parts
  const invoiced = { plan: won.invoicePlan.id, part: part?.id ?? "" }
  await send("invoicing.invoicePart", ({ invoicing }, key) => invoicing.invoicePart(invoiced, key))
  await bank(customer, send)
  const lost = await send("quotes.create again", ({ quotes }, key) => quotes.create(given, key))
  await send("quotes.send again", ({ quotes }, key) => quotes.send({ quote: lost.id }, key))
  const declined = { quote: lost.id, reason: "Too expensive" }
  await send("quotes.decline", ({ quotes }, key) => quotes.decline(declined, key))
}

const prepare = async (round: number, send: Send) => {
  const named = { number: `K${round}`, name: `Brf Granen ${round}`, country: "SE", currency: "SEK" } as const
  const customer = await send("companies.create", ({ parties }, key) => parties.companies.create(named, key))
  const changed = { id: customer.id, set: { paymentTermDays: 31 + (round % 50) } }
  await send("companies.patch", ({ parties }, key) => parties.companies.patch(changed, key))
  const text = ["number;name;country;currency", `I${round};Ö${round} AB;SE;SEK`, `J${round};Å${round} AB;SE;SEK`]
  const file = { file: `${round}.csv`, text: text.join("\n"), key: ["number"] as const, refused: "all" as const }
  const columns = { number: "number", name: "name", country: "country", currency: "currency" }
  await send("companies.import", ({ parties }, key) => parties.companies.import({ ...file, columns }, key))
  const goods = { category: "Pumps", priceGroup: "VP", listPrice: "1200", unitCost: "800", vatRatePpm: 250_000 }
  const made = { number: `P${round}`, name: `Work ${round}`, kind: "labour" as const, unit: "HUR", ...goods }
  const product = await send("products.create", ({ catalogue }, key) => catalogue.products.create(made, key))
  const login = `dag${round}`
  const costRates = [{ from: "2024-01-01", hourCost: { minor: 420_00, currency: "SEK" } }] as const
  const person = { login, name: `Dag ${round}`, costRates }
  const user = await send("users.create", ({ organisation }, key) => organisation.users.create(person, key))
  const hours = {
    week: [DAY, DAY, DAY, DAY, DAY, [], []],
    skills: ["installation"],
    employedFrom: "2020-01-01" as const,
  }
  const resource = { code: login, user: user.id, name: login, ...hours, billableTargetPpm: 1_000_000 }
  await send("resources.create", ({ capacity }, key) => capacity.resources.create(resource, key))
  return { customer: customer.id, product: product.id, seller: user.id }
}

const lineOf = (product: string, round: number) => {
  const people = [{ user: `dag${round}`, effortMinutes: 240 }]
  const install = { task: "install", name: "Install", skill: "installation", effortMinutes: 240, people, after: [] }
  const rest = { section: "main", description: "Work", quantity: "4", isEssential: true, plan: install as PlannedTask }
  return { key: "L1", product, ...rest }
}

const deliver = async (project: string, user: string, send: Send): Promise<void> => {
  const worked = { project, phase: "install", user, date: "2025-03-14" as const, workedSeconds: 2 * HOUR }
  await send("time.log", ({ time }, key) => time.log({ ...worked, description: "Installed" }, key))
  await send("projects.completePhase", ({ projects }, key) =>
    projects.completePhase({ project, phase: "install" }, key),
  )
}

const bank = async (customer: string, send: Send): Promise<void> => {
  const opened = { customer, name: "Hours" }
  const { id: account } = await send("timeBank.open", ({ timeBank }, key) => timeBank.open(opened, key))
  const moved = { account, effectiveOn: "2025-03-10" as const }
  await send("timeBank.topUp", ({ timeBank }, key) => timeBank.topUp({ ...moved, seconds: 9 * HOUR }, key))
  const debit = { ...moved, seconds: 5 * HOUR }
  const entry = await send("timeBank.debit", ({ timeBank }, key) => timeBank.debit(debit, key))
  const undone = { account, entry: entry.id, note: "Wrong customer" }
  await send("timeBank.reverse", ({ timeBank }, key) => timeBank.reverse(undone, key))
}
