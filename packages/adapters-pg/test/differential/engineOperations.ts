/** Random calls of an engine, good ones and bad ones: companies, imports, quotes on their road, time banks. */
import type { Operation } from "./compare.ts"
import { type Firm, quoteFor, TENANT } from "./firm.ts"
import type { Random } from "./random.ts"

const NAMES = [
  "Brf Granen",
  "Åre Bygg",
  "åre bygg",
  "10 % rabatt",
  "a_b",
  "Ö",
  "\u{1F600} AB",
  "\uFFFD",
  "O'Neill \\ Co",
]
const NOBODY = "01953000-0000-7000-8000-000000000000"
const HOUR = 3_600

/** A firm, and what the log has made in it so far. */
export interface Side extends Firm {
  readonly drafts: string[]
  readonly sent: string[]
  readonly accounts: string[]
}

type EngineOperation = Operation<Side>
type Make = (random: Random, index: number) => Omit<EngineOperation, "kind">

/** A log of so many operations. Ids are looked up when an operation runs, so that both sides find their own. */
export function* engineOperations(random: Random, count: number): Generator<EngineOperation> {
  for (let index = 0; index < count; index += 1) {
    const kind = random.pick(KINDS)
    yield { kind, ...MAKE[kind](random, index) }
  }
}

/** The journal's head, and whether it verifies: it covers every value that was ever written. */
export const headOf = async ({ engine }: Side): Promise<unknown> => engine.journal.verify({ tenant: TENANT.id })

const companyNumber = (random: Random): string => (random.oneIn(25) ? "" : `C${random.below(150)}`)

const createCompany: Make = (random) => {
  const number = companyNumber(random)
  const given = {
    number,
    name: random.pick(NAMES),
    country: random.oneIn(20) ? "Sweden" : "SE",
    currency: random.oneIn(20) ? "KRONOR" : "SEK",
    segment: random.pick([null, "Housing", "Åkeri"]),
    paymentTermDays: random.oneIn(20) ? 999 : random.below(90),
  }
  const options = random.oneIn(4) ? { idempotencyKey: `company/${number}` } : {}
  return { says: [given, options], run: ({ anna }) => anna.parties.companies.create(given, options) }
}

const patchCompany: Make = (random) => {
  const number = `C${random.below(40)}`
  const set = random.pick([
    { name: random.pick(NAMES) },
    { segment: null, paymentTermDays: random.below(60) },
    { number: `C${random.below(150)}` },
    { paymentTermDays: -1 },
  ])
  const version = random.oneIn(3) ? 1 : undefined
  return {
    says: [number, set, version],
    run: async ({ anna, customer }) => {
      const [found] = (await anna.parties.companies.list({ where: { number } })).items
      const id = found?.id ?? customer
      return anna.parties.companies.patch({ id, set, ...(version === undefined ? {} : { version }) })
    },
  }
}

const importCompanies: Make = (random, index) => {
  const rows = Array.from({ length: 1 + random.below(6) }, () => {
    const country = random.oneIn(30) ? "Norge" : "SE"
    return `C${random.below(150)};${random.pick(NAMES)};${country};SEK;${random.below(90)}`
  })
  const file = {
    file: `companies-${index}.csv`,
    text: ["number;name;country;currency;days", ...rows].join("\n"),
    key: ["number"] as const,
    columns: { number: "number", name: "name", country: "country", currency: "currency", paymentTermDays: "days" },
    refused: random.pick(["all", "skip"] as const),
  }
  return { says: file, run: ({ anna }) => anna.parties.companies.import(file) }
}

const listCompanies: Make = (random) => {
  const name = random.pick(NAMES)
  const days = random.below(90)
  const where = random.pick([
    { name },
    { name: { ne: name } },
    { name: { contains: name.slice(0, 2) } },
    { not: { segment: "Åkeri" } },
    { segment: { isNull: true }, paymentTermDays: { gte: days } },
    { or: [{ name: { gt: name } }, { number: { in: ["C1", "C2", "C3"] } }] },
  ])
  const limit = random.pick([1, 5, 50])
  return { says: [where, limit], run: ({ anna }) => anna.parties.companies.list({ where, limit }) }
}

const createQuote: Make = (random) => {
  const quantity = random.oneIn(15) ? random.pick(["0.0000001", "many"]) : String(1 + random.below(9))
  const isLost = random.oneIn(20)
  return {
    says: [quantity, isLost],
    run: async ({ anna, drafts, ...firm }) => {
      const given = quoteFor({ ...firm, ...(isLost ? { product: NOBODY } : {}) }, quantity)
      const quote = await anna.quotes.create(given)
      drafts.push(quote.id)
      return quote
    },
  }
}

/** The one at this place, or nobody. */
const at = (ids: readonly string[], place: number): string => ids[place % Math.max(ids.length, 1)] ?? NOBODY

const sendQuote: Make = (random) => {
  const place = random.below(20)
  const isLate = random.oneIn(6)
  return {
    says: [place, isLate],
    run: async ({ anna, drafts, sent }) => {
      const quote = at(isLate ? sent : drafts, place)
      const view = await anna.quotes.send({ quote })
      sent.push(...drafts.splice(drafts.indexOf(quote), 1))
      return view
    },
  }
}

const acceptQuote: Make = (random) => {
  const place = random.below(20)
  const isEarly = random.oneIn(6)
  const acceptedBy = random.oneIn(25) ? "" : "Per Lund"
  return {
    says: [place, isEarly, acceptedBy],
    run: async ({ anna, drafts, sent }) => {
      const quote = at(isEarly ? drafts : sent, place)
      const won = await anna.quotes.accept({ quote, acceptedBy })
      // Some are asked for once more, when they are accepted already.
      if (place > 2) sent.splice(sent.indexOf(quote), 1)
      return won
    },
  }
}

const openAccount: Make = (random, index) => {
  const account = { name: `TB${index}`, floor: random.oneIn(10) ? 5 : -HOUR * random.below(3) }
  return {
    says: account,
    run: async ({ anna, customer, accounts }) => {
      const opened = await anna.timeBank.open({ customer, ...account })
      accounts.push(opened.id)
      return opened
    },
  }
}

const topUp: Make = (random) => {
  const place = random.below(20)
  const moving = { effectiveOn: "2025-03-01", seconds: random.oneIn(15) ? 0 : HOUR * (1 + random.below(9)) } as const
  return {
    says: [place, moving],
    run: ({ anna, accounts }) => anna.timeBank.topUp({ account: at(accounts, place), ...moving }),
  }
}

const debit: Make = (random, index) => {
  const place = random.below(20)
  const moving = { effectiveOn: "2025-03-10", seconds: HOUR * (1 + random.below(4)) } as const
  const options = random.oneIn(3) ? { idempotencyKey: `debit/${index % 7}` } : {}
  return {
    says: [place, moving, options],
    run: ({ anna, accounts }) => anna.timeBank.debit({ account: at(accounts, place), ...moving }, options),
  }
}

const MAKE = {
  createCompany,
  patchCompany,
  importCompanies,
  listCompanies,
  createQuote,
  sendQuote,
  acceptQuote,
  openAccount,
  topUp,
  debit,
} satisfies Record<string, Make>
/** What the road of a quote begins with comes more often, so that there is something to send and to accept. */
const KINDS = [...Object.keys(MAKE), "createQuote", "sendQuote"] as readonly (keyof typeof MAKE)[]
