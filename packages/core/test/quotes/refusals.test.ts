/** Why quotes are refused: every cause with its path and numbers, in the declared order of precedence. */
import type { PlannedTask } from "@anbud/core"
import { describe, expect, test } from "vitest"
import {
  draft,
  type LineGiven,
  line,
  NOBODY,
  openFirm,
  type QuoteGiven,
  quoteGiven,
  refusalOf,
  sek,
  sent,
  task,
} from "./firm.ts"

const eur = (minor: number) => ({ minor, currency: "EUR" })
const footer = {
  key: "F1",
  label: "Freight",
  amount: sek(100),
  cost: sek(80),
  basis: "amount",
  visibility: "hidden",
} as const
const part = { label: "Part", sharePpm: 1_000_000, dueRule: "onAcceptance" } as const

describe("quotes.create", () => {
  test("everything wrong at once: each cause is named when those before it are gone", async () => {
    const firm = await openFirm()
    const plan = { ...task("install", { dag: 8 }), effortMinutes: 1 }
    const input: { -readonly [K in keyof QuoteGiven]: QuoteGiven[K] } = quoteGiven(firm, {
      currency: "EUR",
      customer: NOBODY,
      lines: [line(firm, "L1", { plan }), line(firm, "L1")],
      footers: [{ ...footer, amount: sek(100), cost: eur(80) }],
      instalments: [{ ...part, sharePpm: 999_999 }],
    })
    const refusal = () => refusalOf(firm.anna.quotes.create(input))

    expect(await refusal()).toMatchObject({
      tag: "InvalidInput",
      params: { issues: [{ path: "lines[0].plan.effortMinutes", message: "must be the 480 minutes of its people" }] },
    })
    input.lines = [line(firm, "L1", { plan: task("install", { dag: 8 }) }), line(firm, "L1")]
    expect(await refusal()).toEqual({
      tag: "UnknownReference",
      params: { path: "customer", entity: "company", value: NOBODY },
    })
    input.customer = firm.customers.K2
    expect(await refusal()).toEqual({ tag: "RateNeeded", params: { from: "EUR", to: "SEK" } })
    input.exchangeRate = "11.5"
    expect(await refusal()).toEqual({
      tag: "CurrencyMixed",
      params: { path: "footers[0].amount", expected: "EUR", found: "SEK" },
    })
    input.footers = [{ ...footer, amount: eur(100), cost: eur(80) }]
    expect(await refusal()).toEqual({
      tag: "CurrencyMixed",
      params: { path: "footers[0].cost", expected: "SEK", found: "EUR" },
    })
    input.footers = [{ ...footer, amount: eur(100) }]
    expect(await refusal()).toEqual({ tag: "SharesDoNotAddUp", params: { sumPpm: 999_999 } })
    input.instalments = [part]
    expect(await refusal()).toEqual({
      tag: "CannotPrice",
      params: { issues: [{ path: "lines[1].id", message: "DuplicateId" }] },
    })
    input.lines = [line(firm, "L1")]
    expect(await refusal()).toBe("not refused")
    const { items } = await firm.anna.parties.companies.list({})
    expect(items).toHaveLength(4)
    expect((await firm.anna.quotes.byNumber({ number: "Q-1001" })).quote).toMatchObject({ status: "draft" })
    expect((await firm.anna.quotes.byNumber({ number: "Q-1002" })).quote).toBeNull()
  })

  type Given = (firm: Awaited<ReturnType<typeof openFirm>>) => Partial<QuoteGiven>
  const planned = (firm: Parameters<Given>[0], plan: unknown, more: readonly LineGiven[] = []) => ({
    lines: [line(firm, "L1", { plan: plan as PlannedTask }), ...more],
  })

  test.each<readonly [what: string, given: Given, path: string, entity: string]>([
    ["a contact", () => ({ contact: NOBODY }), "contact", "person"],
    ["a seller", () => ({ seller: NOBODY }), "seller", "user"],
    ["a project manager", () => ({ projectManager: NOBODY }), "projectManager", "user"],
    ["a price list", (firm) => ({ priceLists: [firm.standardList, NOBODY] }), "priceLists[1]", "priceList"],
    ["a product", (firm) => ({ lines: [line(firm, "L1", { product: NOBODY })] }), "lines[0].product", "product"],
    [
      "the line of an alternative",
      (firm) => ({ lines: [line(firm, "L1", { alternativeOf: "L9" })] }),
      "lines[0].alternativeOf",
      "line",
    ],
    ["a planned person", (firm) => planned(firm, task("a", { eva: 1 })), "lines[0].plan.people[0].user", "user"],
    [
      "a planned person in other letters",
      (firm) => planned(firm, task("a", { Dag: 1 })),
      "lines[0].plan.people[0].user",
      "user",
    ],
    ["a task before", (firm) => planned(firm, task("a", { dag: 1 }, ["b"])), "lines[0].plan.after[0]", "task"],
    [
      "the task of an instalment",
      () => ({ instalments: [{ ...part, dueRule: "afterTask", task: "a" }] }),
      "instalments[0].task",
      "task",
    ],
    [
      "the task of an instalment, which is only an option",
      (firm) => ({
        lines: [line(firm, "L1", { isOptional: true, plan: task("a", { dag: 1 }) })],
        instalments: [{ ...part, dueRule: "afterTask", task: "a" }],
      }),
      "instalments[0].task",
      "task",
    ],
  ])("%s that does not exist is an UnknownReference", async (_, given, path, entity) => {
    const firm = await openFirm()
    const refused = await refusalOf(firm.anna.quotes.create(quoteGiven(firm, given(firm))))
    expect(refused).toMatchObject({ tag: "UnknownReference", params: { path, entity } })
  })

  test.each<readonly [what: string, given: Given, path: string, message: RegExp]>([
    ["price lists that are no list", () => ({ priceLists: "STD" as never }), "priceLists", /must be a list/],
    ["a rate of nothing", () => ({ currency: "EUR", exchangeRate: "0" }), "exchangeRate", /above 0/],
    ["a rate to its own currency", () => ({ exchangeRate: "11.5" }), "exchangeRate", /own currency/],
    [
      "shares that add up only with a negative one",
      () => ({
        instalments: [
          { ...part, sharePpm: 1_500_000 },
          { ...part, sharePpm: -500_000 },
        ],
      }),
      "instalments[0].sharePpm",
      /at most 100 %/,
    ],
    [
      "a part after a task that is not named",
      () => ({ instalments: [{ ...part, dueRule: "afterTask" }] }),
      "instalments[0].task",
      /must be named/,
    ],
    ["a plan that is a text", (firm) => planned(firm, "soon"), "lines[0].plan", /object/],
    [
      "a plan without people",
      (firm) => planned(firm, { ...task("a", { dag: 1 }), people: null }),
      "lines[0].plan.people",
      /./,
    ],
    [
      "half a minute of work",
      (firm) => planned(firm, { ...task("a", {}), effortMinutes: 0 }),
      "lines[0].plan.effortMinutes",
      /whole number from 1/,
    ],
    [
      "one person twice",
      (firm) =>
        planned(firm, {
          ...task("a", { dag: 2 }),
          people: [
            { user: "dag", effortMinutes: 60 },
            { user: "dag", effortMinutes: 60 },
          ],
        }),
      "lines[0].plan.people[1].user",
      /names dag twice/,
    ],
    [
      "one task on two lines",
      (firm) => planned(firm, task("a", { dag: 1 }), [line(firm, "L2", { plan: task("a", { nils: 1 }) })]),
      "lines[1].plan.task",
      /planned by lines\[0\]/,
    ],
    [
      "tasks that wait for each other",
      (firm) =>
        planned(firm, task("a", { dag: 1 }, ["b"]), [line(firm, "L2", { plan: task("b", { nils: 1 }, ["a"]) })]),
      "lines[0].plan.after",
      /a → b → a/,
    ],
  ])("%s: InvalidInput", async (_, given, path, message) => {
    const firm = await openFirm()
    const refused = await refusalOf(firm.anna.quotes.create(quoteGiven(firm, given(firm))))
    expect(refused).toMatchObject({
      tag: "InvalidInput",
      params: { issues: expect.arrayContaining([expect.objectContaining({ path })]) },
    })
    expect(JSON.stringify(refused)).toMatch(message)
  })

  test("CannotPrice names every line: no rate for the person, no price, too heavy, keys used twice", async () => {
    const firm = await openFirm()
    const { anna, products } = firm
    await anna.catalogue.products.patch({ id: products.P30, set: { weightKg: "900000" } })
    const plan = task("a", { anna: 1 })
    const lines = [line(firm, "L1", { plan }), line(firm, "L2", { quantity: "100000" })]
    const refused = await refusalOf(anna.quotes.create(quoteGiven(firm, { lines })))
    expect(refused).toEqual({
      tag: "CannotPrice",
      params: {
        issues: [
          { path: "lines[0].plan.people[0].user", message: "anna has no hour cost on 2025-03-14" },
          { path: "lines[1].quantity", message: "P30: TooHeavy" },
        ],
      },
    })
    const footers = [{ ...footer, key: "L1" }, footer, footer]
    expect(await refusalOf(anna.quotes.create(quoteGiven(firm, { footers })))).toMatchObject({
      params: {
        issues: [
          { path: "footers[0].key", message: "DuplicateId" },
          { path: "footers[2].key", message: "DuplicateId" },
        ],
      },
    })
    const huge = {
      lines: [
        line(firm, "L1", { product: products.P40, quantity: "9000000000" }),
        line(firm, "L2", { product: products.P40, quantity: "900000000000" }),
      ],
    }
    expect(await refusalOf(anna.quotes.create(quoteGiven(firm, huge)))).toMatchObject({ tag: "InvalidInput" })
    const chain = {
      lines: [line(firm, "L1"), line(firm, "L2", { alternativeOf: "L1" }), line(firm, "L3", { alternativeOf: "L2" })],
    }
    expect(await refusalOf(anna.quotes.create(quoteGiven(firm, chain)))).toMatchObject({
      tag: "CannotPrice",
      params: { issues: [{ message: "AlternativeUndecided" }] },
    })
  })

  test("a price list in another currency than the quote is CurrencyMixed, not a list without prices", async () => {
    const firm = await openFirm()
    const given = { currency: "EUR", exchangeRate: "11.5", priceLists: [firm.standardList] }
    expect(await refusalOf(firm.anna.quotes.create(quoteGiven(firm, given)))).toEqual({
      tag: "CurrencyMixed",
      params: { path: "priceLists[0]", expected: "EUR", found: "SEK" },
    })
  })
})

describe("quotes.send", () => {
  test("only a draft is sent: QuoteNotOpen comes before MarginBelowRule", async () => {
    const firm = await openFirm()
    const thin = await draft(firm, { marginFloorPpm: 400_000 })
    expect(await refusalOf(firm.anna.quotes.send({ quote: thin.id }))).toEqual({
      tag: "MarginBelowRule",
      params: { quote: "Q-1001", marginPpm: 333_333, floorPpm: 400_000 },
    })
    const quote = await sent(firm, { marginFloorPpm: 333_333 })
    expect(await refusalOf(firm.anna.quotes.send({ quote: quote.id }))).toEqual({
      tag: "QuoteNotOpen",
      params: { quote: "Q-1002", status: "sent", needed: "draft" },
    })
  })
})

describe("quotes.decline and quotes.accept", () => {
  test("what was decided stays decided, whoever asks for what", async () => {
    const firm = await openFirm()
    const { quotes } = firm.anna
    const accept = (quote: string) => refusalOf(quotes.accept({ quote, acceptedBy: "Per Lund" }))
    const decline = (quote: string) => refusalOf(quotes.decline({ quote, reason: "too dear" }))
    const open = await draft(firm)
    const notSent = { tag: "QuoteNotOpen", params: { quote: "Q-1001", status: "draft", needed: "sent" } }
    expect(await accept(open.id)).toEqual(notSent)
    expect(await decline(open.id)).toEqual(notSent)

    const lost = await sent(firm)
    const declined = await quotes.decline({ quote: lost.id, reason: "too dear" })
    expect(declined).toMatchObject({
      status: "declined",
      declineReason: "too dear",
      decidedAt: "2025-03-14T08:00:00.000Z",
    })
    const isLost = { tag: "AlreadyDecided", params: { quote: "Q-1002", status: "declined" } }
    expect(await accept(lost.id)).toEqual(isLost)
    expect(await decline(lost.id)).toEqual(isLost)

    const won = await sent(firm)
    await quotes.accept({ quote: won.id, acceptedBy: "Per Lund" })
    firm.clock.set("2026-01-01T08:00:00.000Z")
    const isWon = { tag: "AlreadyDecided", params: { quote: "Q-1003", status: "accepted" } }
    expect(await accept(won.id)).toEqual(isWon)
    expect(await decline(won.id)).toEqual(isWon)
  })

  test("nobody and nothing are no names and no reasons", async () => {
    const firm = await openFirm()
    const { id: quote } = await sent(firm)
    expect(await refusalOf(firm.anna.quotes.accept({ quote, acceptedBy: " " }))).toMatchObject({ tag: "InvalidInput" })
    expect(await refusalOf(firm.anna.quotes.decline({ quote, reason: "" }))).toMatchObject({ tag: "InvalidInput" })
  })

  test.each`
    at                            | local                 | outcome
    ${"2025-04-13T21:59:59.999Z"} | ${"13 Apr, 23:59:59"} | ${"not refused"}
    ${"2025-04-13T22:00:00.000Z"} | ${"14 Apr, 00:00:00"} | ${{ tag: "QuoteExpired", params: { quote: "Q-1001", validUntil: "2025-04-13" } }}
  `("a quote of 14 March with 30 days, accepted on $local in Stockholm: $outcome", async ({ at, outcome }) => {
    const firm = await openFirm()
    const quote = await sent(firm)
    expect(quote.validUntil).toBe("2025-04-13")
    firm.clock.set(at)
    expect(await refusalOf(firm.anna.quotes.accept({ quote: quote.id, acceptedBy: "Per Lund" }))).toEqual(outcome)
  })

  test("validity starts when the quote is sent: a draft that lay for two months is not expired on arrival", async () => {
    const firm = await openFirm()
    const old = await draft(firm)
    firm.clock.set("2025-05-14T08:00:00.000Z")
    expect((await firm.anna.quotes.send({ quote: old.id })).quote.validUntil).toBe("2025-06-13")
    const early = await sent(firm, { quotedOn: "2025-06-01" })
    expect(early.validUntil).toBe("2025-07-01")
  })
})
