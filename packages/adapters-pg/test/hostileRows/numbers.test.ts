/** Rows 32 to 40 of the catalogue of bad inputs, on both databases: numbers and amounts. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { DATABASES, type House, openHouse, tagOf } from "./house.ts"

const MOST = Number.MAX_SAFE_INTEGER
const sek = (minor: number) => ({ minor, currency: "SEK" })

/** A firm with a customer, a time bank, and calls that take a price, a quantity, seconds or a rate. */
const openShop = async (house: House) => {
  const firm = await house.tenant()
  const { catalogue, quotes, timeBank, organisation } = firm.ada
  const { user: seller } = await organisation.me({})
  const { id: customer } = await firm.company("K1", "Brf Granen")
  const { id: account } = await timeBank.open({ customer, name: "Hours" })
  let products = 0
  const product = (listPrice: unknown, more: object = {}) => {
    products += 1
    const rest = { category: "Pumps", priceGroup: "VP", unitCost: "0", vatRatePpm: 250_000, unit: "H87" }
    const named = { number: `P${products}`, name: "Pump", kind: "goods" as const }
    return catalogue.products.create({ ...named, ...rest, listPrice: listPrice as string, ...more })
  }
  const line = async (price: string, quantity: unknown = "1", more: object = {}) => {
    const { id } = await product(price, more)
    const named = { key: `L${products}`, section: "main", description: "Pump", isEssential: true }
    return { ...named, product: id, quantity: quantity as string }
  }
  const quote = (lines: readonly Awaited<ReturnType<typeof line>>[], more: object = {}) =>
    quotes.create({ title: "Heat", customer, currency: "SEK", seller, lines, ...more })
  const totals = async (lines: readonly Awaited<ReturnType<typeof line>>[], more: object = {}) => {
    const { id } = await quote(lines, more)
    return (await quotes.preview({ quote: id })).priced.totals
  }
  const topUp = (seconds: unknown, more: object = {}) =>
    timeBank.topUp({ account, effectiveOn: "2025-01-01", seconds: seconds as number, ...more })
  const debit = (seconds: unknown) => timeBank.debit({ account, effectiveOn: "2025-01-02", seconds: seconds as number })
  const purse = () => timeBank.open({ customer, name: "Money", unit: "money", currency: "SEK" })
  const pay = (account: string, minor: unknown) =>
    timeBank.topUp({ account, effectiveOn: "2025-01-01", amount: sek(minor as number) })
  const head = () => house.engine.journal.head({ tenant: firm.id })
  return { ...firm, customer, account, product, line, quote, totals, topUp, debit, purse, pay, head }
}

describe.each(DATABASES)("%s", (database) => {
  let house: House
  let shop: Awaited<ReturnType<typeof openShop>>
  beforeAll(async () => {
    house = await openHouse(database)
    shop = await openShop(house)
  })
  afterAll(() => house.close())

  /** Each is refused by its type, and nothing is written. */
  const refused = async (call: (given: never) => Promise<unknown>, given: readonly unknown[], tag = "InvalidInput") => {
    const before = await shop.head()
    for (const one of given) expect(await tagOf(call(one as never)), String(one)).toBe(tag)
    expect(await shop.head()).toEqual(before)
  }

  test("row 32: what is no number is refused before the driver sees it", async () => {
    const none = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number("1e309"), "NaN", "Infinity"]
    await refused((seconds) => shop.topUp(seconds), none)
    await refused(shop.product, none)
    await refused((vatRatePpm) => shop.product("1", { vatRatePpm }), none)
    await refused((limit) => shop.companies.list({ limit }), none)
    const { id: product } = await shop.product("1")
    const line = { key: "L", section: "main", description: "Pump", isEssential: true, product }
    await refused((quantity) => shop.quote([{ ...line, quantity }]), none)
  })

  test("row 33: minus zero is zero, in what is kept and in what is hashed", async () => {
    const opened = await shop.ada.timeBank.open({ customer: shop.customer, name: "Zero", floor: -0 })
    expect(Object.is(opened.floor, 0)).toBe(true)
    const { vatRatePpm } = await shop.product("0", { vatRatePpm: -0 })
    expect(Object.is(vatRatePpm, 0)).toBe(true)
    expect((await shop.product("-0")).listPrice).toBe("0")
    const { items } = await shop.ada.catalogue.products.list({ where: { listPrice: "0" } })
    expect(new Set(items.map(({ listPrice }) => listPrice))).toEqual(new Set(["0"]))
    expect((await house.engine.journal.verify({ tenant: shop.id })).broken).toBeNull()
  })

  test.each([
    ["1.005", "1", 101],
    ["2.675", "1", 268],
    ["1.005", "-1", -101],
    ["0.1", "3", 30],
    ["0.045", "100", 450],
    ["1.115", "1", 112],
    ["999999.995", "1", 1_000_000_00],
  ])("row 34: %s × %s is %i: halves away from zero, once per line", async (price, quantity, netMinor) => {
    expect((await shop.totals([await shop.line(price, quantity)])).netMinor).toBe(netMinor)
  })

  test("row 34: 0.1 + 0.2 is 0.3, in a total and in the sum of a report", async () => {
    const lines = [await shop.line("0.1"), await shop.line("0.2")].map((line) => ({ ...line, section: "tenths" }))
    const { id: quote } = await shop.quote(lines)
    expect((await shop.ada.quotes.preview({ quote })).priced.totals.netMinor).toBe(30)
    await shop.ada.quotes.send({ quote })
    const { items } = await shop.ada.quotes.quotes.reportParts("revisions.lines", {
      columns: { net: { sum: "net" } },
      where: { section: "tenths" },
    })
    expect(items).toEqual([{ net: { minor: 30, currency: "SEK" } }])
  })

  test("row 35: a text that would be a number of millions of digits is refused by its form", async () => {
    const forms = ["1e9000000", "1e-9000000", "0x1p+99999", "9".repeat(10_000), `0.${"1".repeat(10_000)}`, "1e3"]
    await refused(shop.product, forms)
    await refused((seconds) => shop.topUp(seconds), forms)
  })

  test("row 36: whole numbers are exact up to 2^53 - 1, and none beyond is taken", async () => {
    const { id: account } = await shop.purse()
    expect((await shop.pay(account, MOST)).moved).toBe(MOST)
    const { items } = await shop.ada.timeBank.accounts.list({ where: { balance: MOST } })
    expect(items.map(({ id, balance }) => [id, balance])).toEqual([[account, MOST]])
    const beyond = [2 ** 53, 2 ** 53 + 2, 2 ** 63, 2 ** 64, 10n, String(2 ** 53)]
    await refused((minor) => shop.pay(account, minor), beyond)
    await refused((seconds) => shop.topUp(seconds), beyond)
  })

  test("row 37: a sum beyond every safe amount is refused and not rounded", async () => {
    const [first, second] = [await shop.purse(), await shop.purse()]
    await shop.pay(first.id, MOST)
    await shop.pay(second.id, MOST)
    await refused((minor) => shop.pay(first.id, minor), [1, MOST], "BalanceOutOfRange")
    const { accounts, debit, reverse, open } = shop.ada.timeBank
    const { id: entry } = await debit({ account: second.id, effectiveOn: "2025-01-02", amount: sek(5) })
    await shop.pay(second.id, 5)
    await refused((note) => reverse({ account: second.id, entry, note }), ["A mistake"], "BalanceOutOfRange")
    // The way down to the floor is a number of its own.
    const { id: deep } = await open({ customer: shop.customer, name: "Deep", unit: "money", floor: -1 })
    await refused((minor) => shop.pay(deep, minor), [MOST], "BalanceOutOfRange")
    expect((await shop.pay(deep, MOST - 1)).balanceAfter).toBe(MOST - 1)
    await refused((hourPrice) => shop.topUp(3_600_000_000, { hourPrice }), [sek(MOST)])
    const owe = (minor: number, line: number) =>
      shop.ada.invoicing.ingestVoucher({
        customer: shop.customer,
        voucher: "V1",
        line,
        kind: "invoice",
        effectiveOn: "2025-01-01",
        amount: sek(minor),
      })
    await owe(-MOST, 1)
    await refused((minor) => owe(minor, 2), [-1], "BalanceOutOfRange")
    expect((await shop.ada.invoicing.reconcileLedger({ customer: shop.customer })).holds).toBe(true)
    expect((await shop.ada.timeBank.reconcile({ account: first.id })).holds).toBe(true)
    expect(await tagOf(accounts.report({ columns: { sum: { sum: "balance" } } }))).toBe("SumOutOfRange")
    const large = await shop.line("9007199254", "9007199254")
    await refused((line) => shop.quote([line]), [large], "CannotPrice")
  })

  test("row 38: a discount of 100 %, a quantity of 0 or below, no VAT: legal, and exactly what they say", async () => {
    const { discounts } = shop.ada.catalogue
    const { id: product } = await shop.product("100", { priceGroup: "FREE", vatRatePpm: 0 })
    const whom = { subject: "customer", customer: shop.customer } as const
    const what = { target: "priceGroup", priceGroup: "FREE", minQuantity: "1", validFrom: "2020-01-01" } as const
    const cell = { ...whom, ...what }
    await refused((ratePpm) => discounts.create({ ...cell, ratePpm }), [1_000_001, 1_000_100, -1], "RuleBroken")
    const line = { key: "L1", section: "main", description: "Pump", isEssential: true, product }
    const full = { netMinor: 100_00, vatMinor: 0, payableMinor: 100_00 }
    expect(await shop.totals([{ ...line, quantity: "1" }])).toMatchObject(full)
    await discounts.create({ ...cell, ratePpm: 1_000_000 })
    expect(await shop.totals([{ ...line, quantity: "1" }])).toMatchObject({ netMinor: 0, vatMinor: 0, payableMinor: 0 })
    expect(await shop.totals([await shop.line("100", "0")])).toMatchObject({ netMinor: 0, payableMinor: 0 })
    expect(await shop.totals([await shop.line("100", "-2")])).toMatchObject({ netMinor: -200_00, vatMinor: -50_00 })
  })

  test("row 38: one cent over three parts is invoiced once, and no part is negative", async () => {
    const part = (label: string, sharePpm: number) => ({ label, sharePpm, dueRule: "onAcceptance" as const })
    const instalments = [part("A", 333_333), part("B", 333_333), part("C", 333_334)]
    const { id } = await shop.quote([await shop.line("0.01", "1", { vatRatePpm: 0 })], { instalments })
    await shop.ada.quotes.send({ quote: id })
    const { invoicePlan } = await shop.ada.quotes.accept({ quote: id, acceptedBy: "Per" })
    const amounts = invoicePlan.parts.map(({ net }) => net.minor)
    expect(amounts.toSorted()).toEqual([0, 0, 1])
  })

  test("row 39: a currency has the decimals of its table: none of a yen, three of a dinar", async () => {
    for (const [currency, price, minor] of [
      ["JPY", "1000.5", 1_001],
      ["KWD", "1.2345", 1_235],
      ["EUR", "1.2345", 1_23],
    ] as const) {
      const { id: list } = await shop.ada.catalogue.priceLists.create({ number: currency, currency, scope: "standard" })
      const line = await shop.line("1")
      const row = { priceList: list, product: line.product, minQuantity: "1", validFrom: "2020-01-01" } as const
      await shop.ada.catalogue.prices.create({ ...row, price })
      const { netMinor } = await shop.totals([line], { currency, exchangeRate: "10" })
      expect(netMinor, currency).toBe(minor)
    }
  })

  test("row 40: half a second, hours with a colon, and a debit that would be a credit are refused", async () => {
    await shop.topUp(36_000)
    for (const move of [shop.debit, shop.topUp]) {
      await refused((given) => move(given), [7.5, "1:75", "1 h 60", [3_600], true])
      await refused((given) => move(given), [-3_600, 0, -0], "NothingMoved")
    }
    expect((await shop.debit(3_600)).moved).toBe(-3_600)
  })
})
