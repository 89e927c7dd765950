/** Looking at the schema of a file that is not there: as if it were empty, without making it. */
import { existsSync } from "node:fs"
import { dirname } from "node:path"
import type { Store, StoreSchema } from "@anbud/core"

/** A schema whose `plan` and `verify` leave no file behind; `apply` makes it. */
export const withoutMaking = (file: string, schema: StoreSchema, inMemory: () => Store): StoreSchema => {
  // A folder that is not there is a mistake, which opening the file tells of.
  const isMissing = (): boolean => file !== ":memory:" && !existsSync(file) && existsSync(dirname(file))
  const look = async <T>(ask: (schema: StoreSchema) => Promise<T>): Promise<T> => {
    if (!isMissing()) return ask(schema)
    const empty = inMemory()
    try {
      return await ask(empty.schema)
    } finally {
      await empty.close()
    }
  }
  return {
    plan: (tables, about) => look((on) => on.plan(tables, about)),
    verify: (tables, about) => look((on) => on.verify(tables, about)),
    apply: schema.apply,
  }
}
