/**
 * The tenant's belt: where the database itself keeps tenants apart (row-level security), it is told before each call
 * whose rows the call is about. A statement that forgot its tenant would then see nothing of others'.
 */
import type { Transaction } from "@anbud/core"
import { TENANT_OF_ALL } from "./differences.ts"

/** Tells the database whose rows the next statements are about. */
export type Tell = (tenant: string) => Promise<unknown>

/** Whose rows a call is about. */
const tenantOf: { readonly [K in Guarded]: (...given: Parameters<Transaction[K]>) => string } = {
  select: ({ tenant }) => tenant,
  count: ({ tenant }) => tenant,
  sum: ({ tenant }) => tenant,
  tabulate: ({ tenant }) => tenant,
  take: ({ tenant }) => tenant,
  tenants: () => TENANT_OF_ALL,
  claim: ({ tenant }) => tenant,
  settle: ({ tenant }) => tenant,
  lock: (_table, tenant) => tenant,
  insert: (_table, tenant) => tenant,
  update: (_table, tenant) => tenant,
  remove: (_table, tenant) => tenant,
  removeWhere: (_table, tenant) => tenant,
  next: (tenant) => tenant,
}

type Guarded = Exclude<keyof Transaction, "savepoint" | "rollbackTo">

/** A transaction that tells the database the tenant of each call, where it is another one than before. */
export const belted = (transaction: Transaction, tell: Tell): Transaction => {
  /** Unknown, too, after `rollbackTo`, which takes back what the database was told. */
  let told: string | null = null
  let last: Promise<unknown> = Promise.resolve()
  // One call at a time: what the database was told must still hold when the call's last statement runs.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
  const guarded = Object.entries(tenantOf).map(([name, tenantIn]) => {
    const call = transaction[name as Guarded] as (...given: unknown[]) => Promise<unknown>
    const run = (...given: unknown[]): Promise<unknown> =>
      inTurn(async () => {
        const tenant = (tenantIn as (...given: unknown[]) => string)(...given)
        if (tenant !== told) {
          told = null
          await tell(tenant)
          told = tenant
        }
        return call(...given)
      })
    return [name, run]
  })
  return {
    ...(Object.fromEntries(guarded) as Pick<Transaction, Guarded>),
    savepoint: (name) => inTurn(() => transaction.savepoint(name)),
    rollbackTo: (name) =>
      inTurn(async () => {
        told = null
        await transaction.rollbackTo(name)
      }),
  }
}
