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

test("row 68: one command sent twenty times at once under one key has one effect", async () => {
  const firm = await opened()
  const quote = await sentQuote(firm)
  const send = () => firm.anna.quotes.accept({ quote, acceptedBy: "Per" }, { idempotencyKey: "accept" }).result()
  const heard = await Promise.all(Array.from({ length: 20 }, send))
  const orders = heard.map((outcome) => (outcome.ok ? outcome.value.order.number : outcome.error._tag))
  expect(new Set(orders)).toEqual(new Set(["O-1001"]))
  expect(heard.filter((outcome) => outcome.ok && !outcome.replayed)).toHaveLength(1)
})

test("more records than one command takes are a batch, which two callers work on and which is undone as one", async () => {
  const { engine, anna } = await opened()
  const { companies } = anna.parties
  const columns = { number: "number", name: "name", country: () => "SE", currency: () => "SEK" }
  const lines = Array.from({ length: 1100 }, (_, n) => `B${n};Company ${n}`)
  const file = { file: "b.csv", text: ["number;name", ...lines].join("\n"), key: ["number"] as const, columns }
  expect(await companies.import(file)).toMatchObject({ rows: 1100, created: 1100, refused: [] })
  const ids: never[] = []
  for await (const { id, number } of companies.each({ limit: 1000 })) if (number.startsWith("B")) ids.push(id as never)
  const { id } = await companies.batches.massUpdate({ ids, set: { segment: "Bostad" }, refused: "all" })
  const [ended] = await Promise.all([companies.batches.wait(id), companies.batches.wait(id)])
  expect(ended).toMatchObject({ state: "done", counts: { changed: 1100 } })
  const undone = await companies.undo({ batch: id, refused: "all" })
  expect(undone.updated).toHaveLength(1100)
  expect(await companies.count({ where: { segment: "Bostad" } })).toBe(0)
  expect(await engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ broken: null })
})
