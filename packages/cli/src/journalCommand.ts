/** anbud journal verify: every hash of every tenant's journal. */
import { createEngine } from "@anbud/core"
import type { Answer } from "./answer.ts"
import { EXIT } from "./exitCode.ts"
import type { Given } from "./run.ts"
import { tenantsOf } from "./tenants.ts"

/** Verifies the journals. */
export const verifyJournal = async ({ config, tenants }: Given): Promise<Answer> => {
  const engine = await createEngine(config)
  const verified = []
  for (const tenant of await tenantsOf(config.store, tenants)) {
    verified.push({ tenant, ...(await engine.journal.verify({ tenant })) })
  }
  const text = verified.map(({ tenant, entries, broken }) =>
    broken === null
      ? `${tenant}: ${entries} entries, whole`
      : `✗ ${tenant}: broken at entry ${broken.seq} (${broken.kind}), ${entries} entries before it are whole`,
  )
  const isWhole = verified.every(({ broken }) => broken === null)
  return { exit: isWhole ? EXIT.done : EXIT.refused, text: text.join("\n") || "No tenants.", data: { verified } }
}
