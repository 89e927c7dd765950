/** A house: a firm with a record of every entity of core's plugins, made by the calls that anybody makes. */
import { createEngine, fixedClock, fixedIds, type Session, type Standard, type Store, standard } from "@anbud/core"

type Anna = Session<Standard>

/** What a branch of the house is made with. */
export interface BranchOptions {
  /** What every name in it begins with. */
  readonly mark: string
  /** Cents: what things and hours cost; a multiple of 100. */
  readonly cost: number
  /** Seconds in its time bank, and worked in a day. */
  readonly seconds: number
  /** What names begin with of what no right of a unit hides: goods, prices and time banks. */
  readonly shared?: string
}

const DAY = [["08:00", "16:00"]] as const
const WEEK = [DAY, DAY, DAY, DAY, DAY, [], []]
const sek = (minor: number) => ({ minor, currency: "SEK" })

/** An open house without branches. */
export const openHouse = async (store: Store, tenants: readonly string[]) => {
  const clock = fixedClock("2025-03-14T08:00:00.000Z" as never)
  const engine = await createEngine({ store, plugins: standard, clock, ids: fixedIds("house") })
  for (const id of tenants)
    await engine.tenants.create({ id, name: "House", currency: "SEK", zone: "Europe/Stockholm", admin: "anna" })
  return { engine, store, clock }
}
export type House = Awaited<ReturnType<typeof openHouse>>

/** Makes a branch: people, customers, goods, three quotes and all that follows from one that is accepted. */
export const branch = async (anna: Anna, options: BranchOptions) => {
  const { mark, cost, seconds, shared = mark } = options
  const people = await hire(anna, options)
  const goods = await stock(anna, options)
  const given = (title: string) => ({
    title: `${mark} ${title}`,
    customer: goods.company,
    contact: goods.person,
    currency: "SEK",
    seller: people.user,
    projectManager: people.user,
    lines: [line(mark, goods.product, people.login)],
    footers: [
      {
        key: "freight",
        label: `${mark} freight`,
        amount: sek(100_00),
        cost: sek(cost),
        basis: "amount",
        visibility: "shown",
      },
    ] as const,
    instalments: [
      { label: `${mark} first`, sharePpm: 400_000, dueRule: "onAcceptance" },
      { label: `${mark} rest`, sharePpm: 600_000, dueRule: "afterTask", task: "work" },
    ] as const,
  })
  const draft = (await anna.quotes.create(given("draft"))).id
  const sent = (await anna.quotes.create(given("sent"))).id
  await anna.quotes.send({ quote: sent })
  const won = (await anna.quotes.create(given("won"))).id
  await anna.quotes.send({ quote: won })
  const accepted = await anna.quotes.accept({ quote: won, acceptedBy: `${mark} Per` })
  const account = (await anna.timeBank.open({ customer: goods.company, name: `${shared} bank` })).id
  const topUp = (await anna.timeBank.topUp({ account, effectiveOn: "2025-03-01", seconds, hourPrice: sek(cost) })).id
  const project = accepted.project.id
  const entry = (
    await anna.time.log({
      ...{ project, phase: "work", user: people.user, date: "2025-03-13", workedSeconds: seconds },
      description: `${mark} wired the pump`,
    })
  ).id
  const plan = accepted.invoicePlan.id
  const [part = "", later = ""] = accepted.invoicePlan.parts.map(({ id }) => id as string)
  return {
    ...people,
    ...goods,
    draft,
    sent,
    won,
    order: accepted.order.id,
    project,
    plan,
    part,
    later,
    account,
    topUp,
    entry,
  }
}
export type Branch = Awaited<ReturnType<typeof branch>>

/** A unit with a group, and a person who can be planned. */
const hire = async (anna: Anna, { mark, cost, shared = mark }: BranchOptions) => {
  const { units, groups, users, roles } = anna.organisation
  const unit = (await units.create({ code: `${mark}-U`, name: `${mark} unit` })).id
  const role = (await roles.create({ name: `${mark} role`, grants: ["organisation.me"] })).id
  const login = `${mark}-dag`
  const costRates = [{ from: "2024-01-01", hourCost: sek(cost) }] as const
  const user = (await users.create({ login, name: `${mark} Dag`, unit, roles: [{ role }], costRates })).id
  const group = (await groups.create({ name: `${mark} group`, members: [{ user }] })).id
  const name = `${mark} Dag`
  const { resources, holidays } = anna.capacity
  const absences = [{ from: "2025-05-01", to: "2025-05-02", reason: `${mark} away` }] as const
  const given = {
    code: login,
    user,
    name,
    week: WEEK,
    skills: ["wiring"],
    employedFrom: "2020-01-01",
    billableTargetPpm: 1_000_000,
  }
  const resource = (await resources.create({ ...given, absences } as never)).id
  const holiday = (await holidays.create({ country: "SE", date: "2025-06-06", name: `${shared} day` })).id
  return { unit, role, user, login, group, resource, holiday }
}

/** A customer with a contact, and a product with its price. */
const stock = async (anna: Anna, { mark, cost, shared = mark }: BranchOptions) => {
  const { companies, persons, contacts } = anna.parties
  const { products, priceLists, prices, discounts } = anna.catalogue
  const address = {
    kind: "post",
    street: `${mark} road`,
    postalCode: "97231",
    city: `${mark} city`,
    country: "SE",
  } as const
  const company = (
    await companies.create({
      number: `${mark}-K`,
      name: `${mark} Granen`,
      country: "SE",
      currency: "SEK",
      addresses: [address],
    })
  ).id
  const person = (await persons.create({ number: `${mark}-P`, name: `${mark} Kari`, email: `${mark}@example.com` })).id
  const contact = (await contacts.create({ person, company, title: `${mark} chief` })).id
  const unitCost = String(cost / 100)
  const product = (
    await products.create({
      ...{
        number: `${shared}-V`,
        name: `${shared} pump`,
        kind: "goods",
        unit: "H87",
        category: `${shared} heat`,
        priceGroup: "VP",
      },
      ...{ listPrice: "200000", unitCost, vatRatePpm: 250_000 },
    })
  ).id
  const list = (
    await priceLists.create({ number: `${shared}-L`, currency: "SEK", scope: "customer", customer: company })
  ).id
  const price = (
    await prices.create({ priceList: list, product, minQuantity: "1", price: "190000", validFrom: "2025-01-01" })
  ).id
  const discount = (
    await discounts.create({
      ...{
        subject: "customer",
        customer: company,
        target: "all",
        ratePpm: 50_000,
        minQuantity: "1",
        validFrom: "2025-01-01",
      },
    } as never)
  ).id
  return { company, person, contact, product, list, price, discount }
}

/** A line with an hour of planned work. */
export const line = (mark: string, product: string, login: string) => ({
  key: "L1",
  section: "main",
  product,
  description: `${mark} line`,
  quantity: "1",
  isEssential: true,
  plan: {
    ...{ task: "work", name: `${mark} work`, skill: "wiring", effortMinutes: 60 },
    people: [{ user: login, effortMinutes: 60 }],
    after: [],
  },
})
