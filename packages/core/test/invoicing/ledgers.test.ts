/** The customer ledger and the ledger of a billing plan: what comes twice or late, reversals, closed periods. */
import { isRefusal } from "@anbud/core"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { openItemsOf } from "../../src/modules/invoicing/openItems.ts"
import { openFirm as openModules } from "../modules/firm.ts"
import { type Firm, line, openFirm, sek, sent } from "../quotes/firm.ts"

const tag = async (call: PromiseLike<unknown>): Promise<unknown> =>
  call.then(
    () => "done",
    (error) => (isRefusal(error) ? error._tag : error),
  )

const openLedger = async () => {
  const firm = await openModules()
  const company = { number: "K1", name: "Granen", country: "SE", currency: "SEK" }
  const { id: customer } = await firm.anna.parties.companies.create(company)
  const { invoicing } = firm.anna
  const ledger = async (more: object = {}) => (await invoicing.customerLedger({ customer, ...more })).currencies[0]
  const invoice = { voucher: "V1", line: 1, kind: "invoice", effectiveOn: "2025-02-01", dueOn: "2025-03-01" } as const
  const payment = { line: 1, kind: "payment", effectiveOn: "2025-03-10", invoiceNumber: "1001" } as const
  const ingestInvoice = () =>
    invoicing.ingestVoucher({ customer, ...invoice, amount: sek(60_000_00), invoiceNumber: "1001" })
  const pay = (voucher: string, minor: number) =>
    invoicing.ingestVoucher({ customer, voucher, ...payment, amount: sek(-minor) })
  return { ...firm, customer, invoicing, ledger, ingestInvoice, pay }
}

describe("the customer ledger", () => {
  test("SO-70 invoice 1001 over 60 000 due on 1 March, paid 20 000: balance and overdue 40 000, 13 days", async () => {
    const { ledger, ingestInvoice, pay } = await openLedger()
    await ingestInvoice()
    await pay("V2", 20_000_00)
    expect(await ledger()).toMatchObject({
      currency: "SEK",
      balanceMinor: 40_000_00,
      overdueMinor: 40_000_00,
      items: [{ invoiceNumber: "1001", dueOn: "2025-03-01", openMinor: 40_000_00, daysOverdue: 13 }],
      ageing: { notDue: 0, upTo30: 40_000_00, upTo60: 0, upTo90: 0, older: 0 },
    })
    expect(await ledger({ asOf: "2025-02-15" })).toMatchObject({ balanceMinor: 60_000_00, overdueMinor: 0 })
  })

  test("SO-71 voucher V88 comes twice, and before its invoice: balance 0, one entry, nothing open", async () => {
    const { anna, ledger, ingestInvoice, pay, invoicing, customer } = await openLedger()
    const all = await Promise.all([
      pay("V88", 60_000_00),
      pay("V88", 60_000_00),
      ingestInvoice(),
      pay("V88", 60_000_00),
    ])
    expect(new Set(all.map(({ id }) => id)).size).toBe(2)
    expect(await anna.invoicing.customerEntries.count()).toBe(2)
    expect(await ledger()).toMatchObject({ balanceMinor: 0, items: [] })
    expect(await tag(pay("V88", 1))).toBe("AlreadyPosted")
    expect(await invoicing.reconcileLedger({ customer })).toMatchObject({ holds: true })
  })

  test("an entry is reversed at most once, and a late one rewrites no old statement", async () => {
    const { clock, ledger, ingestInvoice, pay, invoicing, customer } = await openLedger()
    await ingestInvoice()
    const { id: entry } = await pay("V2", 20_000_00)
    const known = clock.now()
    clock.set("2025-03-20T08:00:00.000Z")
    const reverse = () => tag(invoicing.reverseVoucher({ customer, entry, note: "bounced" }))
    expect((await Promise.all([reverse(), reverse(), reverse()])).sort()).toEqual([
      "AlreadyReversed",
      "AlreadyReversed",
      "done",
    ])
    expect(await ledger({ asOf: "2025-03-14" })).toMatchObject({ balanceMinor: 60_000_00 })
    expect(await ledger({ asOf: "2025-03-14", knownAt: known })).toMatchObject({ balanceMinor: 40_000_00 })
    await invoicing.closeLedger({ customer, currency: "SEK", through: "2025-03-31" })
    expect(await tag(pay("V3", 1))).toBe("PeriodClosed")
    expect(await invoicing.reconcileLedger({ customer })).toMatchObject({ holds: true })
  })

  test("property: what is open adds up to the balance, however entries are spread over invoices", () => {
    const entry = fc.record({
      moved: fc.integer({ min: -1_000, max: 1_000 }),
      dueOn: fc.constantFrom(null, "2024-11-01", "2025-02-01", "2025-03-13", "2025-04-01"),
      invoiceNumber: fc.constantFrom(null, "1", "2", "3"),
    })
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
        const { balanceMinor, items, ageing, overdueMinor } = openItemsOf(entries as never, "2025-03-14")
        const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
        expect(total(entries.map(({ moved }) => moved))).toBe(balanceMinor)
        expect(total(items.map(({ openMinor }) => openMinor))).toBe(balanceMinor)
        expect(total(Object.values(ageing))).toBe(balanceMinor)
        expect(overdueMinor).toBe(balanceMinor - ageing.notDue)
      }),
    )
  })
})

describe("the ledger of a billing plan", () => {
  const won = async (firm: Firm) => {
    const parts = [600_000, 400_000].map((sharePpm) => ({
      label: `${sharePpm}`,
      sharePpm,
      dueRule: "onAcceptance" as const,
    }))
    const quote = await sent(firm, { lines: [line(firm, "L1")], instalments: parts })
    return firm.anna.quotes.accept({ quote: quote.id, acceptedBy: "Per Lund" })
  }

  test("a part is invoiced, taken back and invoiced again: each an entry, and what is left follows", async () => {
    const firm = await openFirm()
    const { invoicing } = firm.anna
    const { id: plan, parts } = (await won(firm)).invoicePlan
    const part = String(parts[0]?.id) as never
    const left = async () => (await invoicing.remaining({})).orders[0]?.remainingMinor
    const whole = await left()
    const reverse = () => tag(invoicing.reversePart({ plan, part, note: "wrong customer" }))
    expect(await reverse()).toBe("NotInvoiced")
    await invoicing.invoicePart({ plan, part })
    expect(await left()).toBe((whole ?? 0) - (parts[0]?.net.minor ?? 0))
    expect((await Promise.all([reverse(), reverse()])).sort()).toEqual(["NotInvoiced", "done"])
    expect(await left()).toBe(whole)
    await invoicing.invoicePart({ plan, part })
    const { items } = await invoicing.billingEntries.list({ where: { plan }, order: [{ field: "number" }] })
    expect(items.map(({ kind, moved }) => [kind, Math.sign(moved)])).toEqual([
      ["invoiced", 1],
      ["reversal", -1],
      ["invoiced", 1],
    ])
    expect(await invoicing.reconcilePlan({ plan })).toMatchObject({
      holds: true,
      balance: parts[0]?.net.minor,
      entries: 3,
    })
  })
})
