/** The packages of this workspace that are published, and the entries by which users import them. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export interface Package {
  readonly name: string
  /** From the repository's root: `packages/core`. */
  readonly folder: string
  readonly entries: readonly Entry[]
}

export interface Entry {
  /** What a user writes after `from`: `@anbud/core/testkit`. */
  readonly specifier: string
  /** Of the package: `src/testkit/index.ts`. */
  readonly source: string
}

/** The repository's folder. */
export const root = fileURLToPath(new URL("..", import.meta.url))

/** Every published package, in the order of their folders. */
export const packages = (): readonly Package[] =>
  ["packages", "packages/plugins"].flatMap((parent) => {
    if (!existsSync(join(root, parent))) return []
    const folders = readdirSync(join(root, parent)).map((name) => `${parent}/${name}`)
    return folders.filter((folder) => existsSync(join(root, folder, "package.json"))).map(readPackage)
  })

const readPackage = (folder: string): Package => {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest
  const entries = Object.entries(manifest.exports).flatMap(([path, target]) => {
    if (typeof target === "string") return []
    return [{ specifier: manifest.name + path.slice(1), source: target["@anbud/source"].replace(/^\.\//, "") }]
  })
  return { name: manifest.name, folder, entries }
}

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, string | { readonly "@anbud/source": string }>>
}
