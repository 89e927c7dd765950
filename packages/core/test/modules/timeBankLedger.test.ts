/** The time bank as a ledger: lots, money, transfers, what is known when, closed periods, and reconciling. */
import { type Instant, isRefusal, type LocalDate, TimeBankAccount, TimeBankEntry } from "@anbud/core"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { reconciled } from "../../src/kernel/ledger/reconcile.ts"
import { patch } from "../workshop.ts"
import { openFirm, seeds } from "./firm.ts"

const HOUR = 3600
const sek = (minor: number) => ({ minor, currency: "SEK" })

const openBank = async (given: object = {}) => {
  const firm = await openFirm()
  const company = { number: "K1", name: "Granen", country: "SE", currency: "SEK" }
  const { id: customer } = await firm.anna.parties.companies.create(company)
  const { timeBank } = firm.anna
  const open = async (name: string, more: object = {}) => (await timeBank.open({ customer, name, ...more })).id
  const account = await open("TB1", given)
  const balance = async (asOf: string | null = null, knownAt: string | null = null, of = account) =>
    (await timeBank.balance({ account: of, asOf, knownAt } as never)).balance
  const tag = async (call: PromiseLike<unknown>) =>
    call.then(
      () => "done",
      (error) => (isRefusal(error) ? error._tag : error),
    )
  const lots = async (of = account) =>
    (await timeBank.lots.list({ where: { account: of }, order: [{ field: "boughtOn" }] })).items.map(
      ({ size, left, price, recognised }) => [size, left, price.minor, recognised.minor],
    )
  return { ...firm, customer, timeBank, open, account, balance, tag, lots }
}

describe("lots", () => {
  test("a top-up is worth its hours, and what is drawn of it is earned: 100 h at 900, debits of 2.5 h and 1.25 h", async () => {
    const { timeBank, account, lots } = await openBank()
    await timeBank.topUp({ account, effectiveOn: "2025-01-10", seconds: 100 * HOUR, hourPrice: sek(900_00) })
    await timeBank.debit({ account, effectiveOn: "2025-03-04", seconds: 2.5 * HOUR })
    const { draws } = await timeBank.debit({ account, effectiveOn: "2025-03-18", seconds: 1.25 * HOUR })
    expect(draws).toMatchObject([{ seconds: 1.25 * HOUR, valueMinor: 1_125_00 }])
    expect(await lots()).toEqual([[100 * HOUR, 96.25 * HOUR, 90_000_00, 3_375_00]])
  })

  test("expire once, on their last day, and what is expired is drawn no more", async () => {
    const { timeBank, account, balance, tag } = await openBank({ expiryMonths: 2 })
    await timeBank.topUp({ account, effectiveOn: "2025-01-10", seconds: 5 * HOUR })
    await timeBank.topUp({ account, effectiveOn: "2025-03-01", seconds: HOUR, expiresOn: "2025-12-31" })
    const debit = (effectiveOn: "2025-03-09" | "2025-03-10", hours: number) =>
      timeBank.debit({ account, effectiveOn, seconds: hours * HOUR })
    await debit("2025-03-09", 2)
    expect(await tag(debit("2025-03-10", 2))).toBe("InsufficientBalance")
    expect((await timeBank.expire({ account, asOf: "2025-03-09" })).expired).toBe(0)
    expect((await timeBank.expire({ account, asOf: "2025-03-10" })).expired).toBe(1)
    expect((await timeBank.expire({ account, asOf: "2025-03-10" })).expired).toBe(0)
    expect([await balance("2025-03-08"), await balance("2025-03-09")]).toEqual([6 * HOUR, HOUR])
    expect(await timeBank.reconcile({ account })).toMatchObject({ holds: true, overdraft: 0, leftInLots: HOUR })
  })

  test.each`
    booked                 | left | expired
    ${"before the expiry"} | ${3} | ${0}
    ${"after it"}          | ${0} | ${3}
  `("work of a day on which a lot was good draws that lot, $booked", async ({ booked, left, expired }) => {
    const { timeBank, account, balance, lots } = await openBank()
    await timeBank.topUp({
      account,
      effectiveOn: "2025-01-10",
      seconds: 5 * HOUR,
      expiresOn: "2025-03-01",
      hourPrice: sek(100_00),
    })
    await timeBank.topUp({ account, effectiveOn: "2025-01-10", seconds: 9 * HOUR, expiresOn: "2025-12-31" })
    if (booked === "after it") await timeBank.expire({ account, asOf: "2025-03-10" })
    const debit = await timeBank.debit({ account, effectiveOn: "2025-03-01", seconds: 2 * HOUR, note: "Late" })
    expect(debit).toMatchObject({ kind: "debit", draws: [{ seconds: 2 * HOUR, valueMinor: 200_00 }] })
    expect(await lots()).toContainEqual([5 * HOUR, left * HOUR, 500_00, left === 0 ? 500_00 : 200_00])
    expect(await balance("2025-03-01")).toBe((12 - expired) * HOUR)
    expect(await timeBank.reconcile({ account })).toMatchObject({ holds: true, leftInLots: (9 + left) * HOUR })
  })

  test("a late debit reverses only the expiry that it needs, says why, and can be undone", async () => {
    const { timeBank, account, balance } = await openBank()
    for (const expiresOn of ["2025-02-01", "2025-02-15", "2025-03-01"] as const)
      await timeBank.topUp({ account, effectiveOn: "2025-01-10", seconds: HOUR, expiresOn })
    await timeBank.expire({ account, asOf: "2025-03-10" })
    const late = { account, effectiveOn: "2025-02-10", note: "Booked in March" } as const
    const { id } = await timeBank.debit({ ...late, seconds: 1800 })
    const entries = async () =>
      (await timeBank.entries.list({ where: { account }, order: [{ field: "number" }] })).items.map(
        ({ kind, moved, effectiveOn, note }) => `${kind} ${moved} on ${effectiveOn}${note ? `: ${note}` : ""}`,
      )
    expect((await entries()).slice(6)).toEqual([
      "reversal 3600 on 2025-02-15: Booked in March",
      "debit -1800 on 2025-02-10: Booked in March",
      "expiry -1800 on 2025-02-15: Booked in March",
    ])
    expect(await balance()).toBe(0)
    await timeBank.reverse({ account, entry: id, note: "Wrong customer" })
    expect(await balance()).toBe(1800)
    expect((await timeBank.expire({ account, asOf: "2025-03-10" })).expired).toBe(1)
    await timeBank.debit({ ...late, seconds: 2 * HOUR })
    await expect(timeBank.debit({ ...late, seconds: 1 })).rejects.toMatchObject({ params: { available: 0 } })
    expect(await timeBank.reconcile({ account })).toMatchObject({ holds: true, leftInLots: 0, balance: 0 })
  })

  test("a late debit whose lots come back on a balance at its limit is refused and not rounded", async () => {
    const { timeBank, account, tag } = await openBank({ unit: "money" })
    const amount = sek(Number.MAX_SAFE_INTEGER)
    await timeBank.topUp({ account, effectiveOn: "2025-01-10", amount: sek(100_00), expiresOn: "2025-02-01" })
    await timeBank.expire({ account, asOf: "2025-03-10" })
    await timeBank.topUp({ account, effectiveOn: "2025-03-10", amount })
    const debit = (effectiveOn: LocalDate) => timeBank.debit({ account, effectiveOn, amount: sek(1_00) })
    expect(await tag(debit("2025-02-01"))).toBe("BalanceOutOfRange")
    expect(await tag(debit("2025-02-02"))).toBe("done")
    expect(await timeBank.reconcile({ account })).toMatchObject({ holds: true })
  })

  test("no expiry comes before its day is over", async () => {
    const { timeBank, account } = await openBank()
    await timeBank.topUp({ account, effectiveOn: "2025-01-10", seconds: HOUR, expiresOn: "2025-12-31" })
    expect((await timeBank.expire({ account, asOf: "2026-01-01" })).expired).toBe(0)
  })

  test("property: what debits take does not hang on when the lots expire", async () => {
    const day = fc.integer({ min: 1, max: 28 }).map((n) => `2025-02-${String(n).padStart(2, "0")}` as LocalDate)
    const bought = fc.array(fc.record({ seconds: fc.integer({ min: 1, max: 9 }), expiresOn: day }), { maxLength: 4 })
    const work = fc.array(
      fc.record({ seconds: fc.integer({ min: 1, max: 5 }), on: day, expiredBefore: fc.boolean() }),
      {
        maxLength: 8,
      },
    )
    const firm = await openBank()
    const { timeBank, open, tag, lots } = firm
    const given = fc.record({
      bought,
      work,
      overdraft: fc.constantFrom("block", "spill"),
      floor: fc.integer({ min: -3, max: 0 }),
    })
    await fc.assert(
      fc.asyncProperty(given, async ({ bought, work, ...limits }) => {
        const ends = []
        for (const isEager of [false, true]) {
          const account = await open("TB", limits)
          for (const [at, each] of bought.entries())
            await timeBank.topUp({ account, effectiveOn: `2025-01-1${at}` as LocalDate, ...each })
          const said = []
          for (const { seconds, on: effectiveOn, expiredBefore } of work) {
            if (isEager && expiredBefore) await timeBank.expire({ account, asOf: "2025-03-01" })
            said.push(await tag(timeBank.debit({ account, effectiveOn, seconds })))
          }
          await timeBank.expire({ account, asOf: "2025-03-01" })
          const { holds, balance } = await timeBank.reconcile({ account })
          const spilled = (await timeBank.entries.list({ where: { account, kind: "debit" } })).items.map(
            (entry) => entry.spilled,
          )
          ends.push({ said, holds, balance, lots: await lots(account), spilled: spilled.sort() })
        }
        expect(ends[0]?.holds).toBe(true)
        expect(ends[1]).toEqual(ends[0])
      }),
      { numRuns: 25 },
    )
  })

  test.each`
    overdraft  | floor | hours  | moved   | spilled | balance
    ${"spill"} | ${0}  | ${2.5} | ${-1}   | ${1.5}  | ${0}
    ${"spill"} | ${0}  | ${1}   | ${-1}   | ${0}    | ${0}
    ${"spill"} | ${-1} | ${2.5} | ${-2}   | ${0.5}  | ${-1}
    ${"block"} | ${-2} | ${2.5} | ${-2.5} | ${0}    | ${-1.5}
  `("an hour, floor $floor, $overdraft: $hours h take $moved and spill $spilled", async (row) => {
    const { timeBank, account, balance } = await openBank({ overdraft: row.overdraft, floor: row.floor * HOUR })
    await timeBank.topUp({ account, effectiveOn: "2025-01-10", seconds: HOUR })
    const debit = () => timeBank.debit({ account, effectiveOn: "2025-03-01", seconds: row.hours * HOUR })
    const entry = await debit()
    expect(entry).toMatchObject({ moved: row.moved * HOUR, spilled: row.spilled * HOUR })
    expect(await balance()).toBe(row.balance * HOUR)
    if (row.overdraft === "block" || row.spilled === 0) return
    const nothing = await debit()
    expect(nothing).toMatchObject({ moved: 0, spilled: row.hours * HOUR, draws: [] })
    await timeBank.reverse({ account, entry: nothing.id, note: "x" })
    await timeBank.reverse({ account, entry: entry.id, note: "x" })
    expect(await timeBank.reconcile({ account })).toMatchObject({ holds: true, balance: HOUR })
  })

  test("by the nightly job too, for every account", async () => {
    const { engine, clock, timeBank, account, balance } = await openBank({ expiryMonths: 2 })
    await timeBank.topUp({ account, effectiveOn: "2025-01-10", seconds: 5 * HOUR })
    const stop = new AbortController()
    const onProgress = ({ kind }: { readonly kind: string }): void => {
      if (kind === "timeBank.expireUnused") stop.abort()
    }
    const working = engine.work({ signal: stop.signal, pollMilliseconds: 10, onProgress })
    // The schedule begins with the worker; its first night comes a day later.
    while ((await engine.health()).workers.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    clock.set("2025-03-15T08:00:00.000Z" as Instant)
    await working
    expect(await balance()).toBe(0)
  })

  test("the next top-up covers the overdraft first", async () => {
    const { timeBank, account, lots } = await openBank({ floor: -2 * HOUR })
    await timeBank.debit({ account, effectiveOn: "2025-03-01", seconds: 2 * HOUR })
    await timeBank.topUp({ account, effectiveOn: "2025-03-02", seconds: 5 * HOUR, hourPrice: sek(100_00) })
    expect(await lots()).toEqual([[5 * HOUR, 3 * HOUR, 500_00, 200_00]])
    expect(await timeBank.reconcile({ account })).toMatchObject({ holds: true, balance: 3 * HOUR, overdraft: 0 })
  })
})

test("an account in money counts minor units of its currency, and nothing else", async () => {
  const { timeBank, account, open, balance, tag } = await openBank()
  const purse = await open("Purse", { unit: "money" })
  await timeBank.topUp({ account: purse, effectiveOn: "2025-03-01", amount: sek(1_000_00) })
  await timeBank.debit({ account: purse, effectiveOn: "2025-03-02", amount: sek(250_50) })
  expect(await balance(null, null, purse)).toBe(749_50)
  const on = { effectiveOn: "2025-03-02" } as const
  expect(await tag(timeBank.debit({ account: purse, ...on, seconds: 5 }))).toBe("WrongUnit")
  expect(await tag(timeBank.debit({ account: purse, ...on, amount: { minor: 1, currency: "NOK" } }))).toBe("WrongUnit")
  expect(await tag(timeBank.debit({ account, ...on, amount: sek(1) }))).toBe("WrongUnit")
  expect(await tag(timeBank.debit({ account, ...on }))).toBe("WrongUnit")
  expect(await tag(timeBank.debit({ account: purse, ...on, amount: sek(749_51) }))).toBe("InsufficientBalance")
})

test("row 81: what is for one source is posted once, whoever tries again", async () => {
  const { timeBank, account, balance, tag } = await openBank()
  await timeBank.topUp({ account, effectiveOn: "2025-03-01", seconds: 5 * HOUR, source: "invoice/1001" })
  const debit = () => timeBank.debit({ account, effectiveOn: "2025-03-02", seconds: HOUR, source: "timeEntry/7" })
  const all = await Promise.all(Array.from({ length: 10 }, () => tag(debit())))
  expect(all.sort()).toEqual([...Array(9).fill("AlreadyPosted"), "done"])
  expect(await balance()).toBe(4 * HOUR)
})

test("the balance of a day is as it was known at an instant: a late entry rewrites no old statement", async () => {
  const { clock, timeBank, account, balance } = await openBank()
  await timeBank.topUp({ account, effectiveOn: "2025-03-01", seconds: 5 * HOUR })
  const known = clock.now()
  clock.set("2025-03-15T08:00:00.000Z" as Instant)
  await timeBank.debit({ account, effectiveOn: "2025-03-02", seconds: HOUR })
  expect(await balance("2025-03-10", known)).toBe(5 * HOUR)
  expect(await balance("2025-03-10")).toBe(4 * HOUR)
  expect(await balance("2025-03-01")).toBe(5 * HOUR)
})

test("row 82: a closed period takes no debit, top-up or reversal, and never opens again; what expires comes after it", async () => {
  const { timeBank, account, tag, balance } = await openBank()
  await timeBank.topUp({ account, effectiveOn: "2025-01-10", seconds: 5 * HOUR, expiresOn: "2025-02-10" })
  const { id: entry } = await timeBank.debit({ account, effectiveOn: "2025-02-01", seconds: HOUR })
  await timeBank.closePeriod({ account, through: "2025-02-28" })
  expect(await timeBank.closePeriod({ account, through: "2025-01-31" })).toMatchObject({ closedThrough: "2025-02-28" })
  const at = { account, seconds: HOUR } as const
  expect(await tag(timeBank.debit({ ...at, effectiveOn: "2025-02-28" }))).toBe("PeriodClosed")
  expect(await tag(timeBank.topUp({ ...at, effectiveOn: "2025-02-28" }))).toBe("PeriodClosed")
  expect(await tag(timeBank.reverse({ account, entry, note: "x" }))).toBe("PeriodClosed")
  await timeBank.expire({ account, asOf: "2025-03-10" })
  expect([await balance("2025-02-28"), await balance("2025-03-01")]).toEqual([4 * HOUR, 0])
})

test("a transfer is an entry in each account, moves lots with their last days, and is reversed once and as a whole", async () => {
  const { timeBank, account, open, balance, tag, lots } = await openBank()
  const other = await open("TB2")
  await timeBank.topUp({
    account,
    effectiveOn: "2025-03-01",
    seconds: 5 * HOUR,
    expiresOn: "2025-12-31",
    hourPrice: sek(900_00),
  })
  const effectiveOn = "2025-03-05" as const
  const { id } = await timeBank.transfer({ from: account, to: other, effectiveOn, seconds: 2 * HOUR })
  expect([await balance(), await balance(null, null, other)]).toEqual([3 * HOUR, 2 * HOUR])
  expect(await lots(other)).toEqual([[2 * HOUR, 2 * HOUR, 1_800_00, 0]])
  expect((await timeBank.lots.list({ where: { account: other } })).items[0]).toMatchObject({ expiresOn: "2025-12-31" })
  const [half] = (await timeBank.entries.list({ where: { account: other } })).items
  expect(await tag(timeBank.reverse({ account: other, entry: half?.id as never, note: "x" }))).toBe("PartOfTransfer")
  const back = () => timeBank.reverseTransfer({ from: account, to: other, transfer: id, note: "wrong" })
  await timeBank.debit({ account: other, effectiveOn, seconds: HOUR })
  expect(await tag(back())).toBe("InsufficientBalance")
  await timeBank.topUp({ account: other, effectiveOn, seconds: HOUR })
  expect(await Promise.all([tag(back()), tag(back())])).toEqual(expect.arrayContaining(["done", "AlreadyReversed"]))
  expect([await balance(), await balance(null, null, other)]).toEqual([5 * HOUR, 0])
  expect(await tag(timeBank.transfer({ from: account, to: account, effectiveOn, seconds: HOUR }))).toBe("WrongUnit")
  for (const one of [account, other]) expect(await timeBank.reconcile({ account: one })).toMatchObject({ holds: true })
})

test("an account is frozen, opened and, at 0, closed for good", async () => {
  const { timeBank, account, tag } = await openBank()
  await timeBank.topUp({ account, effectiveOn: "2025-03-01", seconds: HOUR })
  const set = (status: "open" | "frozen" | "closed") => tag(timeBank.setStatus({ account, status }))
  const debit = () => tag(timeBank.debit({ account, effectiveOn: "2025-03-02", seconds: HOUR }))
  expect(await set("closed")).toBe("BalanceLeft")
  expect([await set("frozen"), await debit(), await set("open"), await debit(), await set("closed")]).toEqual([
    ...["done", "AccountClosed", "done", "done", "done"],
  ])
  expect([await debit(), await set("open")]).toEqual(["AccountClosed", "AccountClosed"])
})

describe("reconciling", () => {
  const account = { name: "TB1", balance: 5, floor: 0, entryCount: 2, closedThrough: null }
  const entry = (number: number, moved: number, balanceAfter: number, reverses: string | null = null) => ({
    ...{ id: `e${number}`, kind: "debit", number, moved, balanceAfter, reverses },
  })

  test.each([
    ["nothing", account, [entry(1, 7, 7), entry(2, -2, 5)], /^$/],
    ["a sum", { ...account, balance: 6 }, [entry(1, 7, 7), entry(2, -2, 5)], /the balance is 6/],
    ["a link", account, [entry(1, 7, 7), entry(2, -2, 4)], /entry 2 says/],
    ["a missing entry", account, [entry(1, 7, 7), entry(3, -2, 5)], /entry 2 has the number 3/],
    ["a count", { ...account, entryCount: 3 }, [entry(1, 7, 7), entry(2, -2, 5)], /counts 3/],
    ["the floor", { ...account, balance: -1 }, [entry(1, 7, 7), entry(2, -8, -1)], /below 0/],
    [
      "a second reversal",
      { ...account, balance: -7, floor: -9, entryCount: 3 },
      [entry(1, 7, 7), entry(2, -7, 0, "e1"), entry(3, -7, -7, "e1")],
      /more than once/,
    ],
    ["half a reversal", { ...account, balance: 4 }, [entry(1, 7, 7), entry(2, -3, 4, "e1")], /does not undo/],
  ] as const)("finds %s", (_, given, entries, finding) => {
    expect(reconciled(given, entries).findings.join()).toMatch(finding)
  })

  test("the database refuses a balance below its floor, and an entry is never changed, whoever writes it", async () => {
    const { anna, timeBank, account } = await openBank()
    const { id } = await timeBank.topUp({ account, effectiveOn: "2025-03-01", seconds: HOUR })
    seeds.set("below", async (ctx) => [
      patch(TimeBankAccount, await ctx.read.get(TimeBankAccount, account), { balance: -1 }),
    ])
    seeds.set("change", async (ctx) => [
      patch(TimeBankEntry, await ctx.read.get(TimeBankEntry, id), { moved: 1 } as never),
    ])
    for (const seed of ["below", "change"]) await expect(anna.seed.write({ seed })).rejects.toThrow()
    expect(await timeBank.reconcile({ account })).toMatchObject({ holds: true, balance: HOUR })
  })
})
