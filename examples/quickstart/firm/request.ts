/** The customer's request: request.json with the firm's own numbers, as the input of `quotes.create`. */
import { InvalidInput, type LocalDate, type PlannedTask, type Session, type Standard } from "@anbud/core"
import { type Money, parseDecimal, parseMoney } from "@anbud/pricing"
import { type Folder, readFirmFile } from "./files.ts"

/** request.json as the firm writes it. */
export interface Request {
  readonly customer: string
  readonly contact: string
  readonly title: string
  readonly reference: string
  readonly quotedOn: LocalDate
  readonly wantedOn: LocalDate
  readonly currency: string
  readonly priceLists: readonly string[]
  readonly validityDays: number
  readonly marginFloorPercent: string
  readonly seller: string
  readonly projectManager: string
  readonly sections: readonly { readonly id: string; readonly title: string }[]
  readonly lines: readonly RequestLine[]
  readonly footers: readonly RequestFooter[]
  readonly instalments: readonly {
    readonly label: string
    readonly percent: string
    readonly dueRule: "onAcceptance" | "afterTask"
    readonly task?: string
  }[]
}

interface RequestLine {
  readonly id: string
  readonly section: string
  readonly product: string
  readonly quantity: string
  readonly text: string
  readonly essential?: boolean
  readonly optional?: boolean
  readonly alternativeOf?: string
  readonly plan?: PlannedTask
}

interface RequestFooter {
  readonly id: string
  readonly label: string
  readonly amount: string
  readonly cost: string
  readonly currency: string
  readonly basis: "weight" | "amount"
  readonly visibility: "hidden" | "shown"
}

type Seller = Session<Standard>

/** Reads request.json, with a key that changes when the request does. */
export const readRequest = (folder: Folder): Request & { readonly key: string } => {
  const { text, key } = readFirmFile(folder, "request.json")
  return { ...(JSON.parse(text) as Request), key }
}

/**
 * The request as the input of `quotes.create`: the firm's numbers become ids.
 *
 * A number that nothing has is passed on as it is, and the engine refuses it with the path of its place.
 */
export const quoteInput = async (
  anna: Seller,
  request: Request,
): Promise<Parameters<Seller["quotes"]["create"]>[0]> => {
  const numbers = [...new Set(request.lines.map(({ product }) => product))]
  const products = await idsOf(anna.catalogue.products.list({ where: { number: { in: numbers } }, limit: 1000 }))
  const lists = await idsOf(anna.catalogue.priceLists.list({ where: { number: { in: request.priceLists } } }))
  const customers = await idsOf(anna.parties.companies.list({ where: { number: request.customer } }))
  const [contact] = (await anna.parties.persons.list({ where: { name: request.contact } })).items
  const logins = [request.seller, request.projectManager]
  const users = new Map(
    (await anna.organisation.users.list({ where: { login: { in: logins } } })).items.map(({ login, id }) => [
      login,
      id,
    ]),
  )
  return {
    title: request.title,
    customer: customers.get(request.customer) ?? request.customer,
    contact: contact?.id ?? null,
    reference: request.reference,
    currency: request.currency,
    seller: users.get(request.seller) ?? request.seller,
    projectManager: users.get(request.projectManager) ?? request.projectManager,
    quotedOn: request.quotedOn,
    validityDays: request.validityDays,
    wantedOn: request.wantedOn,
    marginFloorPpm: ppm(request.marginFloorPercent, "marginFloorPercent"),
    priceLists: request.priceLists.map((number) => lists.get(number) ?? number),
    lines: request.lines.map((line) => ({
      key: line.id,
      section: line.section,
      product: products.get(line.product) ?? line.product,
      description: line.text,
      quantity: line.quantity,
      isEssential: line.essential ?? false,
      isOptional: line.optional ?? false,
      alternativeOf: line.alternativeOf ?? null,
      plan: line.plan ?? null,
    })),
    footers: request.footers.map((footer, index) => ({
      key: footer.id,
      label: footer.label,
      amount: amountOf(footer.amount, footer.currency, `footers[${index}].amount`),
      cost: amountOf(footer.cost, footer.currency, `footers[${index}].cost`),
      basis: footer.basis,
      visibility: footer.visibility,
    })),
    instalments: request.instalments.map((part, index) => ({
      label: part.label,
      sharePpm: ppm(part.percent, `instalments[${index}].percent`),
      dueRule: part.dueRule,
      task: part.task ?? null,
    })),
  }
}

const idsOf = async (
  page: Promise<{ readonly items: readonly { readonly id: string; readonly number: string }[] }>,
): Promise<ReadonlyMap<string, string>> => new Map((await page).items.map(({ number, id }) => [number, id]))

const amountOf = (text: string, currency: string, path: string): Money => {
  const parsed = parseMoney(text, currency)
  if (!parsed.ok) throw new InvalidInput({ issues: [{ path, message: `must be an amount, not ${text}` }] })
  return parsed.value
}

const ppm = (percent: string, path: string): number => {
  const parsed = parseDecimal(percent, { maxScale: 4 })
  if (!parsed.ok) throw new InvalidInput({ issues: [{ path, message: `must be a percentage, not ${percent}` }] })
  return Number(parsed.value.mantissa) * 10 ** (4 - parsed.value.scale)
}
