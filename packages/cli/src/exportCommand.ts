/** anbud export: all data, a file per table, in a folder per tenant. */
import { existsSync, mkdirSync } from "node:fs"
import { open } from "node:fs/promises"
import { join } from "node:path"
import { createEngine } from "@anbud/core"
import { type Answer, UsageError } from "./answer.ts"
import { EXIT } from "./exitCode.ts"
import type { Given } from "./run.ts"
import { tenantsOf } from "./tenants.ts"

/** Exports; a folder that is there already is left alone. */
export const exportData = async ({ config, folder, format, tenants, progress }: Given): Promise<Answer> => {
  if (folder === undefined) throw new UsageError("Name a folder: anbud export --dir FOLDER.")
  const engine = await createEngine(config)
  const exported = []
  for (const tenant of await tenantsOf(config.store, tenants)) {
    const target = join(folder, tenant)
    if (existsSync(target)) throw new UsageError(`There is a folder ${tenant} already: name another --dir.`)
    mkdirSync(target, { recursive: true })
    const files = new Set<string>()
    const done = await engine.export({ tenant, format }, async ({ file, text }) => {
      // A table's pieces come one after the other, so each is appended to the file of the last.
      const handle = await open(join(target, file), "a")
      await handle.write(text).finally(() => handle.close())
      if (!files.has(file)) progress(`${tenant}/${file}`)
      files.add(file)
    })
    exported.push({ tenant, ...done })
  }
  const text = exported.map(({ tenant, tables, rows }) => `${tenant}: ${rows} rows of ${tables} tables`)
  return { exit: EXIT.done, text: text.join("\n") || "No tenants.", data: { exported } }
}
