/** Wiring: which command has which name, and which hooks of which plugins run on it, in a fixed order. */
import type { Command } from "./command.ts"
import type { AfterCommitHook, AfterEntryHook, BeforeHook, InTransactionHook } from "./hook.ts"
import type { Plugin } from "./plugin.ts"
import { type WorkWiring, workWiringOf } from "./work/workWiring.ts"

/** A hook with the plugin that it belongs to. */
export interface Wired<H> {
  readonly plugin: Plugin
  readonly hook: H
}

/** The wiring of a model's plugins. */
export interface Wiring {
  /** `plugin.command` of each command. */
  readonly names: ReadonlyMap<Command, string>
  readonly before: ReadonlyMap<string, readonly Wired<BeforeHook>[]>
  readonly inTransaction: ReadonlyMap<string, readonly Wired<InTransactionHook>[]>
  readonly work: WorkWiring
}

/** Wires hooks to commands; a hook on a command that no plugin lists is an issue. */
export const wiringOf = (plugins: readonly Plugin[], issues: string[]): Wiring => {
  const names = new Map<Command, string>()
  for (const { id, spec } of plugins)
    for (const [name, command] of Object.entries(spec.commands ?? {})) names.set(command as Command, `${id}.${name}`)
  const before = new Map<string, Wired<BeforeHook>[]>()
  const inTransaction = new Map<string, Wired<InTransactionHook>[]>()
  const afterCommit = new Map<string, Wired<AfterCommitHook>[]>()
  const afterEntry: Wired<AfterEntryHook>[] = []
  for (const plugin of inOrderOfNeeds(plugins)) {
    for (const hook of plugin.spec.hooks ?? []) {
      if (hook.phase === "afterEntry") {
        afterEntry.push({ plugin, hook })
        continue
      }
      const name = names.get(hook.command)
      if (name === undefined) issues.push(`"${plugin.id}" has a hook on a command that no plugin lists`)
      else if (hook.phase === "before") listed(before, name).push({ plugin, hook })
      else if (hook.phase === "inTransaction") listed(inTransaction, name).push({ plugin, hook })
      else listed(afterCommit, name).push({ plugin, hook })
    }
  }
  return { names, before, inTransaction, work: workWiringOf(plugins, { afterCommit, afterEntry }, issues) }
}

const listed = <T>(lists: Map<string, T[]>, name: string): T[] => {
  const list = lists.get(name) ?? []
  lists.set(name, list)
  return list
}

/** Each plugin after those it needs, else by id; a circle is reported elsewhere and cut here. */
const inOrderOfNeeds = (plugins: readonly Plugin[]): readonly Plugin[] => {
  const byId = new Map(plugins.map((plugin) => [plugin.id, plugin]))
  const ordered = new Set<Plugin>()
  const visit = (plugin: Plugin, path: ReadonlySet<Plugin>): void => {
    if (ordered.has(plugin) || path.has(plugin)) return
    for (const need of [...(plugin.spec.needs ?? [])].sort()) {
      const needed = byId.get(need)
      if (needed) visit(needed, new Set([...path, plugin]))
    }
    ordered.add(plugin)
  }
  for (const plugin of [...plugins].sort((a, b) => (a.id < b.id ? -1 : 1))) visit(plugin, new Set())
  return [...ordered]
}
