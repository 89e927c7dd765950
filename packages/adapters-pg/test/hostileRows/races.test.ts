/** Rows 80 to 84 of the catalogue of bad inputs, on both databases: calls that meet at the same moment. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { DATABASES, type House, openHouse } from "./house.ts"

describe.each(DATABASES)("%s", (database) => {
  let house: House
  beforeAll(async () => {
    house = await openHouse(database, 8)
  })
  afterAll(() => house.close())

  test("row 80: fifty accept one quote at once: one wins, and the others hear who did", async () => {
    const { ada, quote, whole } = await seller(house)
    const heard = await atOnce(50, (n) => ada.quotes.accept({ quote, acceptedBy: `Person ${n}` }))
    expect(heard.filter(({ ok }) => ok)).toHaveLength(1)
    const refused = refusalsOf(heard)
    expect(tally(refused)).toEqual({ AlreadyDecided: 49 })
    expect(refused[0]?.params).toMatchObject({ status: "accepted" })
    await whole()
  })

  test("row 80: accepted, declined, changed and sent again at once: the quote is decided once", async () => {
    const { ada, quote, whole } = await seller(house)
    const heard = await atOnce(24, (n) => {
      if (n % 3 === 0) return ada.quotes.accept({ quote, acceptedBy: "Per" })
      if (n % 3 === 1) return ada.quotes.decline({ quote, reason: "too dear" })
      return ada.quotes.send({ quote })
    })
    expect(heard.filter(({ ok }) => ok)).toHaveLength(1)
    const refused = refusalsOf(heard)
    expect(tally(refused)).toEqual({ AlreadyDecided: 15, QuoteNotOpen: 8 })
    const { status } = await ada.quotes.quotes.get(quote)
    expect(await ada.orders.orders.count({})).toBe(status === "accepted" ? 1 : 0)
    await whole()
  })

  test("row 81: a part is invoiced once, however many workers try, and a repeated call hears the same", async () => {
    const { ada, quote, whole } = await seller(house)
    const { invoicePlan } = await ada.quotes.accept({ quote, acceptedBy: "Per" })
    const [part] = invoicePlan.parts
    const input = { plan: invoicePlan.id, part: part?.id ?? ("" as never) }
    const workers = await atOnce(20, () => ada.invoicing.invoicePart(input, { idempotencyKey: "part 1" }))
    expect(workers.filter((outcome) => outcome.ok && !outcome.replayed)).toHaveLength(1)
    expect(workers.every(({ ok }) => ok)).toBe(true)
    const others = await atOnce(5, () => ada.invoicing.invoicePart(input))
    expect(tally(refusalsOf(others))).toEqual({ AlreadyInvoiced: 5 })
    await whole()
  })

  test("row 82: forty debits race for ten hours, and ten reversals for one of them: no hour is lost or found", async () => {
    const { ada, customer, whole } = await seller(house)
    const bank = ada.timeBank
    const { id: account } = await bank.open({ customer, name: "TB1" })
    await bank.topUp({ account, effectiveOn: "2025-03-01", seconds: 36_000 })
    const debits = await atOnce(40, () => bank.debit({ account, effectiveOn: "2025-03-02", seconds: 3_600 }))
    const debited = debits.flatMap(({ ok, id }) => (ok ? [id] : []))
    expect(debited).toHaveLength(10)
    expect(tally(refusalsOf(debits))).toEqual({ InsufficientBalance: 30 })
    const entry = debited[0] as never
    const heard = await atOnce(20, (n) =>
      n % 2 === 0
        ? bank.reverse({ account, entry, note: "wrong day" })
        : bank.debit({ account, effectiveOn: "2025-03-02", seconds: 3_600 }),
    )
    const reversed = heard.filter(({ ok }, n) => ok && n % 2 === 0)
    const again = heard.filter(({ ok }, n) => ok && n % 2 === 1)
    expect([reversed.length, again.length <= 1]).toEqual([1, true])
    const balance = again.length === 1 ? 0 : 3_600
    expect(await bank.balance({ account, asOf: "2025-03-31" })).toMatchObject({ balance })
    await whole()
  })

  test("row 83: of ten editors with the same version one writes, and the others hear both versions", async () => {
    const { ada, customer, whole } = await seller(house)
    const { companies } = ada.parties
    const { version } = await companies.get(customer)
    const heard = await atOnce(10, (n) => companies.patch({ id: customer, version, set: { nickname: `n${n}` } }))
    expect(heard.filter(({ ok }) => ok)).toHaveLength(1)
    const refused = refusalsOf(heard)
    expect(tally(refused)).toEqual({ VersionConflict: 9 })
    expect(refused[0]?.params).toMatchObject({ expected: version, actual: version + 1 })
    expect((await companies.get(customer)).version).toBe(version + 1)
    await whole()
  })

  test("row 84: two administrators dismiss each other at once: one is left", async () => {
    const { ada, whole, hire } = await seller(house)
    const { id: eve, session } = await hire("eve", ["*"])
    const { user } = await ada.organisation.me({})
    const dismissed = await atOnce(2, (n) =>
      (n === 0 ? ada : session).organisation.users.patch({ id: n === 0 ? eve : user, set: { isActive: false } }),
    )
    expect(dismissed.filter(({ ok }) => ok)).toHaveLength(1)
    await whole()
  })
})

/** A tenant with a sent quote; `whole` verifies its journal. */
const seller = async ({ engine, tenant }: House) => {
  const firm = await tenant()
  const { ada } = firm
  const { id: customer } = await firm.company("K1", "Brf Granen")
  const { id: product } = await ada.catalogue.products.create({
    ...({ number: "P30", name: "Heat pump", kind: "goods", unit: "H87", category: "Pumps", priceGroup: "VP" } as const),
    ...{ listPrice: "12000", unitCost: "8000", vatRatePpm: 250_000 },
  })
  const { user } = await ada.organisation.me({})
  const lines = [{ key: "L1", section: "main", product, description: "Heat pump", quantity: "2" }]
  const { id: quote } = await ada.quotes.create({ title: "Heat", customer, currency: "SEK", seller: user, lines })
  await ada.quotes.send({ quote })
  const whole = async (): Promise<void> => {
    expect(await engine.journal.verify({ tenant: firm.id })).toMatchObject({ broken: null })
  }
  return { ...firm, quote, customer, whole }
}

/** What one of many callers heard. */
interface Heard {
  readonly ok: boolean
  readonly replayed: boolean
  readonly id: string
  readonly error: { readonly _tag: string; readonly params: object }
}

interface Call {
  result(): Promise<object>
}

const atOnce = (count: number, call: (n: number) => Call): Promise<readonly Heard[]> =>
  Promise.all(Array.from({ length: count }, async (_, n) => heardOf(await call(n).result())))

const heardOf = (outcome: object): Heard => {
  const { ok, replayed, value, error } = outcome as Heard & { readonly value?: { readonly id?: string } }
  return { ok, replayed, id: value?.id ?? "", error }
}

const refusalsOf = (heard: readonly Heard[]): readonly Heard["error"][] =>
  heard.flatMap(({ ok, error }) => (ok ? [] : [error]))

/** How often each refusal was heard. */
const tally = (refused: readonly { readonly _tag: string }[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...new Set(refused.map(({ _tag }) => _tag))]
      .sort()
      .map((tag) => [tag, refused.filter(({ _tag }) => _tag === tag).length]),
  )
