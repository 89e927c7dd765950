/** Stages for the tests: a file in a temporary folder, the firm's data, and what was printed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import type { Store } from "@anbud/core"
import { type Ending, playStory } from "../story.ts"

/** The firm's own data. */
export const DATA = join(import.meta.dirname, "..", "data")

/** A temporary folder with a database that lives as long as the test: a SQLite file, or a store as it is given. */
export const temporaryStage = (
  storeIn: (folder: string) => Store = (folder) => sqlite({ file: join(folder, "firm.db") }),
): {
  readonly folder: string
  readonly run: (options?: {
    readonly replaced?: Readonly<Record<string, string>>
    readonly out?: string
  }) => Promise<Ending & { readonly printed: string }>
  readonly remove: () => void
} => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-quickstart-"))
  return {
    folder,
    run: async ({ replaced = {}, out } = {}) => {
      let printed = ""
      const print = (text: string): void => {
        printed += text
      }
      const store = storeIn(folder)
      const ending = await playStory({ store, folder: { path: DATA, replaced }, out: out ?? null, print })
      return { ...ending, printed }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A copy of a file of the firm's data with a text replaced; the text must be there. */
export const edited = (folder: string, name: string, from: string, to: string): Readonly<Record<string, string>> => {
  const text = readFileSync(join(DATA, name), "utf8")
  if (!text.includes(from)) throw new Error(`${name} does not hold ${from}`)
  const path = join(folder, name)
  writeFileSync(path, text.replace(from, to))
  return { [name]: path }
}
