/** The decision, pure: from facts to an acceptance, or to the reason why not. */
import { AlreadyDecided, CapacityExceeded, type PricedView, type Promised, QuoteNotOpen } from "@anbud/core"
import { priceQuote } from "@anbud/pricing"
import { describe, expect, test } from "vitest"
import { decideAcceptance } from "../../src/flows/acceptQuote/decision.ts"

const TODAY = "2025-03-14"

type Line = PricedView["lines"][number]
type Task = NonNullable<Line["plan"]>

const lineOf = (key: string, price: string, rest: Partial<Line> = {}): Line => ({
  id: key as never,
  parent: "r" as never,
  position: 1,
  key,
  section: "main",
  product: "P30" as never,
  description: `Line ${key}`,
  quantity: "1",
  isEssential: true,
  isOptional: false,
  alternativeOf: null,
  plan: null,
  unitPrice: price,
  isNetPrice: true,
  priceSource: "STD",
  discountPpm: 0,
  discountSource: null,
  unitCost: "0",
  plannedCosts: null,
  kind: "goods",
  unit: "H87",
  vatRatePpm: 250_000,
  weightKg: null,
  net: null,
  cost: null,
  ...rest,
})

interface Facts {
  readonly status?: PricedView["quote"]["status"]
  readonly validUntil?: PricedView["quote"]["validUntil"]
  readonly lines?: readonly Line[]
  readonly shares?: readonly number[]
  readonly tasks?: readonly (string | null)[]
  readonly promised?: Promised | CapacityExceeded
  readonly sentNetMinor?: number
}

const idle: Promised = { date: TODAY, reason: { en: "", sv: "" }, ifAllLost: TODAY, ifAllWon: TODAY, parts: [] }
const full = new CapacityExceeded({ quote: "Q-1001", reasons: ["dag is full"] })

const decide = (facts: Facts) => {
  const { status = "sent", validUntil = "2025-04-13", lines = [lineOf("L1", "333333.33")], promised = idle } = facts
  const priced = priceQuote({
    currency: "SEK",
    lines: lines.map(({ key, unitPrice, vatRatePpm, isOptional }) => ({
      id: key,
      unitPrice: unitPrice ?? "0",
      vat: { category: "S", ratePpm: vatRatePpm ?? 0 },
      ...(isOptional ? { option: "offered" as const } : {}),
    })),
  })
  const net = { minor: facts.sentNetMinor ?? priced.totals.netMinor, currency: "SEK" }
  const instalments = (facts.shares ?? []).map((sharePpm, index) => {
    const task = facts.tasks?.[index] ?? null
    return { label: `Part ${index + 1}`, sharePpm, dueRule: task === null ? "onAcceptance" : "afterTask", task }
  })
  const quote = { number: "Q-1001", title: "Heat", status, validUntil, currency: "SEK" }
  const view = { quote, revision: { net }, lines, footers: [], instalments, priced } as unknown as PricedView
  return decideAcceptance({ view, promised, today: TODAY })
}

test.each`
  status        | validUntil      | capacity | outcome
  ${"accepted"} | ${"2025-03-13"} | ${full}  | ${"AlreadyDecided"}
  ${"declined"} | ${"2025-03-13"} | ${full}  | ${"AlreadyDecided"}
  ${"draft"}    | ${"2025-03-13"} | ${full}  | ${"QuoteNotOpen"}
  ${"sent"}     | ${"2025-03-13"} | ${full}  | ${"QuoteExpired"}
  ${"sent"}     | ${"2025-03-14"} | ${full}  | ${"CapacityExceeded"}
  ${"sent"}     | ${null}         | ${full}  | ${"CapacityExceeded"}
  ${"sent"}     | ${"2025-03-14"} | ${idle}  | ${"accepted"}
`("$status, valid until $validUntil, on 14 March: $outcome", ({ status, validUntil, capacity, outcome }) => {
  const decided = decide({ status, validUntil, promised: capacity })
  expect("_tag" in decided ? decided._tag : "accepted").toBe(outcome)
})

test("a refusal carries its numbers", () => {
  expect(decide({ status: "declined" })).toEqual(new AlreadyDecided({ quote: "Q-1001", status: "declined" }))
  expect(decide({ status: "draft" })).toEqual(new QuoteNotOpen({ quote: "Q-1001", status: "draft", needed: "sent" }))
  expect(decide({ promised: full })).toBe(full)
})

test("a quote that prices otherwise than it was sent is a bug, and never an order", () => {
  expect(() => decide({ sentNetMinor: 333_333_32 })).toThrow("prices otherwise than sent")
})

const accepted = (facts: Facts) => {
  const decided = decide(facts)
  if ("_tag" in decided) throw decided
  return decided
}

describe("c.6 partial-invoice plan: 333 333.33", () => {
  test.each`
    shares                         | nets
    ${[]}                          | ${[333_333_33]}
    ${[1_000_000]}                 | ${[333_333_33]}
    ${[500_000, 300_000, 200_000]} | ${[166_666_67, 100_000_00, 66_666_66]}
    ${[333_333, 333_333, 333_334]} | ${[111_111_00, 111_111_00, 111_111_33]}
    ${[1, 999_999]}                | ${[33, 333_333_00]}
  `("$shares ppm → $nets", ({ shares, nets }) => {
    const { parts, netMinor, vatMinor, totalMinor } = accepted({ shares })
    expect(parts.map((part) => part.netMinor)).toEqual(nets)
    expect([netMinor, vatMinor, totalMinor]).toEqual([333_333_33, 83_333_33, 416_666_66])
    expect(parts.reduce((sum, part) => sum + part.vatMinor, 0)).toBe(vatMinor)
    expect(parts.reduce((sum, part) => sum + part.totalMinor, 0)).toBe(totalMinor)
  })

  test("each part carries the order's VAT mix, and every line closes to the cent", () => {
    const lines = [lineOf("L1", "100.01"), lineOf("L2", "50.03", { vatRatePpm: 60_000 }), lineOf("L3", "0.07")]
    const { parts, lines: ordered } = accepted({ lines, shares: [500_000, 300_000, 200_000] })
    for (const { key, net } of ordered) {
      const minors = parts.map(({ columns }) => columns.find(({ columnId }) => columnId === key)?.minor ?? Number.NaN)
      expect(
        minors.reduce((sum, minor) => sum + minor, 0),
        key,
      ).toBe(net.minor)
    }
    expect(parts.reduce((sum, part) => sum + part.vatMinor, 0)).toBe(
      Math.round(100_08 * 0.25) + Math.round(50_03 * 0.06),
    )
  })
})

describe("what is planned", () => {
  const plan = (task: string): Task => ({ task, name: task, skill: "", effortMinutes: 60, people: [], after: [] })
  const part = (task: string, startOn: string, finishOn: string) =>
    ({ task, name: task, user: "dag", resource: "r", startOn, finishOn, slots: [] }) as Promised["parts"][number]

  test("a phase runs from its first person's start to its last one's finish; a part is due when its task is done", () => {
    const lines = [lineOf("L1", "10", { plan: plan("a") }), lineOf("L2", "10", { plan: plan("b") })]
    const parts = [
      part("b", "2025-03-20", "2025-03-21"),
      part("a", "2025-03-17", "2025-03-25"),
      part("a", "2025-03-15", "2025-03-18"),
    ]
    const decided = accepted({
      lines,
      promised: { ...idle, date: "2025-03-25", parts },
      shares: [400_000, 600_000],
      tasks: [null, "a"],
    })
    expect(decided.phases.map(({ key, start, finish }) => [key, start, finish])).toEqual([
      ["a", "2025-03-15", "2025-03-25"],
      ["b", "2025-03-20", "2025-03-21"],
    ])
    expect(decided.parts.map(({ plannedOn, status }) => [plannedOn, status])).toEqual([
      [TODAY, "ready"],
      ["2025-03-25", "planned"],
    ])
    expect(decided).toMatchObject({ deliveredOn: "2025-03-25", reservations: parts })
  })

  test("nothing planned: delivered when nobody can say", () => {
    expect(accepted({})).toMatchObject({ phases: [], reservations: [], deliveredOn: null })
  })
})
