/**
 * Ids that repeat from run to run: for examples and tests whose output is compared. Never for real data, since
 * anybody can guess them.
 */
import { createHash } from "node:crypto"
import type { Instant } from "./field.ts"
import { type Ids, uuidFrom } from "./ports.ts"

/**
 * Ids and salts that follow from a seed and, within a command, from its idempotency key.
 *
 * The engine names the command that it runs through `begin`, so that a run that was interrupted and resumed gives
 * the same ids as one that was not.
 *
 * @example createEngine({ store, plugins: standard, ids: fixedIds("quickstart") })
 */
export const fixedIds = (seed: string): Ids & { begin(command: string): void } => {
  let scope = ""
  const counts = new Map<string, number>()
  const draw = (purpose: string): string => {
    const count = counts.get(scope) ?? 0
    counts.set(scope, count + 1)
    return createHash("sha256").update(`${seed}\n${scope}\n${purpose}\n${count}`).digest("hex")
  }
  return {
    begin: (command) => {
      scope = command
    },
    next: (at: Instant) => uuidFrom(at, draw("id")),
    salt: () => draw("salt"),
  }
}
