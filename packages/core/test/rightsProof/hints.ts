/** Hints: what the fields of an input do not say, so that made-up calls of a branch of a house are meaningful. */
import type { Hints, Known } from "./calls.ts"
import { ENTITIES } from "./calls.ts"
import { type Branch, type House, line } from "./house.ts"

const DAY = [["08:00", "16:00"]]
const amount = { minor: 100, currency: "SEK" }

/** Inputs of the calls that name records of the branch. */
export const hintsFor = (mark: string, of: Branch, parts: Readonly<Record<string, string>>): Hints => ({
  "organisation.roles.create": { grants: ["organisation.me"] },
  "organisation.roles.patch": { grants: ["organisation.me"] },
  "organisation.users.create": { roles: [{ role: of.role }], costRates: [{ from: "2025-01-01", hourCost: amount }] },
  "organisation.users.patch": { roles: { remove: [parts["userRole"]] } },
  "organisation.groups.create": { members: [{ user: of.user }] },
  "organisation.groups.patch": { members: { add: [{ user: of.user }] } },
  "organisation.units.patch": { parentUnit: null },
  "parties.companies.create": { orgNumber: null, vatNumber: null, parentCompany: of.company },
  "parties.companies.patch": {
    orgNumber: null,
    vatNumber: null,
    parentCompany: null,
    addresses: { remove: [parts["address"]] },
  },
  "catalogue.discounts.create": { segment: null, validFrom: "2025-01-01" },
  "catalogue.discounts.patch": { segment: null, customer: of.company },
  "catalogue.priceLists.create": { scope: "customer", customer: of.company },
  "catalogue.priceLists.patch": { scope: "customer", customer: of.company },
  "capacity.resources.create": { week: [DAY, DAY, DAY, DAY, DAY, [], []], skills: [] },
  "capacity.load": { from: "2025-03-14", to: "2025-03-20", bucket: "day", quote: of.sent },
  "capacity.promise": { quote: of.sent },
  "customFields.define": { entity: "company", labels: { en: "Colour" }, kind: "text", min: null, max: null },
  "customFields.set": { entity: "company", record: of.company, values: {} },
  "customFields.relabel": { labels: { en: "Hue" } },
  "quotes.create": {
    lines: [line(mark, of.product, of.login)],
    priceLists: [of.list],
    exchangeRate: null,
    footers: [],
    instalments: [],
  },
  "quotes.change": {
    quote: of.draft,
    version: null,
    lines: { add: [line(mark, of.product, of.login)].map((one) => ({ ...one, key: "L2" })) },
  },
  "quotes.send": { quote: of.draft },
  "quotes.accept": { quote: of.sent, acceptedBy: "Per" },
  "quotes.decline": { quote: of.sent, reason: "too dear" },
  "quotes.preview": { quote: of.draft },
  "quotes.byNumber": {},
  "invoicing.invoicePart": { plan: of.plan, part: of.later },
  "projects.completePhase": { phase: "work" },
  "time.log": { phase: "work", date: "2025-03-14", workedSeconds: 60 },
  "timeBank.open": { floor: 0, unit: "seconds", currency: "SEK" },
  "timeBank.debit": { seconds: 60, amount: null },
  "timeBank.topUp": { seconds: 60, amount: null },
  "timeBank.transfer": { seconds: 60, amount: null },
  "timeBank.reverse": { note: "wrong" },
})

/** What a tenant's store holds: the ids of every entity, in the order in which they were made. */
export const knownIn = async (
  { store }: Pick<House, "store">,
  tenant: string,
): Promise<Known & { readonly texts: readonly string[] }> => {
  const ids: Record<string, readonly string[]> = {}
  const rows = new Map<string, Readonly<Record<string, unknown>>>()
  for (const { name } of ENTITIES.values()) {
    const table = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    const found = await store.read((reader) => reader.select({ table, tenant, order: [{ column: "id" }] }))
    ids[name] = found.map((row) => String(row["id"]))
    for (const row of found) rows.set(String(row["id"]), row)
  }
  return {
    ids,
    keyOf: (entity, id) => String(rows.get(id)?.[keyName(entity)] ?? ""),
    texts: [...rows.values()]
      .flatMap((row) => Object.values(row))
      .filter((cell): cell is string => typeof cell === "string"),
  }
}

/** The column by which people know a record. */
const keyName = (entity: string): string =>
  Object.entries(ENTITIES.get(entity)?.fields ?? {}).find(([, { options }]) => options.unique === true)?.[0] ?? "id"

/** The first part of each kind that hangs below a branch's records. */
export const partsOfBranch = ({ ids }: Known): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(ids).map(([name, all]) => [name, all[0] ?? ""]))

/** The same records with those of the branch first, so that made-up inputs name them. */
export const withFirst = (known: Known, of: Branch): Known => {
  const first: Readonly<Record<string, string>> = {
    ...{
      unit: of.unit,
      role: of.role,
      user: of.user,
      group: of.group,
      resource: of.resource,
      publicHoliday: of.holiday,
    },
    ...{ company: of.company, person: of.person, contactRelation: of.contact, product: of.product, priceList: of.list },
    ...{ priceListItem: of.price, discountRule: of.discount, quote: of.draft, order: of.order, project: of.project },
    ...{
      billingPlan: of.plan,
      billingPart: of.later,
      timeBankAccount: of.account,
      timeBankEntry: of.topUp,
      timeEntry: of.entry,
    },
  }
  const ids = Object.fromEntries(
    Object.entries(known.ids).map(([name, all]) => {
      const own = first[name]
      return [name, own === undefined ? all : [own, ...all.filter((id) => id !== own)]]
    }),
  )
  return { ...known, ids }
}
