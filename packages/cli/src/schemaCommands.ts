/** anbud schema: status, plan, apply, verify. */
import { planText, type SchemaPlan, schemaOf } from "@anbud/core"
import type { Answer } from "./answer.ts"
import { EXIT, type ExitCode } from "./exitCode.ts"
import type { Given } from "./run.ts"

const EXITS: Readonly<Record<string, ExitCode>> = {
  current: EXIT.done,
  empty: EXIT.pending,
  pending: EXIT.pending,
  refused: EXIT.refused,
  newer: EXIT.refused,
}

/** Where the store stands. */
export const schemaStatus = async ({ config }: Given): Promise<Answer> => {
  const status = await schemaOf(config).status()
  return { exit: EXITS[status.state] ?? EXIT.failed, text: status.text, data: status }
}

/** What `apply` would do. */
export const planSchema = async ({ config, isSql }: Given): Promise<Answer> => {
  const plan = await schemaOf(config).plan()
  return { exit: EXITS[plan.state] ?? EXIT.failed, text: planText(plan, { sql: isSql }), data: plan }
}

/** Does the plan, or nothing of it. */
export const applySchema = async ({ config, isSql }: Given): Promise<Answer> => {
  const schema = schemaOf(config)
  const plan = await schema.plan()
  if (plan.state === "refused") return { exit: EXIT.refused, text: planText(plan, { sql: isSql }), data: plan }
  const done = await schema.apply()
  return { exit: EXIT.done, text: doneText(done, isSql), data: done }
}

const doneText = (plan: SchemaPlan, sql: boolean): string => {
  const [, ...lines] = planText(plan, { sql }).split("\n")
  return [plan.state === "current" ? "Nothing to apply." : "Applied.", ...lines].join("\n")
}

/** Compares the store with the plugins. */
export const verifySchema = async ({ config }: Given): Promise<Answer> => {
  const verification = await schemaOf(config).verify()
  const text = verification.holds
    ? "The store is what the plugins define."
    : verification.differences.map((difference) => `✗ ${difference}`).join("\n")
  return { exit: verification.holds ? EXIT.done : EXIT.refused, text, data: verification }
}
