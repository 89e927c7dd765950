/**
 * What node_modules was made for: the stamp that a setup leaves, and npm's own record of what it installed.
 *
 * This file is read by every `npm test`, so it imports little: on a slow machine each import costs milliseconds.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The repository's folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url))

const stampFile = join(root, "node_modules", ".anbud-setup")

/** Whether nothing is to be done: set up for this very lock file, driver and kind of Node, and SQLite opens a database. */
export const isReady = () => readText(stampFile) === stamp() && opensDatabase()

/** Records that node_modules is complete for the lock file as it is now. */
export const writeStamp = () => writeFileSync(stampFile, stamp())

/**
 * Whether npm's record of node_modules agrees with package-lock.json, package by package.
 *
 * This and not the stamp decides about `npm ci`, because `npm install` also makes a node_modules that is right,
 * and `npm ci` would delete it under the feet of whatever else is running here.
 */
export const installedMatchesLock = () => {
  const wanted = lockedPackages()
  const installed = packagesOf(join(root, "node_modules", ".package-lock.json"))
  if (!installed) return false
  return Object.entries(wanted).every(([path, entry]) => path === "" || isInstalled(path, entry, installed[path]))
}

/** The packages of package-lock.json by their paths; none where it cannot be read. */
export const lockedPackages = () => packagesOf(join(root, "package-lock.json")) ?? {}

/** The version of the package in a folder; undefined where there is none. */
export const versionIn = (folder) => {
  try {
    return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")).version
  } catch {
    return undefined
  }
}

/** The version of better-sqlite3 that is found under its name. */
export const driverInPlace = () => versionIn("node_modules/better-sqlite3")

const isInstalled = (path, wanted, installed) => {
  // Optional packages are those of other platforms: npm knows which of them belong here.
  if (!installed) return Boolean(wanted.optional || wanted.devOptional)
  const isSame = ["version", "resolved", "link", "integrity"].every((key) => wanted[key] === installed[key])
  return isSame && existsSync(join(root, path))
}

const opensDatabase = () => {
  try {
    const Database = createRequire(join(root, "package.json"))("better-sqlite3")
    new Database(":memory:").close()
    return true
  } catch {
    return false
  }
}

// The lock file itself and not its hash: comparing 160 KB is quicker than loading node:crypto.
const stamp = () => {
  const { versions, platform, arch } = process
  const about = { abi: versions.modules, api: versions.napi, platform, arch, driver: driverInPlace() }
  return `${JSON.stringify(about)}\n${readText(join(root, "package-lock.json"))}`
}

const packagesOf = (file) => {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages
  } catch {
    return undefined
  }
}

const readText = (file) => (existsSync(file) ? readFileSync(file, "utf8") : "")
