import { postgres } from "@anbud/adapter-pg"
import { expect, onTestFinished, test } from "vitest"
import { openFirm, quoteFor, TENANT } from "./differential/firm.ts"
import { databaseUrl, schemaName } from "./temporarySchema.ts"

const opened = async (schema = schemaName()) => {
  const store = postgres({ connectionString: databaseUrl(), schema, waitMilliseconds: 30_000 })
  const firm = await openFirm(store, schema)
  onTestFinished(() => firm.engine.close())
  return firm
}

const sentQuote = async ({ anna, ...firm }: Awaited<ReturnType<typeof opened>>): Promise<string> => {
  const quote = await anna.quotes.create(quoteFor(firm, "2"))
  return (await anna.quotes.send({ quote: quote.id })).quote.id
}

test("a firm, a product, a customer, a quote, sent and accepted: the order is there and the journal verifies", async () => {
  const firm = await opened()
  const quote = await sentQuote(firm)
  const won = await firm.anna.quotes.accept({ quote, acceptedBy: "Per Lund" })
  expect(won.order.number).toBe("O-1001")
  expect(won.quote).toMatchObject({ status: "accepted", acceptedBy: "Per Lund" })
  expect(await firm.engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ head: { seq: 6 }, broken: null })
})

test("row 80: thirty accept one quote at once: one wins, the others hear AlreadyDecided", async () => {
  const firm = await opened()
  const quote = await sentQuote(firm)
  const heard = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      firm.anna.quotes.accept({ quote, acceptedBy: `Person ${index}` }).result(),
    ),
  )
  expect(heard.filter(({ ok }) => ok)).toHaveLength(1)
  const refused = heard.flatMap((outcome) => (outcome.ok ? [] : [outcome.error._tag]))
  expect(refused).toEqual(Array.from({ length: 29 }, () => "AlreadyDecided"))
  expect(await firm.engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ broken: null })
})

test("row 68: one command sent twenty times at once under one key has one effect", async () => {
  const firm = await opened()
  const quote = await sentQuote(firm)
  const send = () => firm.anna.quotes.accept({ quote, acceptedBy: "Per" }, { idempotencyKey: "accept" }).result()
  const heard = await Promise.all(Array.from({ length: 20 }, send))
  const orders = heard.map((outcome) => (outcome.ok ? outcome.value.order.number : outcome.error._tag))
  expect(new Set(orders)).toEqual(new Set(["O-1001"]))
  expect(heard.filter((outcome) => outcome.ok && !outcome.replayed)).toHaveLength(1)
})

test("row 82: forty debits race for ten hours: ten succeed, the balance ends at nothing and is the sum of its entries", async () => {
  const firm = await opened()
  const bank = firm.anna.timeBank
  const { id: account } = await bank.open({ customer: firm.customer, name: "TB1" })
  await bank.topUp({ account, effectiveOn: "2025-03-01", seconds: 36_000 })
  const debit = () => bank.debit({ account, effectiveOn: "2025-03-02", seconds: 3_600 }).result()
  const heard = await Promise.all(Array.from({ length: 40 }, debit))
  const outcomes = heard.map((outcome) => (outcome.ok ? "debited" : outcome.error._tag)).sort()
  expect(outcomes).toEqual([
    ...Array.from({ length: 30 }, () => "InsufficientBalance"),
    ...Array.from({ length: 10 }, () => "debited"),
  ])
  expect(await bank.balance({ account, asOf: "2025-03-31" })).toMatchObject({ balanceSeconds: 0 })
  expect(await firm.engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ head: { seq: 15 }, broken: null })
})
