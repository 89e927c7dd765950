import { isRefusal, type LocalDate } from "@anbud/core"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { debitOf, type Holding, reversalOf, topUpOf } from "../../src/modules/timeBank/movement.ts"
import { NOBODY } from "../workshop.ts"
import { openFirm } from "./firm.ts"

const HOUR = 3600
const MINUTE = 60

const ON = "2025-03-14" as LocalDate
const ACCOUNT = {
  name: "TB1",
  status: "open",
  unit: "seconds",
  currency: "SEK",
  floor: 0,
  roundUpMinutes: 1,
  overdraft: "block",
} as const
const lot = (id: string, seconds: number, expiresOn?: LocalDate) => ({
  ...{ id, seconds, priceMinor: seconds, boughtOn: "2025-01-01", drawnSeconds: 0, recognisedMinor: 0 },
  ...(expiresOn === undefined ? {} : { expiresOn }),
})

/** An account with all that it has in one lot. */
const holding = ({ balance = 0, ...given }: Partial<Holding["account"]> = {}): Holding => ({
  account: { ...ACCOUNT, balance, entryCount: 0, closedThrough: null, ...given },
  lots: balance > 0 ? [lot("A", balance)] : [],
})
const entry = (kind: string, moved: number, isReversed = false) => ({
  ...{ id: "e", kind, moved, isReversed, effectiveOn: ON, brought: kind === "topUp" ? ["A"] : [] },
  draws: [],
})

const said = (outcome: ReturnType<typeof debitOf | typeof reversalOf>) =>
  isRefusal(outcome) ? outcome._tag : outcome.balanceAfter

describe("the decisions", () => {
  test.each`
    balance | overdraft | debit   | outcome
    ${120}  | ${0}      | ${120}  | ${0}
    ${120}  | ${0}      | ${121}  | ${"InsufficientBalance"}
    ${120}  | ${30}     | ${150}  | ${-30}
    ${120}  | ${30}     | ${151}  | ${"InsufficientBalance"}
    ${0}    | ${0}      | ${1}    | ${"InsufficientBalance"}
    ${-30}  | ${30}     | ${1}    | ${"InsufficientBalance"}
    ${120}  | ${0}      | ${0}    | ${"NothingMoved"}
    ${120}  | ${0}      | ${-120} | ${"NothingMoved"}
  `(
    "PO-40 balance $balance, overdraft $overdraft (min): debit $debit → $outcome",
    ({ balance, overdraft, debit, outcome }) => {
      const before = holding({ balance: balance * MINUTE, floor: -overdraft * MINUTE })
      const after = said(debitOf(before, debit * MINUTE, ON))
      expect(typeof after === "number" ? after / MINUTE : after).toBe(outcome)
    },
  )

  test.each`
    step  | seconds | moved
    ${1}  | ${1}    | ${1}
    ${1}  | ${3960} | ${3960}
    ${15} | ${3960} | ${4500}
    ${15} | ${4500} | ${4500}
    ${15} | ${4501} | ${5400}
    ${60} | ${1}    | ${3600}
  `("$seconds s in steps of $step min take $moved s", ({ step, seconds, moved }) => {
    expect(debitOf(holding({ balance: 10 * HOUR, roundUpMinutes: step }), seconds, ON)).toMatchObject({
      moved: -moved,
      balanceAfter: 10 * HOUR - moved,
      draws: [{ lotId: "A", seconds: moved, valueMinor: moved }],
    })
  })

  test("a refused debit says what was asked for, after rounding, and what there is, overdraft included", () => {
    const refused = debitOf(holding({ balance: HOUR, floor: -HOUR, roundUpMinutes: 60 }), 2 * HOUR + 1, ON)
    expect(refused).toMatchObject({
      params: { account: "TB1", unit: "seconds", requested: 3 * HOUR, available: 2 * HOUR },
    })
  })

  test.each`
    status      | topUp              | debit              | reversal
    ${"open"}   | ${2 * HOUR}        | ${0}               | ${2 * HOUR}
    ${"frozen"} | ${"AccountClosed"} | ${"AccountClosed"} | ${2 * HOUR}
    ${"closed"} | ${"AccountClosed"} | ${"AccountClosed"} | ${"AccountClosed"}
  `("an account that is $status", ({ status, topUp, debit, reversal }) => {
    const at = holding({ status, balance: HOUR })
    const bought = { id: "B", seconds: HOUR, priceMinor: 0, boughtOn: ON }
    expect(said(topUpOf(at, [bought], ON))).toBe(topUp)
    expect(said(debitOf(at, HOUR, ON))).toBe(debit)
    expect(said(reversalOf(at, entry("debit", -HOUR), "X"))).toBe(reversal)
  })

  test.each`
    kind          | moved       | isReversed | outcome
    ${"debit"}    | ${-HOUR}    | ${false}   | ${2 * HOUR}
    ${"debit"}    | ${-HOUR}    | ${true}    | ${"AlreadyReversed"}
    ${"topUp"}    | ${HOUR}     | ${false}   | ${0}
    ${"topUp"}    | ${2 * HOUR} | ${false}   | ${"InsufficientBalance"}
    ${"reversal"} | ${HOUR}     | ${false}   | ${"AlreadyReversed"}
  `(
    "with an hour left, a $kind of $moved s (reversed: $isReversed) reverses to $outcome",
    ({ kind, moved, isReversed, outcome }) => {
      expect(said(reversalOf(holding({ balance: HOUR }), entry(kind, moved, isReversed), "X"))).toBe(outcome)
    },
  )

  test.each`
    closed          | on              | outcome
    ${"2025-02-28"} | ${"2025-03-01"} | ${0}
    ${"2025-02-28"} | ${"2025-02-28"} | ${"PeriodClosed"}
    ${"2025-02-28"} | ${"2024-12-31"} | ${"PeriodClosed"}
    ${null}         | ${"2024-12-31"} | ${0}
  `("row 82: closed through $closed, a debit on $on → $outcome", ({ closed, on, outcome }) => {
    const at = holding({ balance: HOUR, closedThrough: closed })
    expect(said(debitOf(at, HOUR, on))).toBe(outcome)
    expect(said(topUpOf(at, [{ id: "B", seconds: HOUR, priceMinor: 0, boughtOn: on }], on))).toBe(
      outcome === 0 ? 2 * HOUR : outcome,
    )
    expect(said(reversalOf(at, { ...entry("debit", -HOUR), effectiveOn: on }, "X"))).toBe(
      outcome === 0 ? 2 * HOUR : outcome,
    )
  })

  test.each`
    on              | debit | draws
    ${"2025-03-14"} | ${5}  | ${[["early", 4], ["late", 1]]}
    ${"2025-03-31"} | ${5}  | ${[["early", 4], ["late", 1]]}
    ${"2025-04-01"} | ${5}  | ${[["late", 4], ["never", 1]]}
    ${"2026-01-01"} | ${5}  | ${[["never", 4]]}
  `("on $on a debit of $debit takes $draws: what expires first, nothing that has", ({ on, debit, draws }) => {
    const lots = [lot("never", 4), lot("late", 4, "2025-12-31"), lot("early", 4, "2025-03-31")]
    const found = debitOf({ account: { ...holding({ floor: -1 }).account, balance: 12 }, lots }, debit, on)
    expect(!isRefusal(found) && found.draws.map(({ lotId, seconds }) => [lotId, seconds])).toEqual(draws)
  })
})

const openBank = async (given: object = {}) => {
  const firm = await openFirm()
  const company = { number: "K1", name: "Granen", country: "SE", currency: "SEK" }
  const customer = await firm.anna.parties.companies.create(company)
  const bank = await firm.anna.timeBank.open({ customer: customer.id, name: "TB1", ...given })
  const { timeBank } = firm.anna
  const balance = async (asOf?: string) =>
    (await timeBank.balance({ account: bank.id, ...(asOf === undefined ? {} : { asOf: asOf as "2025-01-01" }) }))
      .balance / HOUR
  return { ...firm, bank, customer, timeBank, balance }
}

test("PO-40 top up 100 h, debit 2.5 h and 1.25 h in March: 96.25 h at the end, 100 h before", async () => {
  const { bank, timeBank, balance, engine } = await openBank()
  const move = { account: bank.id, seconds: 100 * HOUR, effectiveOn: "2025-01-10" } as const
  const hourPrice = { minor: 900_00, currency: "SEK" }
  expect(await timeBank.topUp({ ...move, hourPrice })).toMatchObject({
    kind: "topUp",
    hourPrice,
    balanceAfter: 360_000,
  })
  await timeBank.debit({ account: bank.id, seconds: 2.5 * HOUR, effectiveOn: "2025-03-04" })
  await timeBank.debit({ account: bank.id, seconds: 1.25 * HOUR, effectiveOn: "2025-03-18", note: "pump" })
  expect(await balance("2025-03-31")).toBe(96.25)
  expect(await balance("2025-03-17")).toBe(97.5)
  expect(await balance("2025-02-28")).toBe(100)
  expect(await balance("2025-01-09")).toBe(0)
  expect(await balance()).toBe(96.25)
  expect(await engine.journal.verify({ tenant: "fjall" })).toMatchObject({ broken: null })
})

test("PO-39 an account is a customer's: one that nobody has is refused", async () => {
  const { timeBank, bank, customer } = await openBank()
  expect(bank).toMatchObject({ customer: customer.id, balance: 0, status: "open", roundUpMinutes: 1 })
  await expect(timeBank.open({ customer: NOBODY, name: "TB" })).rejects.toMatchObject({ _tag: "NotFound" })
  await expect(timeBank.topUp({ account: NOBODY, seconds: 1, effectiveOn: "2025-01-01" })).rejects.toMatchObject({
    _tag: "NotFound",
  })
})

test("PO-40 an entry is reversed at most once, also by 20 calls at once, and a reversal never", async () => {
  const { bank, timeBank, balance } = await openBank()
  await timeBank.topUp({ account: bank.id, seconds: 10 * HOUR, effectiveOn: "2025-01-10" })
  const debit = await timeBank.debit({ account: bank.id, seconds: 4 * HOUR, effectiveOn: "2025-02-01" })
  const reverse = (entry: typeof debit.id) =>
    timeBank.reverse({ account: bank.id, entry, note: "wrong customer" }).result()
  const all = await Promise.all(Array.from({ length: 20 }, () => reverse(debit.id)))
  const done = all.filter(({ ok }) => ok)
  expect(done).toHaveLength(1)
  expect(all.flatMap((outcome) => (outcome.ok ? [] : [outcome.error._tag]))).toEqual(Array(19).fill("AlreadyReversed"))
  expect(await balance()).toBe(10)
  const [first] = done
  if (!first?.ok) throw new Error("no reversal")
  expect(first.value).toMatchObject({
    kind: "reversal",
    moved: 4 * HOUR,
    effectiveOn: "2025-02-01",
    reverses: debit.id,
  })
  expect(await reverse(first.value.id)).toMatchObject({ error: { _tag: "AlreadyReversed" } })
})

test("an entry of another account is not there", async () => {
  const { bank, customer, timeBank } = await openBank()
  const other = await timeBank.open({ customer: customer.id, name: "TB2" })
  const entry = await timeBank.topUp({ account: bank.id, seconds: HOUR, effectiveOn: "2025-01-10" })
  const given = { account: other.id, entry: entry.id, note: "x" }
  await expect(timeBank.reverse(given)).rejects.toMatchObject({ _tag: "NotFound", params: { entity: "timeBankEntry" } })
})

test("50 debits at once of a bank with room for 7 make 7", async () => {
  const { bank, timeBank, balance } = await openBank()
  await timeBank.topUp({ account: bank.id, seconds: 7.5 * HOUR, effectiveOn: "2025-01-10" })
  const debit = () => timeBank.debit({ account: bank.id, seconds: HOUR, effectiveOn: "2025-02-01" }).result()
  const all = await Promise.all(Array.from({ length: 50 }, debit))
  expect(all.filter(({ ok }) => ok)).toHaveLength(7)
  expect(await balance()).toBe(0.5)
})

test.each([1.5, 2 ** 53, 3_600_000_001, "3600"])("%j seconds are no time", async (seconds) => {
  const { bank, timeBank } = await openBank()
  const given = { account: bank.id, seconds: seconds as never, effectiveOn: "2025-01-10" } as const
  await expect(timeBank.topUp(given)).rejects.toMatchObject({ _tag: "InvalidInput" })
})

test("property: the balance is the sum of its entries and that of a plain ledger, whatever is sent", async () => {
  const day = fc.integer({ min: 1, max: 28 }).map((n) => `2025-03-${String(n).padStart(2, "0")}` as LocalDate)
  const move = fc.record({
    verb: fc.constantFrom("topUp" as const, "debit" as const, "reverse" as const),
    seconds: fc.integer({ min: -100, max: 20_000 }),
    on: day,
    pick: fc.nat(),
    again: fc.boolean(),
  })
  const limits = fc.record({
    floor: fc.integer({ min: -7200, max: 0 }),
    roundUpMinutes: fc.constantFrom(1, 15, 60),
  })
  await fc.assert(
    fc.asyncProperty(limits, fc.array(move, { maxLength: 25 }), async (given, moves) => {
      const { bank, timeBank, engine } = await openBank(given)
      const model: { id: string; moved: number; on: string; open: boolean }[] = []
      const sum = (until = "2025-12-31") =>
        model.filter(({ on }) => on <= until).reduce((total, { moved }) => total + moved, 0)
      for (const [index, { verb, seconds, on, pick, again }] of moves.entries()) {
        const options = { idempotencyKey: `m${index}` }
        const target = model[pick % Math.max(1, model.length)]
        const send = () =>
          verb === "reverse"
            ? timeBank
                .reverse({ account: bank.id, entry: (target?.id ?? NOBODY) as typeof NOBODY, note: "x" }, options)
                .result()
            : timeBank[verb]({ account: bank.id, seconds, effectiveOn: on }, options).result()
        const outcome = await send()
        if (again) expect(await send()).toMatchObject({ ok: outcome.ok, replayed: true })
        const step = given.roundUpMinutes === 1 ? 1 : given.roundUpMinutes * 60
        const wanted =
          verb === "topUp" ? seconds : verb === "debit" ? -Math.ceil(seconds / step) * step : -(target?.moved ?? 0)
        const isPossible =
          (verb === "reverse" ? target?.open === true : seconds > 0) && (wanted >= 0 || sum() + wanted >= given.floor)
        expect(outcome.ok, JSON.stringify({ verb, seconds, wanted, balance: sum() })).toBe(isPossible)
        if (!outcome.ok) continue
        if (verb === "reverse" && target) target.open = false
        const { id, moved, effectiveOn, balanceAfter } = outcome.value
        model.push({ id, moved: moved, on: effectiveOn, open: verb !== "reverse" })
        expect([moved, balanceAfter]).toEqual([wanted, sum()])
      }
      for (const asOf of ["2025-03-01", "2025-03-14", "2025-03-28"] as const)
        expect((await timeBank.balance({ account: bank.id, asOf })).balance).toBe(sum(asOf))
      expect((await timeBank.balance({ account: bank.id })).balance).toBe(sum())
      const count = model.length
      expect(await timeBank.reconcile({ account: bank.id })).toMatchObject({
        holds: true,
        balance: sum(),
        entries: count,
      })
      const { broken, entries } = await engine.journal.verify({ tenant: "fjall" })
      expect([broken, entries]).toEqual([null, count + 3])
      await engine.close()
    }),
    { numRuns: 25 },
  )
})
