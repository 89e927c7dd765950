/** Random operations on a store: reads with every kind of condition, and transactions of several steps. */
import type { Claim, Condition, Select, Store, StoredRow, Transaction } from "@anbud/core"
import type { Operation } from "./compare.ts"
import type { Random } from "./random.ts"

const TENANTS = ["fjallservice", "other"]
const TEXTS = ["", "a", "Z", "å", "Å", "10 %", "a_b", "a\\b", "'", "\uFFFD", "\u{1F600}", "NULL", "{a,b}", "ab\n"]
const NUMBERS = [0, 1, -1, 12, 9_007_199_254_740_991, -9_007_199_254_740_991, 4_294_967_296]
const ROWS = 25

type StoreOperation = Operation<Store>
type Step = (tx: Transaction) => Promise<unknown>

/** A log of so many operations. */
export function* storeOperations(random: Random, count: number): Generator<StoreOperation> {
  for (let index = 0; index < count; index += 1) {
    if (random.oneIn(2)) yield readOperation(random)
    else yield writeOperation(random, index)
  }
}

/** All rows of all tables, to compare at the end. */
export const everything = (store: Store): Promise<unknown> =>
  store.read(async (reader) => {
    const found: unknown[] = []
    for (const tenant of TENANTS) {
      for (const table of ["company", "invoice", "claim", "counter"]) found.push(await reader.select({ table, tenant }))
    }
    return found
  })

const readOperation = (random: Random): StoreOperation => {
  const query = { table: "company", tenant: random.pick(TENANTS), where: condition(random, 4) } as const
  const kind = random.pick(["select", "select", "count", "sum"])
  if (kind === "count") return { kind, says: query, run: (store) => store.read((reader) => reader.count(query)) }
  if (kind === "sum") {
    const column = random.pick(["balance", "rank", "version"])
    return { kind, says: [query, column], run: (store) => store.read((reader) => reader.sum(query, column)) }
  }
  const order = random.pick(["name", "balance", "kind", "number", "is_active"])
  const select: Select = {
    ...query,
    order: [{ column: order, descending: random.oneIn(2) }],
    ...(random.oneIn(2) ? {} : { limit: random.below(5) }),
  }
  return { kind, says: select, run: (store) => store.read((reader) => reader.select(select)) }
}

const condition = (random: Random, depth: number): Condition => {
  const op = random.pick([
    "eq",
    "ne",
    "lt",
    "lte",
    "gt",
    "gte",
    "in",
    "isNull",
    "contains",
    "and",
    "or",
    "not",
    "exists",
  ] as const)
  if ((op === "and" || op === "or" || op === "not") && depth === 0) return { op: "isNull", column: "name" }
  if (op === "exists") return exists(random)
  if (op === "not") return { op, of: condition(random, depth - 1) }
  if (op === "and" || op === "or")
    return { op, of: Array.from({ length: random.below(4) }, () => condition(random, depth - 1)) }
  const isText = op === "contains" || random.oneIn(2)
  const column = isText
    ? random.pick(["name", "number", "profile", "kind"])
    : random.pick(["balance", "rank", "is_active"])
  if (op === "isNull") return { op, column }
  const value = (): string | number => (isText ? text(random) : random.pick(NUMBERS))
  if (op === "in") return { op, column, values: Array.from({ length: random.below(5) }, value) }
  // Once in a while a value of the wrong type.
  if (op === "contains") return { op, column, value: text(random) }
  return { op, column, value: random.oneIn(40) ? random.pick(["12", 1.5]) : value() }
}

const exists = (random: Random): Condition => {
  const on = random.pick([[["company", "id"]], [["id", "name"]], []] as const)
  const isCredit: Condition = { op: "isNull", column: "credits" }
  return { op: "exists", table: "invoice", on, ...(random.oneIn(2) ? { where: isCredit } : {}) }
}

const text = (random: Random): string => random.pick(TEXTS) + (random.oneIn(3) ? random.pick(TEXTS) : "")

const writeOperation = (random: Random, index: number): StoreOperation => {
  const made = Array.from({ length: 1 + random.below(3) }, () => step(random, index))
  const kind = made.length === 1 ? (made[0]?.kind ?? "") : "transaction"
  const isUndone = random.oneIn(6)
  return {
    kind: isUndone ? "undone" : kind,
    says: made.map(({ says }) => says),
    run: (store) =>
      store.write(async (tx) => {
        const results: unknown[] = []
        if (isUndone) await tx.savepoint("before")
        for (const { run } of made) results.push(await (isUndone ? run(tx).catch(tagOf) : run(tx)))
        if (isUndone) await tx.rollbackTo("before")
        return results
      }),
  }
}

const tagOf = (error: unknown): unknown => (error as { readonly _tag?: string })._tag ?? "bug"

const step = (random: Random, index: number): { kind: string; says: unknown; run: Step } => {
  const tenant = random.pick(TENANTS)
  const id = (): string => `c${random.below(ROWS)}`
  const kind = random.pick([
    "insert",
    "insert",
    "update",
    "update",
    "update",
    "remove",
    "invoice",
    "next",
    "claim",
    "lock",
  ])
  switch (kind) {
    case "insert": {
      const rows = Array.from({ length: 1 + random.below(2) }, () => company(random, index))
      return { kind, says: [tenant, rows], run: (tx) => tx.insert("company", tenant, rows) }
    }
    case "update": {
      const ids = [...new Set([id(), id(), id()])]
      const patches = ids.map((of) => ({ id: of, expectedVersion: random.oneIn(3) ? 1 : null, set: values(random) }))
      return { kind, says: [tenant, patches], run: (tx) => tx.update("company", tenant, patches) }
    }
    case "remove": {
      const ids = [id(), id()]
      return { kind, says: [tenant, ids], run: (tx) => tx.remove("company", tenant, ids) }
    }
    case "invoice": {
      const row = { id: `i${index}-${random.below(3)}`, company: id(), credits: random.oneIn(9) ? "i0-0" : null }
      return { kind, says: [tenant, row], run: (tx) => tx.insert("invoice", tenant, [row]) }
    }
    case "lock": {
      const ids = [id(), id()]
      return { kind, says: [tenant, ids], run: (tx) => tx.lock("company", tenant, ids) }
    }
    case "claim": {
      const key = `k${random.below(200)}`
      const claim: Claim = { tenant, actor: "ada", command: "c", key, requestHash: String(random.below(3)) }
      return { kind, says: claim, run: (tx) => claimed(tx, claim) }
    }
    default: {
      const counter = random.pick(["seq", "quote/2026"])
      return { kind, says: [tenant, counter], run: (tx) => tx.next(tenant, counter) }
    }
  }
}

const claimed = async (tx: Transaction, claim: Claim): Promise<unknown> => {
  const before = await tx.claim(claim)
  if (before === null) await tx.settle(claim, JSON.stringify({ of: claim.requestHash }))
  return before
}

const company = (random: Random, index: number): StoredRow => ({
  // Half of the ids and numbers are new; the others may be taken.
  id: random.oneIn(2) ? `c${random.below(ROWS)}` : `n${index}-${random.below(99)}`,
  version: 1,
  number: random.oneIn(9) ? `N${random.below(20)}` : `N${index}-${random.below(99)}`,
  name: random.oneIn(4) ? null : text(random),
  balance: random.oneIn(4) ? null : random.pick(NUMBERS),
  rank: random.oneIn(30) ? 0 : 1 + random.below(9),
  is_active: random.below(2),
  kind: random.oneIn(30) ? "partner" : random.pick(["customer", "supplier"]),
  profile: random.oneIn(3) ? null : JSON.stringify({ a: text(random) }),
})

const values = (random: Random): StoredRow => {
  const all: StoredRow = {
    name: text(random),
    balance: random.pick(NUMBERS),
    profile: null,
    rank: random.oneIn(20) ? 0 : 2,
  }
  return Object.fromEntries(Object.entries(all).filter(() => random.oneIn(2)))
}
