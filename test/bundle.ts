/**
 * Bundles: a file with all of our sources in one, for processes that are started by the hundred. Reading the sources one
 * by one takes such a process seconds, the bundle a fraction of one.
 */
import { mkdirSync } from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

// Inside the repository, so that the drivers, which are no part of it, are found.
const FOLDER = fileURLToPath(new URL("../node_modules/.cache/anbud-bundles/", import.meta.url))

const made = new Map<string, Promise<string>>()

/** Bundles a file, once in this process, and gives where the bundle is; no other process writes it. */
export const bundle = (entry: string): Promise<string> => {
  const known = made.get(entry) ?? newBundle(entry)
  made.set(entry, known)
  return known
}

const newBundle = async (entry: string): Promise<string> => {
  mkdirSync(FOLDER, { recursive: true })
  const outfile = join(FOLDER, `${basename(entry, ".ts")}-${process.pid}-${performance.now()}.mjs`)
  await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["@anbud/source"],
    external: ["better-sqlite3", "pg"],
    sourcemap: "inline",
    logLevel: "silent",
    outfile,
  })
  return outfile
}
