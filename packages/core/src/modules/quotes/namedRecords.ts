/** Named records: everything that a new quote refers to, found, or refused by the path of the first that is missing. */
import type { CommandContext } from "../../kernel/command.ts"
import type { Entity, Row } from "../../kernel/entity.ts"
import type { Reads } from "../../kernel/reads.ts"
import { PriceList, Product } from "../catalogue/entities.ts"
import { CostRate, User } from "../organisation/entities.ts"
import type { DatedCost } from "../organisation/organisation.ts"
import { Company, Person } from "../parties/entities.ts"
import type { QuoteContent } from "./givenQuote.ts"
import { countedTasks } from "./plannedWork.ts"
import { UnknownReference } from "./refusals.ts"

/** What a new quote is made from. */
export interface NamedRecords {
  readonly customer: Company
  readonly products: ReadonlyMap<string, Product>
  /** The lists that the quote is restricted to, or null for all that are open to the customer. */
  readonly priceLists: readonly PriceList[] | null
  /** The cost rates of the planned people, by login. */
  readonly costRates: ReadonlyMap<string, readonly DatedCost[]>
}

/** Finds what the quote names; refuses with `UnknownReference`. */
export const findNamed = async (
  { read, view }: Pick<CommandContext, "read" | "view">,
  given: QuoteContent,
): Promise<NamedRecords | UnknownReference> => {
  const { lines, priceLists } = given
  const customer = await read.one(Company, { id: given.customer })
  if (!customer) return missing("customer", Company, given.customer)
  const contact = given.contact === null ? null : await read.one(Person, { id: given.contact })
  if (given.contact !== null && !contact) return missing("contact", Person, given.contact)
  const users = await recordsById(read, User, [given.seller, ...(given.projectManager ? [given.projectManager] : [])])
  if (!users.has(given.seller)) return missing("seller", User, given.seller)
  if (given.projectManager !== null && !users.has(given.projectManager))
    return missing("projectManager", User, given.projectManager)
  // Lists and people are named in plain values: what the actor may not see of them is missing.
  const lists = await recordsById(view, PriceList, priceLists ?? [])
  for (const [index, id] of (priceLists ?? []).entries())
    if (!lists.has(id)) return missing(`priceLists[${index}]`, PriceList, id)
  const products = await recordsById(
    read,
    Product,
    lines.map(({ product }) => product),
  )
  const people = await peopleOf(view, lines)
  const missed = missingInLines(given, products, people) ?? missingTask(given)
  if (missed) return missed
  const rates = await read.children(CostRate, [...people.values()])
  const ratesOf = (user: string): readonly DatedCost[] => rates.filter(({ parent }) => parent === user)
  return {
    customer,
    products,
    priceLists: priceLists === null ? null : [...(await recordsById(read, PriceList, [...lists.keys()])).values()],
    costRates: new Map([...people].map(([login, user]) => [login, ratesOf(user)])),
  }
}

type Lines = QuoteContent["lines"]

const recordsById = async <E extends typeof User | typeof PriceList | typeof Product>(
  read: Reads,
  entity: E,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Row<E>>> => {
  const found = await read.find(entity, { id: { in: [...new Set(ids)] } } as never)
  return new Map(found.map((record) => [record.id, record]))
}

/** The ids of the planned people by login, as they are written in the plan: a login in other letters is another. */
const peopleOf = async (read: Reads, lines: Lines): Promise<ReadonlyMap<string, string>> => {
  const logins = new Set(lines.flatMap(({ plan }) => (plan?.people ?? []).map(({ user }) => user)))
  const found = await read.find(User, { login: { in: [...logins] } })
  return new Map(found.filter(({ login }) => logins.has(login)).map(({ login, id }) => [login, id]))
}

const missingInLines = (
  { lines }: QuoteContent,
  products: ReadonlyMap<string, Product>,
  people: ReadonlyMap<string, string>,
): UnknownReference | null => {
  const keys = new Set(lines.map(({ key }) => key))
  const tasks = new Set(lines.flatMap(({ plan }) => (plan ? [plan.task] : [])))
  for (const [index, { product, alternativeOf, plan }] of lines.entries()) {
    const path = `lines[${index}]`
    if (!products.has(product)) return missing(`${path}.product`, Product, product)
    if (alternativeOf !== null && !keys.has(alternativeOf))
      return missing(`${path}.alternativeOf`, { name: "line" }, alternativeOf)
    for (const [at, { user }] of (plan?.people ?? []).entries())
      if (!people.has(user)) return missing(`${path}.plan.people[${at}].user`, User, user)
    for (const [at, before] of (plan?.after ?? []).entries())
      if (!tasks.has(before)) return missing(`${path}.plan.after[${at}]`, { name: "task" }, before)
  }
  return null
}

/** A part that is due after a task which nobody does would never be due. */
const missingTask = ({ lines, instalments }: QuoteContent): UnknownReference | null => {
  const tasks = new Set(countedTasks(lines).map(({ task }) => task))
  for (const [index, { task }] of instalments.entries())
    if (task !== null && !tasks.has(task)) return missing(`instalments[${index}].task`, { name: "task" }, task)
  return null
}

const missing = (path: string, { name }: Pick<Entity, "name">, value: string): UnknownReference =>
  new UnknownReference({ path, entity: name, value })
