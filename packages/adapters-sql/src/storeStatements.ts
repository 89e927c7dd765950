/** Statements on the store's own tables: claims and counters. */
import { CLAIM_TABLE, type Claim, COUNTER_TABLE } from "@anbud/core"
import { sql } from "kysely"
import type { Compile } from "./compiler.ts"
import type { Statement } from "./differences.ts"
import { type StoredTables, TENANT } from "./storedTable.ts"

/** The statements behind `claim`, `settle` and `next`. */
export interface StoreStatements {
  /** Returns a row if the key was new. A claim by a parallel transaction makes it wait. */
  claim(claim: Claim): Statement
  /** Returns the request hash and the outcome of a claim. */
  claimed(claim: Claim): Statement
  /** Returns a row if the claim was there. */
  settle(claim: Claim, outcome: string): Statement
  /** Returns the counter's next value. */
  next(tenant: string, counter: string): Statement
}

/** The statements on the store's own tables. */
export const storeStatements = (tables: StoredTables, compile: Compile): StoreStatements => {
  const claims = tables.table(CLAIM_TABLE).ref
  const counters = tables.table(COUNTER_TABLE).ref
  const tenant = sql.id(TENANT)
  const ofClaim = sql`${tenant} = ${""} and "actor" = ${""} and "command" = ${""} and "key" = ${""}`
  const claim = compile(sql`
    insert into ${claims} (${tenant}, "actor", "command", "key", "request_hash")
    values (${sql.join(["", "", "", "", ""])}) on conflict do nothing returning "key"`).sql
  const claimed = compile(sql`select "request_hash", "outcome" from ${claims} where ${ofClaim}`).sql
  const settle = compile(sql`update ${claims} set "outcome" = ${""} where ${ofClaim} returning "key"`).sql
  const next = compile(sql`
    insert into ${counters} as "c" (${tenant}, "name", "value") values (${""}, ${""}, 1)
    on conflict (${tenant}, "name") do update set "value" = "c"."value" + 1 returning "value"`).sql
  const keyOf = (of: Claim): readonly string[] => [of.tenant, of.actor, of.command, of.key]
  return {
    claim: (of) => ({ sql: claim, parameters: [...keyOf(of), of.requestHash] }),
    claimed: (of) => ({ sql: claimed, parameters: keyOf(of) }),
    settle: (of, outcome) => ({ sql: settle, parameters: [outcome, ...keyOf(of)] }),
    next: (of, counter) => ({ sql: next, parameters: [of, counter] }),
  }
}
