/** The plugins' contract: what a host may expect of every plugin, tried as a host would. */
import type { Plugin, Plugins } from "../kernel/plugin.ts"
import type { PluginCase, PluginStore, PluginSubject, PluginTypes, Prepare, Samples } from "./pluginCase.ts"
import { keepingCases } from "./pluginCases/keeping.ts"
import { sayingCases } from "./pluginCases/saying.ts"
import { standingCases } from "./pluginCases/standing.ts"
import type { Runner } from "./runner.ts"

/** What a plugin is tried with. */
export interface PluginContractOptions<P = Readonly<Record<string, Plugin>>> {
  /** The plugins beside which it runs: those that it needs, and any others. */
  readonly plugins: P
  /** Makes an empty database for one case; by the name of the database. */
  readonly stores: Readonly<Record<string, () => Promise<PluginStore>>>
  /** Values for records, by `plugin.collection`; `"@company"` stands for the company that was made. */
  readonly samples?: Samples
  /** Calls that come before records of its collections can be made, such as an accepted quote. */
  readonly prepare?: Prepare
  /** Inputs of commands and queries, by `plugin.command`, in the same way. */
  readonly inputs?: Samples
  /** Parameters of refusals that no message shows, on purpose: `QuoteExpired.quote`. */
  readonly untold?: readonly string[]
  /** The compiler and the plugin's place, to measure what its types cost a host. */
  readonly types?: PluginTypes
  /** Only the cases of these names; all by default. */
  readonly only?: readonly string[]
}

/** The cases, each with the word by which its failure is known. */
export const pluginCases: readonly PluginCase[] = [...standingCases, ...keepingCases, ...sayingCases]

/** The plugin as the cases take it. */
export const subjectOf = <P>(
  plugin: Plugin,
  options: Omit<PluginContractOptions<P>, "stores" | "only">,
  makeStore: () => Promise<PluginStore>,
): PluginSubject => ({
  plugin,
  beside: options.plugins as Readonly<Record<string, Plugin>>,
  samples: options.samples ?? {},
  prepare: options.prepare ?? (async () => ({})),
  inputs: options.inputs ?? {},
  untold: options.untold ?? [],
  types: options.types ?? null,
  makeStore,
})

/**
 * Declares one test per case and database: it compiles, installs, upgrades and rolls back; it keeps tenants and rights;
 * its messages, its hooks' order and its types are in order.
 *
 * @example
 * pluginContract({ describe, it, expect }, warranty, { plugins: standard, stores: { sqlite: sqliteFile } })
 */
export const pluginContract = <P extends Plugins<P>>(
  runner: Runner,
  plugin: Plugin,
  options: PluginContractOptions<P>,
): void => {
  for (const [name, makeStore] of Object.entries(options.stores)) {
    runner.describe(`the plugin ${plugin.id} on ${name}`, () => {
      const subject = subjectOf(plugin, options, makeStore)
      for (const { name: word, sentence, run } of pluginCases)
        if (options.only?.includes(word) ?? true)
          runner.it(`${word}: ${sentence}`, async () => runner.expect(await run(subject)).toEqual([]))
    })
  }
}
