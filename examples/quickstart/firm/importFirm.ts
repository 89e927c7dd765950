/** Imports the firm: every CSV file, each under a key of its own content, so that the same files are a no-op. */
import { type CsvRow, type ImportReport, NotAValue, type Session, type Standard } from "@anbud/core"
import type { Send } from "./calls.ts"
import { type Folder, readFirmFile } from "./files.ts"
import { ROLES } from "./roles.ts"
import { absencesOf, costRatesOf, list, slotsOf, weekOf } from "./staff.ts"

/** The firm's zone and currency. */
export const FIRM = { id: "fjallservice", name: "Fjällservice AB", currency: "SEK", zone: "Europe/Stockholm" } as const

/** What one import did, under the name of what it brought in. */
export interface Imported extends ImportReport {
  readonly what: string
}

type Carin = Session<Standard>

/** Imports all files in the order in which they refer to each other. */
export const importFirm = async (carin: Carin, folder: Folder, send: Send): Promise<readonly Imported[]> => {
  const done: Imported[] = []
  const take = async (what: string, call: Parameters<Send>[0]): Promise<void> => {
    done.push({ what, ...((await send(call)) as ImportReport) })
  }
  await importCatalogue(carin, folder, take)
  await importParties(carin, folder, take)
  await importPrices(carin, folder, take)
  await importDiscounts(carin, folder, take)
  await importStaff(carin, folder, send, take)
  return done
}

type Take = (what: string, call: Parameters<Send>[0]) => Promise<void>

const importCatalogue = async (carin: Carin, folder: Folder, take: Take): Promise<void> => {
  const { key, ...file } = readFirmFile(folder, "products.csv")
  await take(
    "products",
    carin.catalogue.products.import(
      {
        ...file,
        decimal: ",",
        key: ["number"],
        columns: {
          number: "artikelnummer",
          name: "benämning",
          nameEn: "benämning engelska",
          kind: "typ",
          unit: "enhet",
          category: "kategori",
          priceGroup: "prisgrupp",
          listPrice: "listpris",
          unitCost: "kostnad",
          vatRatePpm: "moms %",
          weightKg: "vikt kg",
          skill: "kompetens",
        },
      },
      { idempotencyKey: key },
    ),
  )
}

const importParties = async (carin: Carin, folder: Folder, take: Take): Promise<void> => {
  const { key, ...file } = readFirmFile(folder, "customers.csv")
  const columns = {
    number: "kundnummer",
    name: "namn",
    nickname: "kortnamn",
    type: (row: CsvRow) => (row["organisationsnummer"] === "" ? "consumer" : "business"),
    country: "land",
    orgNumber: "organisationsnummer",
    vatNumber: "momsregnr",
    segment: "segment",
    currency: "valuta",
    paymentTermDays: "betalningsvillkor dagar",
    addresses: (row: CsvRow) => [
      {
        kind: "post",
        street: row["gatuadress"],
        postalCode: row["postnummer"],
        city: row["ort"],
        country: row["land"],
      },
    ],
  } as const
  const companies = carin.parties.companies
  await take("customers", companies.import({ ...file, key: ["number"], columns }, { idempotencyKey: `${key}/all` }))
  // A subsidiary refers to its parent, which the first pass has brought in.
  const subsidiaries = {
    ...file,
    key: ["number"] as const,
    columns: { ...columns, parentCompany: "moderbolag" },
    only: (row: CsvRow) => row["moderbolag"] !== "",
  }
  await take("subsidiaries", companies.import(subsidiaries, { idempotencyKey: `${key}/subsidiaries` }))
  const person = (row: CsvRow): string => (row["e-post"] ?? "").toLowerCase()
  await take(
    "persons",
    carin.parties.persons.import(
      {
        ...file,
        key: ["number"],
        columns: { number: person, name: "kontaktperson", email: "e-post", phone: "telefon" },
      },
      { idempotencyKey: `${key}/persons` },
    ),
  )
  await take(
    "contacts",
    carin.parties.contacts.import(
      { ...file, key: ["person", "company"], columns: { person, company: "kundnummer", title: "titel" } },
      { idempotencyKey: `${key}/contacts` },
    ),
  )
}

const importPrices = async (carin: Carin, folder: Folder, take: Take): Promise<void> => {
  const { key, ...file } = readFirmFile(folder, "pricelist.csv")
  await take(
    "price lists",
    carin.catalogue.priceLists.import(
      {
        ...file,
        key: ["number"],
        columns: { number: "list", currency: "currency", scope: "scope", customer: "customer", isNet: "net" },
      },
      { idempotencyKey: `${key}/lists` },
    ),
  )
  const prices = {
    priceList: "list",
    product: "product",
    minQuantity: "min qty",
    price: "price",
    validFrom: "valid from",
    validTo: "valid to",
  }
  await take(
    "prices",
    carin.catalogue.prices.import(
      { ...file, decimal: ",", key: ["priceList", "product", "minQuantity", "validFrom"], columns: prices },
      { idempotencyKey: `${key}/prices` },
    ),
  )
}

const importDiscounts = async (carin: Carin, folder: Folder, take: Take): Promise<void> => {
  const { key: idempotencyKey, ...file } = readFirmFile(folder, "discounts.csv")
  const codeIf = (column: string, word: string, code: string) => (row: CsvRow) =>
    row[column] === word ? row[code] : undefined
  await take(
    "discounts",
    carin.catalogue.discounts.import(
      {
        ...file,
        key: [
          "subject",
          "customer",
          "segment",
          "target",
          "product",
          "priceGroup",
          "category",
          "minQuantity",
          "validFrom",
        ],
        columns: {
          subject: "subject",
          customer: codeIf("subject", "customer", "subject code"),
          segment: codeIf("subject", "segment", "subject code"),
          target: "target",
          product: codeIf("target", "product", "target code"),
          priceGroup: codeIf("target", "priceGroup", "target code"),
          category: codeIf("target", "category", "target code"),
          ratePpm: "rate",
          minQuantity: "min qty",
          validFrom: "valid from",
          validTo: "valid to",
          isInherited: "inherit",
        },
      },
      { idempotencyKey },
    ),
  )
}

const importStaff = async (carin: Carin, folder: Folder, send: Send, take: Take): Promise<void> => {
  const { key, ...file } = readFirmFile(folder, "staff.csv")
  const { organisation } = carin
  for (const [name, grants] of Object.entries(ROLES))
    await send(organisation.roles.create({ name, grants }, { idempotencyKey: `role/${name}` }))
  const roles = new Map((await organisation.roles.list({ limit: 100 })).items.map(({ name, id }) => [name, id]))
  const rolesOf = (row: CsvRow) =>
    list(row["roles"]).map((name) => {
      const role = roles.get(name)
      if (role === undefined) throw new NotAValue(`there is no role ${name}`, row["roles"])
      return { role }
    })
  await take(
    "units",
    organisation.units.import(
      { ...file, key: ["code"], columns: { code: "unit", name: "unit" } },
      { idempotencyKey: `${key}/units` },
    ),
  )
  const users = {
    login: "login",
    name: "name",
    unit: "unit",
    roles: rolesOf,
    costRates: (row: CsvRow) => costRatesOf(row, FIRM.currency),
  }
  await take(
    "users",
    organisation.users.import({ ...file, key: ["login"], columns: users }, { idempotencyKey: `${key}/users` }),
  )
  await importCapacity(carin, folder, take)
}

const importCapacity = async ({ capacity }: Carin, folder: Folder, take: Take): Promise<void> => {
  const staff = readFirmFile(folder, "staff.csv")
  const resources = {
    code: "login",
    user: "login",
    name: "name",
    week: weekOf,
    skills: (row: CsvRow) => list(row["skills"]),
    employedFrom: "employed from",
    billableTargetPpm: "target billable %",
    absences: absencesOf,
  }
  await take(
    "resources",
    capacity.resources.import(
      { file: staff.file, text: staff.text, decimal: ",", key: ["code"], columns: resources },
      { idempotencyKey: `${staff.key}/resources` },
    ),
  )
  const holidays = readFirmFile(folder, "holidays.csv")
  await take(
    "holidays",
    capacity.holidays.import(
      {
        file: holidays.file,
        text: holidays.text,
        key: ["country", "date"],
        columns: { country: "land", date: "datum", name: "namn" },
      },
      { idempotencyKey: holidays.key },
    ),
  )
  const bookings = readFirmFile(folder, "bookings.csv")
  const label = (row: CsvRow): string => `${row["customer"]} ${row["project"]}`
  const slots = (row: CsvRow) => slotsOf(row, FIRM.zone)
  await take(
    "bookings",
    capacity.reservations.import(
      {
        file: bookings.file,
        text: bookings.text,
        key: ["resource", "label"],
        columns: { resource: "login", label, certainty: "certainty", slots },
      },
      { idempotencyKey: bookings.key },
    ),
  )
}
