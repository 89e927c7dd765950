/** Configuration: the host's module that says which store and which plugins. */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { Store } from "@anbud/core"
import { UsageError } from "./answer.ts"

/**
 * What the module exports as its default or as `config`, or a function that gives it: what `createEngine` takes.
 *
 * @example
 * export default { store: sqlite({ file: "firm.db" }), plugins: { ...standard, esign: esign() } }
 */
export interface CliConfig {
  readonly store: Store
  readonly plugins: Readonly<Record<string, never>>
}

const NAMES = ["anbud.config.js", "anbud.config.mjs", "anbud.config.ts"]

/**
 * Loads the module: the one given, or `anbud.config.js`, `.mjs` or `.ts` in the folder.
 *
 * Refuses as wrong usage a module that is not there, cannot be loaded or exports something else.
 */
export const loadConfig = async (given: string | undefined, folder: string): Promise<CliConfig> => {
  const file = (given === undefined ? NAMES : [given]).map((name) => resolve(folder, name)).find(existsSync)
  if (file === undefined) {
    throw new UsageError(
      given === undefined ? `There is no ${NAMES.join(", ")} here: name one with --config.` : `There is no ${given}.`,
    )
  }
  const module = await loaded(file)
  const found = module["default"] ?? module["config"]
  const config: unknown = typeof found === "function" ? await (found as () => unknown)() : found
  if (!isConfig(config)) throw new UsageError("The configuration must export { store, plugins } as its default.")
  return config
}

const loaded = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "ERR_UNKNOWN_FILE_EXTENSION") {
      throw new UsageError("This Node does not read TypeScript: run it as node --import tsx …, or give a .js file.")
    }
    throw new UsageError(`The configuration cannot be loaded: ${error instanceof Error ? error.message : error}`)
  }
}

const isConfig = (value: unknown): value is CliConfig =>
  typeof value === "object" && value !== null && "plugins" in value && "store" in value && isStore(value.store)

const isStore = (value: unknown): boolean => typeof value === "object" && value !== null && "schema" in value
