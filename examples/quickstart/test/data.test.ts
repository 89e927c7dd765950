import { describe, expect, test } from "vitest"
import { hasValidOrgNumber, vatNumberOf } from "./checkDigits.ts"
import { type CsvFile, type Row, readCsv, readData } from "./readCsv.ts"

const products = readCsv("products.csv")
const prices = readCsv("pricelist.csv")
const discounts = readCsv("discounts.csv")
const customers = readCsv("customers.csv")
const staff = readCsv("staff.csv")
const bookings = readCsv("bookings.csv")
const holidays = readCsv("holidays.csv")

interface RequestLine {
  readonly id: string
  readonly section: string
  readonly product: string
  readonly quantity: string
  readonly essential?: boolean
  readonly optional?: boolean
  readonly alternativeOf?: string
  readonly plan?: {
    readonly task: string
    readonly skill: string
    readonly effortMinutes: number
    readonly people: readonly { readonly user: string; readonly effortMinutes: number }[]
    readonly after: readonly string[]
  }
}
interface Request {
  readonly customer: string
  readonly contact: string
  readonly currency: string
  readonly priceLists: readonly string[]
  readonly seller: string
  readonly projectManager: string
  readonly sections: readonly { readonly id: string }[]
  readonly lines: readonly RequestLine[]
  readonly footers: readonly { readonly amount: string; readonly cost: string; readonly currency: string }[]
  readonly instalments: readonly { readonly percent: string; readonly task?: string }[]
}
interface Hours {
  readonly id: string
  readonly user: string
  readonly hours: string
}
const request = JSON.parse(readData("request.json")) as Request
const time = JSON.parse(readData("time.json")) as readonly (Hours & {
  readonly date: string
  readonly phase: string
  readonly product: string
})[]
const bank = JSON.parse(readData("timebank.json")) as {
  readonly customer: string
  readonly topUps: readonly { readonly hours: string; readonly product: string; readonly unitPrice: string }[]
  readonly debits: readonly Hours[]
}

const column = (file: CsvFile, name: string): string[] => file.rows.map((row) => row[name] ?? "missing column")
const known = (file: CsvFile, key: string): Set<string> => new Set(column(file, key))
const productNumbers = known(products, "artikelnummer")
const customerNumbers = known(customers, "kundnummer")
const logins = known(staff, "login")
const skills = new Set(column(staff, "skills").flatMap((cell) => cell.split(",")))

const commaDecimal = /^\d{1,9}(,\d{1,6})?$/
const dotDecimal = /^\d{1,9}(\.\d{1,6})?$/
const dateText = /^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
const dayHours =
  /^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)(,(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d))*$/

describe("every file has the shape that its readme promises", () => {
  test.each([
    ["products.csv", products, 60, "artikelnummer"],
    ["customers.csv", customers, 14, "kundnummer"],
    ["staff.csv", staff, 9, "login"],
    ["holidays.csv", holidays, 12, "datum"],
  ] as const)("%s: its rows are counted and no number comes twice", (_name, file, rows, key) => {
    expect(file.rows).toHaveLength(rows)
    expect(known(file, key).size).toBe(rows)
  })

  test.each([
    ["products.csv", products],
    ["pricelist.csv", prices],
    ["discounts.csv", discounts],
    ["customers.csv", customers],
    ["staff.csv", staff],
    ["bookings.csv", bookings],
    ["holidays.csv", holidays],
  ] as const)("%s: every row has as many cells as the header", (_name, file) => {
    for (const cells of file.records) expect(cells, cells.join(";")).toHaveLength(file.header.length)
  })

  test("customers.csv alone starts with a byte order mark and ends its lines with CR LF", () => {
    expect(readData("customers.csv").startsWith("\uFEFFkundnummer;")).toBe(true)
    expect(readData("customers.csv").split("\r\n")).toHaveLength(16)
    expect(readData("products.csv")).not.toMatch(/\uFEFF|\r/)
  })

  test("quirks are really there: a quoted semicolon, doubled quotes, a blank last line, a price of 0,0450", () => {
    const insulation = products.rows.find((row) => row["artikelnummer"] === "P48")
    expect(insulation?.["benämning"]).toBe('Rörskål 28 mm; isolering "Ull Pro", alufolie')
    expect(products.rows.find((row) => row["artikelnummer"] === "P64")?.["listpris"]).toBe("0,0450")
    for (const file of ["products.csv", "pricelist.csv", "staff.csv"])
      expect(readData(file).endsWith("\n\n")).toBe(true)
  })
})

describe("decimals and dates are well formed, each file in its own convention", () => {
  test.each([
    [products, ["listpris", "kostnad", "moms %"], commaDecimal],
    [prices, ["min qty", "price"], commaDecimal],
    [discounts, ["rate", "min qty"], dotDecimal],
    [staff, ["hour cost", "target billable %"], commaDecimal],
    [bookings, ["hours per day"], commaDecimal],
    [customers, ["betalningsvillkor dagar"], /^\d{1,3}$/],
    [holidays, ["datum"], dateText],
    [staff, ["employed from"], dateText],
    [bookings, ["from", "to"], dateText],
    [prices, ["valid from"], dateText],
    [discounts, ["valid from"], dateText],
  ] as const)("columns %#", (file, names, grammar) => {
    for (const name of names) for (const value of column(file, name)) expect(value, name).toMatch(grammar)
  })

  test("goods have a weight, labour may name a skill that somebody has, and nothing is sold below its cost", () => {
    for (const row of products.rows) {
      if (row["typ"] === "goods") expect(row["vikt kg"], row["artikelnummer"]).toMatch(commaDecimal)
      if (row["kompetens"] !== "") expect(skills, row["artikelnummer"]).toContain(row["kompetens"])
      expect(["goods", "labour", "external", "fee"]).toContain(row["typ"])
      expect(["HUR", "C62", "H87", "MTR", "KGM", "KMT", "DAY"]).toContain(row["enhet"])
      expect(Number(row["kostnad"]?.replace(",", "."))).toBeLessThanOrEqual(Number(row["listpris"]?.replace(",", ".")))
    }
  })

  test("a period ends on or after the day it starts; one price row is expired and one lies ahead", () => {
    for (const row of [...prices.rows, ...discounts.rows])
      if (row["valid to"] !== "") expect((row["valid to"] ?? "") >= (row["valid from"] ?? "")).toBe(true)
    for (const row of bookings.rows) expect((row["to"] ?? "") >= (row["from"] ?? "")).toBe(true)
    const pump = prices.rows.filter((row) => row["list"] === "STD-SEK" && row["product"] === "P32")
    expect(pump.map((row) => `${row["valid from"]}..${row["valid to"]}`)).toEqual([
      "2024-01-01..2024-12-31",
      "2025-01-01..2025-06-30",
      "2025-07-01..",
    ])
  })

  test("working hours and absences can be read", () => {
    for (const row of staff.rows) {
      for (const day of ["mon", "tue", "wed", "thu", "fri"])
        if (row[day] !== "") expect(row[day], row["login"]).toMatch(dayHours)
      for (const absence of (row["absences"] ?? "").split("; ").filter((text) => text !== ""))
        expect(absence).toMatch(/^\d{4}-\d\d-\d\d(\.\.\d{4}-\d\d-\d\d)? \p{L}+/u)
    }
  })
})

describe("every reference points at something that exists", () => {
  test("price rows: product, customer, one currency per list, no tier twice in a period", () => {
    const currencyOf = new Map<string, string>()
    const tiers = new Set<string>()
    for (const row of prices.rows) {
      expect(productNumbers).toContain(row["product"])
      if (row["scope"] === "customer") expect(customerNumbers).toContain(row["customer"])
      else expect(row["customer"]).toBe("")
      expect(currencyOf.get(row["list"] ?? "") ?? row["currency"]).toBe(row["currency"])
      currencyOf.set(row["list"] ?? "", row["currency"] ?? "")
      tiers.add([row["list"], row["product"], row["min qty"], row["valid from"]].join("|"))
    }
    expect(tiers.size).toBe(prices.rows.length)
    expect(Object.fromEntries(currencyOf)).toEqual({
      "STD-SEK": "SEK",
      "EXP-EUR": "EUR",
      "NOR-NOK": "NOK",
      "K1-NET": "SEK",
    })
  })

  test("every customer's currency has a standard list", () => {
    const currencies = new Set(prices.rows.filter((row) => row["scope"] === "standard").map((row) => row["currency"]))
    for (const currency of column(customers, "valuta")) expect(currencies).toContain(currency)
  })

  test("discount rows: subject and target", () => {
    const targets: Record<string, Set<string>> = {
      product: productNumbers,
      priceGroup: known(products, "prisgrupp"),
      category: known(products, "kategori"),
      all: new Set([""]),
    }
    for (const row of discounts.rows) {
      const subjects = row["subject"] === "customer" ? customerNumbers : known(customers, "segment")
      expect(subjects).toContain(row["subject code"])
      expect(targets[row["target"] ?? ""]).toContain(row["target code"])
    }
  })

  test("bookings: user and customer; parent companies; the only one who knows controls", () => {
    for (const row of bookings.rows) {
      expect(logins).toContain(row["login"])
      expect(customerNumbers).toContain(row["customer"])
    }
    for (const parent of column(customers, "moderbolag")) if (parent !== "") expect(customerNumbers).toContain(parent)
    const controllers = staff.rows.filter((row) => row["skills"]?.split(",").includes("controls"))
    expect(controllers.map((row) => row["login"])).toEqual(["sara"])
  })
})

describe("the request can be priced and planned", () => {
  test("the request: customer, contact, people, products, sections, lists, tasks in an order that can be worked", () => {
    const customer = customers.rows.find((row) => row["kundnummer"] === request.customer) as Row
    expect(customer["kontaktperson"]).toBe(request.contact)
    expect(customer["valuta"]).toBe(request.currency)
    expect(new Set(request.lines.map((line) => line.id)).size).toBe(request.lines.length)
    for (const list of request.priceLists) expect(known(prices, "list")).toContain(list)
    for (const user of [request.seller, request.projectManager]) expect(logins).toContain(user)
    const done = new Set<string>()
    for (const line of request.lines) {
      expect(productNumbers).toContain(line.product)
      expect(request.sections.map((section) => section.id)).toContain(line.section)
      if (line.alternativeOf) expect(request.lines.map(({ id }) => id)).toContain(line.alternativeOf)
      if (!line.plan) continue
      const { plan } = line
      for (const task of plan.after) expect(done, `${plan.task} waits for ${task}`).toContain(task)
      expect(plan.people.reduce((sum, person) => sum + person.effortMinutes, 0)).toBe(plan.effortMinutes)
      expect(plan.effortMinutes).toBe(Number(line.quantity) * 60)
      for (const person of plan.people)
        expect(staff.rows.find((row) => row["login"] === person.user)?.["skills"]?.split(",")).toContain(plan.skill)
      done.add(plan.task)
    }
  })

  test("the request: decimals with a dot, one currency, shares that add up, freight has weights to go by", () => {
    for (const line of request.lines) expect(line.quantity).toMatch(dotDecimal)
    for (const footer of request.footers) {
      expect([footer.amount, footer.cost].every((text) => dotDecimal.test(text))).toBe(true)
      expect(footer.currency).toBe(request.currency)
    }
    expect(request.instalments.reduce((sum, part) => sum + Number(part.percent), 0)).toBe(100)
    const weights = request.lines
      .filter((line) => line.essential)
      .map((line) => products.rows.find((row) => row["artikelnummer"] === line.product)?.["vikt kg"])
    expect(weights.length).toBeGreaterThan(2)
    for (const weight of weights) expect(weight).toMatch(commaDecimal)
  })

  test("time and time bank: users, phases, products, hours with a dot, and a balance of 96.25 hours", () => {
    const phases = new Set(request.lines.flatMap((line) => (line.plan ? [line.plan.task] : [])))
    for (const entry of time) {
      expect(logins).toContain(entry.user)
      expect(phases).toContain(entry.phase)
      expect(productNumbers).toContain(entry.product)
      expect(entry.date).toMatch(/^2025-03-(17|18|19|20|21)$/)
    }
    for (const { hours } of [...time, ...bank.topUps, ...bank.debits]) expect(hours).toMatch(dotDecimal)
    expect(customerNumbers).toContain(bank.customer)
    const sum = (rows: readonly { readonly hours: string }[]) =>
      rows.reduce((total, row) => total + Number(row.hours), 0)
    expect(sum(bank.topUps) - sum(bank.debits)).toBe(96.25)
  })
})

describe("company numbers", () => {
  test.each(customers.rows.filter((row) => row["organisationsnummer"] !== ""))("$namn", (row) => {
    expect(hasValidOrgNumber(row["land"] ?? "", row["organisationsnummer"] ?? "")).toBe(true)
    expect(row["momsregnr"]).toBe(vatNumberOf(row["land"] ?? "", row["organisationsnummer"] ?? ""))
  })

  test.each([
    ["SE", "556012-5791"],
    ["NO", "310000018"],
    ["FI", "9999999-3"],
    ["DK", "13585627"],
    ["IT", "00743110158"],
  ])("the check itself refuses a wrong digit: %s %s", (country, number) => {
    expect(hasValidOrgNumber(country, number)).toBe(false)
  })
})

interface Broken {
  readonly file: string
  readonly replaces: string
  readonly line: number | null
  readonly field: string | null
  readonly value: string
}

describe("the broken files are broken where expected.json says", () => {
  test.each(JSON.parse(readData("bad/expected.json")) as Broken[])("$file: $cause", (bad) => {
    expect(readData(`bad/${bad.file}`)).not.toBe(readData(bad.replaces))
    if (bad.line === null) {
      const found = (bad.field ?? "").split(/[.[\]]+/).reduce<unknown>(
        (value, key) => {
          return key === "" ? value : (value as Record<string, unknown>)[key]
        },
        JSON.parse(readData(`bad/${bad.file}`)),
      )
      const percents = Array.isArray(found) ? (found as { readonly percent: string }[]).map((part) => part.percent) : []
      expect(typeof found === "string" ? found : String(percents.reduce((sum, text) => sum + Number(text), 0))).toBe(
        bad.value,
      )
      return
    }
    const file = readCsv(`bad/${bad.file}`)
    const good = readCsv(bad.replaces)
    expect(file.header).toEqual(good.header)
    const row = file.rows[bad.line - 2]
    if (bad.field === null) expect(file.records[bad.line - 2]?.length).toBeLessThan(file.header.length)
    else expect(row?.[bad.field]).toContain(bad.value)
  })
})
