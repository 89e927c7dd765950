/** Copies of the quote as HTML: the customer's, and the firm's own with pre-calculation and pictures. */
import type { PricedView, Promised, Session, Standard } from "@anbud/core"
import { orderOf, planInstalments } from "@anbud/pricing"
import type { Request } from "../firm/request.ts"
import { longDate } from "../present/dateText.ts"
import { internalQuoteHtml, quoteHtml } from "../present/quoteHtml.ts"
import type { InternalView, LineView, OptionView, QuoteView } from "../present/quoteView.ts"
import type { Pictures } from "./pictures.ts"

/** What the copies show. */
export interface Seen {
  readonly price: PricedView
  readonly promised: Promised
  readonly request: Request
}

type Seller = Session<Standard>

/** The customer's copy. */
export const customerCopy = async (anna: Seller, seen: Seen): Promise<string> => quoteHtml(await quoteView(anna, seen))

/** The firm's own copy. */
export const internalCopy = async (anna: Seller, seen: Seen, pictures: Pictures): Promise<string> =>
  internalQuoteHtml(await quoteView(anna, seen), internalView(seen, pictures))

const FIRM = {
  name: "Fjällservice AB",
  orgNumber: "559999-0016",
  vatNumber: "SE559999001601",
  addressLines: ["Industrigatan 9", "831 52 Östersund"],
  phone: "063-465 00 00",
  email: "offert@fjallservice.example",
  web: "fjallservice.example",
  contactTitle: "säljare",
}

const TERMS = [
  { title: "Betalning", text: "30 dagar netto. Dröjsmålsränta enligt räntelagen." },
  { title: "Garanti", text: "Två år på arbete; på material gäller tillverkarens garanti." },
  { title: "Giltighet", text: "Priserna gäller vid beställning inom giltighetstiden och för angivna mängder." },
]

const quoteView = async (anna: Seller, { price, promised, request }: Seen): Promise<QuoteView> => {
  const { quote, revision, priced } = price
  const customer = await anna.parties.companies.get(quote.customer)
  const [address] = await anna.parties.companies.parts(quote.customer, "addresses")
  const contact = quote.contact === null ? null : await anna.parties.persons.get(quote.contact)
  const seller = await anna.organisation.users.get(quote.seller)
  const { totals } = priced
  return {
    number: quote.number,
    revision: revision.position,
    currency: quote.currency,
    issuedOn: quote.quotedOn,
    validUntil: quote.validUntil ?? quote.quotedOn,
    title: quote.title,
    seller: { ...FIRM, contactName: seller.name },
    customer: {
      number: customer.number,
      name: customer.name,
      addressLines: address ? [address.street, `${address.postalCode} ${address.city}`] : [],
      ...(customer.orgNumber === null ? {} : { orgNumber: customer.orgNumber }),
      ...(contact ? { contactName: contact.name } : {}),
      ...(contact?.email ? { email: contact.email } : {}),
    },
    ...(quote.reference === null ? {} : { reference: quote.reference }),
    paymentTermDays: customer.paymentTermDays,
    sections: await sectionViews(anna, price, request),
    options: await optionViews(anna, price),
    includedNote: `${price.footers.map(({ label }) => label).join(" och ")} ingår i raderna.`,
    totals: { netMinor: totals.netMinor, vatMinor: totals.vatMinor, payableMinor: totals.payableMinor },
    vat: priced.vat.map(({ ratePpm, baseMinor, taxMinor }) => ({ ratePpm, baseMinor, vatMinor: taxMinor })),
    plan: planViews(price),
    promise: {
      on: promised.date,
      wantedOn: request.wantedOn,
      reason: reasonForCustomer(promised, request),
      steps: promised.parts.map(({ name, startOn, finishOn }) => ({ name, from: startOn, to: finishOn })),
    },
    terms: TERMS,
  }
}

/** Fit for the customer: the step that comes last and its dates, but neither names nor absences. */
const reasonForCustomer = (promised: Promised, request: Request): string => {
  const last = promised.parts.reduce((a, b) => (b.finishOn > a.finishOn ? b : a))
  const waited = promised.parts.filter(({ finishOn }) => finishOn <= last.startOn).at(-1) ?? last
  const wish = promised.date > request.wantedOn ? ` Önskat datum ${longDate(request.wantedOn)} ryms inte före det.` : ""
  return `${waited.name} kan göras ${longDate(waited.startOn)} till ${longDate(waited.finishOn)}, därefter ${last.name.toLowerCase()}.${wish}`
}

const lineView = async (anna: Seller, price: PricedView, key: string): Promise<LineView> => {
  const line = price.lines.find((one) => one.key === key)
  const own = price.priced.lines.find(({ id }) => id === key)
  if (!line || !own) throw new Error(`There is no line ${key}`)
  const product = await anna.catalogue.products.get(line.product)
  return {
    position: String(price.lines.indexOf(line) + 1),
    productNumber: product.number,
    text: line.description,
    quantity: line.quantity,
    unit: line.unit ?? product.unit,
    ...(own.footerShareMinor === 0 && own.unitPrice !== undefined ? { unitPrice: own.unitPrice } : {}),
    ...(own.footerShareMinor === 0 && line.discountPpm ? { discountPpm: line.discountPpm } : {}),
    netMinor: own.netMinor,
  }
}

const sectionViews = async (anna: Seller, price: PricedView, request: Request): Promise<QuoteView["sections"]> => {
  const sections = []
  for (const { id, title } of request.sections) {
    const keys = price.lines
      .filter(({ section, isOptional, alternativeOf }) => section === id && !isOptional && alternativeOf === null)
      .map(({ key }) => key)
    const lines = await Promise.all(keys.map((key) => lineView(anna, price, key)))
    if (lines.length > 0) sections.push({ title, lines, netMinor: lines.reduce((sum, line) => sum + line.netMinor, 0) })
  }
  return sections
}

const optionViews = async (anna: Seller, price: PricedView): Promise<readonly OptionView[]> => {
  const offered = price.lines.filter(({ isOptional, alternativeOf }) => isOptional || alternativeOf !== null)
  return Promise.all(
    offered.map(async ({ key, alternativeOf }) => {
      const replaced = price.lines.findIndex((line) => line.key === alternativeOf)
      const view = await lineView(anna, price, key)
      return replaced < 0 ? view : { ...view, replaces: String(replaced + 1) }
    }),
  )
}

const planViews = ({ instalments, priced }: PricedView): QuoteView["plan"] => {
  const parts = instalments.map(({ sharePpm }, index) => ({
    id: String(index),
    share: { kind: "percent" as const, ratePpm: sharePpm },
  }))
  const plan = planInstalments(orderOf(priced), parts)
  if (!plan.ok) throw new Error(`The instalments do not close: ${plan.error._tag}`)
  return instalments.map(({ label, sharePpm }, index) => {
    const part = plan.value.parts[index]
    const { netMinor = 0, vatMinor = 0, totalMinor = 0 } = part ?? {}
    return { label, sharePpm, due: label, netMinor, vatMinor, payableMinor: totalMinor }
  })
}

const internalView = ({ price, promised }: Seen, pictures: Pictures): InternalView => {
  const { lines, priced, revision } = price
  const { companyNetMinor, costMinor, marginMinor, marginPpm } = priced.totals
  return {
    promiseReasons: promised.reason.sv.split("\n").map((line) => line.trim()),
    marginFloorPpm: revision.marginFloorPpm ?? 0,
    lines: priced.lines
      .filter(({ isCounted }) => isCounted)
      .map((line) => ({
        position: String(lines.findIndex(({ key }) => key === line.id) + 1),
        text: lines.find(({ key }) => key === line.id)?.description ?? line.id,
        netMinor: line.companyRevenueMinor,
        costMinor: line.costMinor,
        marginMinor: line.marginMinor,
        marginPpm: line.marginPpm,
        isBelowFloor: priced.floors.some(({ subjectId, level }) => subjectId === line.id && level !== "ok"),
      })),
    total: { netMinor: companyNetMinor, costMinor, marginMinor, marginPpm },
    pictures: [
      {
        title: "Från listpris till marginal",
        description: "Vattenfall från listpris över rabatter och kostnader till marginal.",
        svg: pictures.waterfall,
      },
      {
        title: "Beläggning per vecka",
        description: "Bokad, reserverad och ledig tid per vecka, med den lovade veckan utmärkt.",
        svg: pictures.capacity,
      },
    ],
  }
}
