/** A small firm to sell from: five customers, four products, three people, and the prices of the specification. */
import { sqlite } from "@anbud/adapter-sqlite"
import {
  type CreateOf,
  createEngine,
  fixedClock,
  fixedIds,
  type Instant,
  type Pending,
  type PlannedTask,
  type Plugins,
  type Quote,
  type Refusal,
  type Resource,
  type Session,
  type Standard,
  standard,
} from "@anbud/core"
import { onTestFinished } from "vitest"

/** The firm's tenant. */
export const FIRM = { id: "fjall", name: "Fjäll", currency: "SEK", zone: "Europe/Stockholm", admin: "anna" }
/** Friday 14 March 2025, 09:00 in Stockholm. */
export const FRIDAY: Instant = "2025-03-14T08:00:00.000Z"

/** What `quotes.create` takes. */
export type QuoteGiven = Parameters<Session<Standard>["quotes"]["create"]>[0]
/** A line of it. */
export type LineGiven = NonNullable<QuoteGiven["lines"]>[number]
/** A row of the discount matrix, as `catalogue.discounts.create` takes it. */
export type DiscountGiven = Parameters<Session<Standard>["catalogue"]["discounts"]["create"]>[0]

const DAY = [
  ["08:00", "12:00"],
  ["13:00", "17:00"],
] as const
/** Eight hours from Monday to Friday. */
export const WEEK = [DAY, DAY, DAY, DAY, DAY, [], []]

/** An amount in kronor. */
export const sek = (minor: number) => ({ minor, currency: "SEK" })
/** An id of the right form that no record has. */
export const NOBODY = "01953000-0000-7000-8000-000000000000"

/** An open engine of these plugins; it closes after the test. */
export const openEngine = async <const P extends Plugins<P>>(file: string, plugins: P) => {
  const clock = fixedClock(FRIDAY)
  const engine = await createEngine({ store: sqlite({ file }), plugins, clock, ids: fixedIds(`firm/${file}`) })
  onTestFinished(() => engine.close())
  return { engine, clock }
}

/** The firm with its customers, catalogue and people. */
export const openFirm = async (file = ":memory:") => {
  const { engine, clock } = await openEngine(file, standard)
  await engine.tenants.create(FIRM)
  const anna = engine.as({ tenant: FIRM.id, user: "anna" })
  return { engine, clock, anna, ...(await furnish(anna)) }
}
/** An open firm. */
export type Firm = Awaited<ReturnType<typeof openFirm>>

/** Fills the firm; gives the ids by the names that tests use. */
export const furnish = async (anna: Session<Standard>) => {
  const { parties, catalogue } = anna
  const company = async (number: string, rest: { parentCompany?: string; segment?: string } = {}) =>
    (await parties.companies.create({ number, name: `Customer ${number}`, country: "SE", currency: "SEK", ...rest })).id
  const k5 = await company("K5")
  const customers = {
    K1: await company("K1", { segment: "Housing" }),
    K2: await company("K2"),
    K5: k5,
    K6: await company("K6", { parentCompany: k5 }),
  }
  const product = async (number: string, rest: Partial<Parameters<typeof catalogue.products.create>[0]>) =>
    (
      await catalogue.products.create({
        number,
        name: `Product ${number}`,
        kind: "goods",
        unit: "H87",
        category: "Heat",
        priceGroup: "PUMP",
        listPrice: "13000",
        unitCost: "8000",
        vatRatePpm: 250_000,
        ...rest,
      })
    ).id
  const products = {
    P30: await product("P30", { weightKg: "118" }),
    P40: await product("P40", { listPrice: "100", unitCost: "60", priceGroup: "VALVE", vatRatePpm: 120_000 }),
    BOOK: await product("BOOK", { listPrice: "200", unitCost: "50", priceGroup: "BOOK", vatRatePpm: 60_000 }),
    WORK: await product("WORK", {
      kind: "labour",
      unit: "HUR",
      listPrice: "1000",
      unitCost: "450",
      priceGroup: "WORK",
    }),
  }
  const list = (number: string, customer: string | null = null, isNet = false, currency = "SEK") =>
    catalogue.priceLists.create({ number, currency, scope: customer ? "customer" : "standard", customer, isNet })
  const priceOf = (priceList: string, price: string, rest: { minQuantity?: string; validFrom?: "2025-04-01" } = {}) =>
    catalogue.prices.create({
      priceList,
      product: products.P30,
      minQuantity: "1",
      price,
      validFrom: "2025-01-01",
      ...rest,
    })
  const standardList = (await list("STD")).id
  await priceOf(standardList, "12000")
  return { customers, products, standardList, list, priceOf, users: await hire(anna) }
}

/** Two technicians and a designer; anna sells and is no resource. */
const hire = async (anna: Session<Standard>): Promise<{ readonly [login: string]: string }> => {
  const users: { [login: string]: string } = { anna: (await anna.organisation.me({})).user }
  for (const [login, skill, minor] of [
    ["dag", "installation", 450_00],
    ["nils", "installation", 430_00],
    ["lena", "design", 560_00],
  ] as const) {
    const costRates = [{ from: "2024-01-01", hourCost: sek(minor) }] as const
    users[login] = (await anna.organisation.users.create({ login, name: login, costRates })).id
    await anna.capacity.resources.create(resourceOf(login, users[login], { skills: [skill] }))
  }
  return users
}

/** A person's hours as `capacity.resources.create` takes them. */
export const resourceOf = (code: string, user: string, rest: Partial<CreateOf<typeof Resource.fields>> = {}) => ({
  code,
  user,
  name: code,
  week: WEEK,
  skills: [] as readonly string[],
  employedFrom: "2020-01-01" as const,
  billableTargetPpm: 1_000_000,
  ...rest,
})

/** A line of a quote: one P30 unless said otherwise. */
export const line = ({ products }: Pick<Firm, "products">, key: string, rest: Partial<LineGiven> = {}): LineGiven => ({
  key,
  section: "main",
  product: products.P30,
  description: `Line ${key}`,
  quantity: "1",
  isEssential: true,
  ...rest,
})

/** A task of so many hours for each person. */
export const task = (
  key: string,
  hours: Readonly<Record<string, number>>,
  after: readonly string[] = [],
): PlannedTask => {
  const people = Object.entries(hours).map(([user, count]) => ({ user, effortMinutes: count * 60 }))
  const effortMinutes = people.reduce((sum, person) => sum + person.effortMinutes, 0)
  return { task: key, name: `Task ${key}`, skill: "installation", effortMinutes, people, after }
}

/** A quote to K2 with one P30, unless said otherwise. */
export const quoteGiven = (firm: Pick<Firm, "products" | "customers" | "users">, rest: Partial<QuoteGiven> = {}) => ({
  title: "Heat",
  customer: firm.customers.K2,
  currency: "SEK",
  seller: firm.users["anna"] ?? "",
  lines: [line(firm, "L1")],
  ...rest,
})

/** A new quote as a draft. */
export const draft = (firm: Firm, rest: Partial<QuoteGiven> = {}): Promise<Quote> =>
  firm.anna.quotes.create(quoteGiven(firm, rest))

/** A new quote that the customer has. */
export const sent = async (firm: Firm, rest: Partial<QuoteGiven> = {}): Promise<Quote> => {
  const quote = await draft(firm, rest)
  return (await firm.anna.quotes.send({ quote: quote.id })).quote
}

/** The tag and parameters of what a call refuses; what is no refusal is thrown. */
export const refusalOf = async <T, R extends Refusal>(
  call: Pending<T, R>,
): Promise<{ readonly tag: string; readonly params: R["params"] } | "not refused"> => {
  const outcome = await call.result()
  return outcome.ok ? "not refused" : { tag: outcome.error._tag, params: outcome.error.params }
}
