/** What one command writes: every decision in it sees what was decided before; one version, one entry, in the end. */
import { sqlite } from "@anbud/adapter-sqlite"
import {
  add,
  type Change,
  type Changes,
  children,
  command,
  create,
  createEngine,
  entity,
  fixedClock,
  type Id,
  inTransaction,
  integer,
  isRefusal,
  json,
  lock,
  optional,
  patch,
  plugin,
  price,
  ref,
  refusal,
  remove,
  text,
} from "@anbud/core"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { organisation } from "../src/modules/organisation/organisation.ts"
import { closing, NOBODY, TENANT } from "./workshop.ts"

const Slip = entity("slip", { moved: integer() })
const Account = entity("account", {
  name: text(),
  balance: integer(),
  note: optional(text()),
  hourPrice: optional(price()),
  next: optional(ref((): { readonly name: "account" } => Account)),
  slips: children(Slip, { by: "account" }),
})

const Overdrawn = refusal(
  "Overdrawn",
  { balance: integer() },
  { en: "Only {balance} is left.", sv: "Bara {balance} är kvar." },
)

/** Moves a balance and adds a slip; reads the balance by every kind of read, which must all agree. */
const move = command({
  input: { account: Account.id, by: integer() },
  refuses: [Overdrawn],
  locks: (input) => [lock(Account, input.account)],
  decide: async (ctx, input) => {
    const account = await ctx.read.get(Account, input.account)
    const [found] = await ctx.read.find(Account, { balance: account.balance, id: account.id })
    const slips = await ctx.read.children(Slip, account.id)
    const sum = await ctx.read.sum(Account, "balance", { id: account.id })
    expect([found?.balance, sum]).toEqual([account.balance, account.balance])
    expect(await ctx.read.count(Account, { id: account.id, balance: account.balance })).toBe(1)
    expect(slips.reduce((total, { moved }) => total + moved, 0)).toBe(account.balance)
    if (account.balance + input.by < 0) return new Overdrawn({ balance: account.balance })
    const changes = [
      patch(Account, account, { balance: account.balance + input.by }),
      add(Slip, account.id, { moved: input.by }),
    ]
    return { changes, outcome: { account: account.id } }
  },
  answer: (read, { account }) => read.get(Account, account),
})

/** A tree of moves: a refused branch is undone with all below it, and its caller goes on. */
interface Tree {
  readonly by: number
  readonly below: readonly Tree[]
  readonly fails: boolean
}
const Failed = refusal("BranchFailed", {}, { en: "This branch fails.", sv: "Den här grenen misslyckas." })

const levels = Array.from({ length: 4 }, (_, level) =>
  command({
    input: { account: Account.id, tree: json<Tree>() },
    refuses: [Failed],
    locks: (input) => [lock(Account, input.account)],
    decide: async (ctx, { account, tree }) => {
      const tolerated = (call: Promise<unknown>): Promise<unknown> =>
        call.catch((error: unknown) => {
          if (!isRefusal(error)) throw error
        })
      await tolerated(ctx.call(move, { account, by: tree.by }))
      const below = levels[level + 1]
      if (below) for (const branch of tree.below) await tolerated(ctx.call(below, { account, tree: branch }))
      return tree.fails ? new Failed({}) : { changes: [], outcome: { account } }
    },
    answer: async () => null,
  }),
)

/** The same by arithmetic. */
const modelled = (balance: number, { by, below, fails }: Tree, level = 0): number => {
  let after = balance + by < 0 ? balance : balance + by
  if (level < 3) for (const branch of below) after = modelled(after, branch, level + 1)
  return fails ? balance : after
}

const rename = command({
  input: { account: Account.id, name: text() },
  refuses: [],
  decide: async (ctx, { account, name }) => {
    const read = await ctx.read.get(Account, account)
    return { changes: [patch(Account, read, { name })], outcome: {} }
  },
  answer: async () => null,
})
/** Inputs are plain data: the test holds the changes. */
const held: Change[] = []
const apply = command({
  input: {},
  refuses: [],
  decide: async () => ({ changes: held.splice(0), outcome: {} }),
  answer: async () => null,
})

type Decide = (ctx: Parameters<Parameters<typeof command>[0]["decide"]>[0]) => Promise<Changes>
let plan: Decide = async () => []
const run = command({
  input: {},
  refuses: [],
  decide: async (ctx) => ({ changes: await plan(ctx), outcome: {} }),
  answer: async () => null,
})

const bank = plugin("bank", {
  entities: [Account],
  collections: { accounts: Account },
  commands: {
    move,
    rename,
    apply,
    run,
    level0: levels[0]!,
    level1: levels[1]!,
    level2: levels[2]!,
    level3: levels[3]!,
  },
})

const opened = async <const M extends object>(more = {} as M) => {
  const plugins = { organisation, bank, ...more } as unknown as { organisation: typeof organisation; bank: typeof bank }
  const clock = fixedClock("2025-03-14T08:00:00.000Z")
  const engine = closing(await createEngine({ store: sqlite({ file: ":memory:" }), plugins, clock }))
  await engine.tenants.create(TENANT)
  const anna = engine.as({ tenant: TENANT.id, user: "anna" })
  const account = await anna.bank.accounts.create({ name: "A", balance: 10, slips: [{ moved: 10 }] })
  const last = async () => {
    const { seq } = await engine.journal.head({ tenant: TENANT.id })
    const { items: entries } = await anna.bank.accounts.history(account.id)
    return { seq, entry: entries.find(({ record }) => record === account.id) }
  }
  const doing = async (decide: Decide) => {
    plan = decide
    return anna.bank.run({})
  }
  return { engine, anna, account, last, doing }
}

describe("commands inside a command", () => {
  test("two calls on one account add up, with one version step, one seq and one change of the account", async () => {
    const { anna, account, last, doing } = await opened()
    const { seq } = await last()
    await doing(async (ctx) => {
      await ctx.call(move, { account: account.id, by: -3 })
      await ctx.call(move, { account: account.id, by: -4 })
      const { balance } = await ctx.read.get(Account, account.id)
      expect(balance).toBe(3)
      return []
    })
    expect(await anna.bank.accounts.get(account.id)).toMatchObject({ balance: 3, version: 2 })
    const after = await last()
    expect(after.seq).toBe(seq + 1)
    expect(after.entry).toMatchObject({ version: 2, before: { balance: 10 }, after: { balance: 3 } })
  })

  test("calls that are made at once run one after the other", async () => {
    const { anna, account, doing } = await opened()
    await doing(async (ctx) => {
      const calls = [-6, -6, -4].map((by) => ctx.call(move, { account: account.id, by }))
      const ended = await Promise.allSettled(calls)
      expect(ended.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"])
      return []
    })
    expect(await anna.bank.accounts.get(account.id)).toMatchObject({ balance: 0, version: 2 })
  })

  test("random trees of calls, some of which are refused, equal the arithmetic", async () => {
    const { engine, anna, account } = await opened()
    const tree: fc.Memo<Tree> = fc.memo((depth) =>
      fc.record({
        by: fc.integer({ min: -9, max: 9 }),
        below: depth > 1 ? fc.array(tree(depth - 1), { maxLength: 3 }) : fc.constant([]),
        fails: fc.boolean(),
      }),
    )
    let { balance, version } = await anna.bank.accounts.get(account.id)
    await fc.assert(
      fc.asyncProperty(tree(4), async (given) => {
        const expected = modelled(balance, given)
        const outcome = await anna.bank.level0({ account: account.id, tree: given }).result()
        expect(outcome.ok).toBe(!given.fails)
        const after = await anna.bank.accounts.get(account.id)
        expect(after.balance).toBe(expected)
        expect(after.version - version).toBeLessThanOrEqual(1)
        const slips = await anna.bank.accounts.parts(account.id, "slips")
        expect(slips.reduce((total, { moved }) => total + moved, 0)).toBe(expected)
        ;({ balance, version } = after)
      }),
      { numRuns: 40 },
    )
    expect((await engine.journal.verify({ tenant: TENANT.id })).broken).toBeNull()
  })

  test("a value that was read before a call that changed it is a bug, not a lost update", async () => {
    const { anna, account, doing } = await opened()
    const stale = doing(async (ctx) => {
      const before = await ctx.read.get(Account, account.id)
      await ctx.call(move, { account: account.id, by: -3 })
      return [patch(Account, before, { balance: before.balance - 1 })]
    })
    await expect(stale).rejects.toThrow("account.balance was changed inside the command after it was read")
    await doing(async (ctx) => {
      const before = await ctx.read.get(Account, account.id)
      await ctx.call(move, { account: account.id, by: -3 })
      return [patch(Account, before, { note: "other value" })]
    })
    expect(await anna.bank.accounts.get(account.id)).toMatchObject({ balance: 7, note: "other value", version: 2 })
  })

  test("a caller that goes on after a bug of what it called still fails", async () => {
    const { anna, account, doing } = await opened()
    const swallowing = doing(async (ctx) => {
      await ctx.call(move, { account: account.id, by: -3 })
      await ctx.call(run, {}).catch(() => undefined)
      return []
    })
    await expect(swallowing).rejects.toThrow("calls itself")
    expect(await anna.bank.accounts.get(account.id)).toMatchObject({ balance: 10, version: 1 })
  })
})

describe("one version, one change", () => {
  test("a record that the decision and a hook in the transaction change steps once and stands once in the journal", async () => {
    const hooked = plugin("hooked", {
      needs: ["bank"],
      entities: [],
      hooks: [
        inTransaction(run, async (ctx) => {
          const [account] = await ctx.read.find(Account)
          if (account) await ctx.call(move, { account: account.id, by: 5 })
          return []
        }),
      ],
    })
    const { anna, account, last, doing } = await opened({ hooked })
    await doing(async (ctx) => {
      const read = await ctx.read.get(Account, account.id)
      return [patch(Account, read, { note: "by the decision" })]
    })
    expect(await anna.bank.accounts.get(account.id)).toMatchObject({ balance: 15, version: 2 })
    const { items: entries } = await anna.bank.accounts.history(account.id)
    expect(entries.filter(({ record }) => record === account.id)).toHaveLength(2)
    expect((await last()).entry).toMatchObject({
      version: 2,
      by: "hooked",
      command: "bank.run",
      before: { balance: 10 },
      after: { balance: 15, note: "by the decision" },
    })
  })

  test("what is changed and changed back writes no entry and no version", async () => {
    const { anna, account, last, doing } = await opened()
    const before = await last()
    await doing(async (ctx) => {
      const read = await ctx.read.get(Account, account.id)
      await ctx.call(rename, { account: account.id, name: "B" })
      await ctx.call(rename, { account: account.id, name: read.name })
      return []
    })
    expect(await last()).toEqual(before)
    expect(await anna.bank.accounts.get(account.id)).toMatchObject({ name: "A", version: 1 })
  })

  test("a record that is made, changed and removed in one command leaves what is left of it", async () => {
    const { anna, account, last, doing } = await opened()
    await doing(async (ctx) => {
      const applied = async (change: Change) => {
        held.push(change)
        await ctx.call(apply, {})
      }
      const id = ctx.newId(Slip)
      await applied(add(Slip, account.id, { moved: 1 }, id))
      await applied(patch(Slip, { id }, { moved: 2 }))
      const [gone] = await ctx.read.children(Slip, account.id)
      const other = ctx.newId(Slip)
      await applied(add(Slip, account.id, { moved: 9 }, other))
      return [...(gone ? [remove(Slip, gone)] : []), remove(Slip, { id: other })]
    })
    const { seq } = await last()
    const slips = await anna.bank.accounts.parts(account.id, "slips")
    expect(slips.map(({ moved }) => moved)).toEqual([2])
    expect(await anna.bank.accounts.get(account.id)).toMatchObject({ version: 2 })
    expect(seq).toBe(3)
  })
})

describe("what a command may leave behind", () => {
  test("a missing reference is refused by entity, field and id, before the commit", async () => {
    const { anna } = await opened()
    const refused = await anna.bank.accounts.create({ name: "B", balance: 0, next: NOBODY }).result()
    const params = { table: "account", entity: "account", field: "next", id: NOBODY }
    expect(refused).toMatchObject({ ok: false, error: { _tag: "ReferenceMissing", params } })
    expect(!refused.ok && refused.error.message).toBe(`next of account refers to ${NOBODY}, which does not exist.`)
  })

  test("records of one command may refer to one another in any order", async () => {
    const { anna, doing } = await opened()
    await doing(async (ctx) => {
      const [a, b] = [ctx.newId(Account), ctx.newId(Account)]
      return [
        create(Account, a, { name: "a", balance: 0, next: b }),
        create(Account, b, { name: "b", balance: 0, next: a }),
      ]
    })
    expect((await anna.bank.accounts.list({ where: { next: { ne: NOBODY } } })).items).toHaveLength(2)
  })

  test("a part of a parent that does not exist is refused by name", async () => {
    const { doing } = await opened()
    const orphan = doing(async () => [add(Slip, NOBODY as Id, { moved: 1 })])
    await expect(orphan).rejects.toMatchObject({
      _tag: "ReferenceMissing",
      params: { entity: "slip", field: "parent", id: NOBODY },
    })
  })

  test("more than 1 000 records in one command are refused with the limit", async () => {
    const { anna, doing } = await opened()
    const many = (count: number) =>
      doing(async (ctx) =>
        Array.from({ length: count }, (_, i) => create(Account, ctx.newId(Account), { name: `${i}`, balance: 0 })),
      )
    await expect(many(1001)).rejects.toMatchObject({ _tag: "TooManyRecords", params: { most: 1000, given: 1001 } })
    expect((await anna.bank.accounts.list()).items).toHaveLength(1)
    await many(1000)
  })

  test("decimals that a command writes lose their trailing zeros in the record and in the journal", async () => {
    const { anna, account, last, doing } = await opened()
    await doing(async (ctx) => [
      patch(Account, await ctx.read.get(Account, account.id), { hourPrice: "950.5000" as never }),
    ])
    expect(await anna.bank.accounts.get(account.id)).toMatchObject({ hourPrice: "950.5" })
    const { seq, entry } = await last()
    expect(entry?.after).toEqual({ hourPrice: "950.5" })
    await doing(async (ctx) => [
      patch(Account, await ctx.read.get(Account, account.id), { hourPrice: "950.50" as never }),
    ])
    expect((await last()).seq).toBe(seq)
  })
})
