/**
 * What node_modules was made for: the stamp that a setup leaves, and npm's own record of what it installed.
 */
import { createHash } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { SetupFailure } from "./progress.mjs"

const stampFile = (root) => join(root, "node_modules", ".anbud-setup")

/** Whether the last setup was for this very lock file, on this kind of Node. */
export const isStamped = (root) => readText(stampFile(root)) === stamp(root)

export const writeStamp = (root) => writeFileSync(stampFile(root), stamp(root))

/**
 * Whether npm's record of node_modules agrees with package-lock.json, package by package.
 *
 * This and not the stamp decides about `npm ci`, because `npm install` also makes a node_modules that is right,
 * and `npm ci` would delete it under the feet of whatever else is running here.
 */
export const installedMatchesLock = (root) => {
  const wanted = packagesOf(join(root, "package-lock.json"))
  if (!wanted) throw new SetupFailure("package-lock.json is missing or not readable: get it back from git.")
  const installed = packagesOf(join(root, "node_modules", ".package-lock.json"))
  if (!installed) return false
  return Object.entries(wanted).every(([path, entry]) => path === "" || isInstalled(root, path, entry, installed[path]))
}

const isInstalled = (root, path, wanted, installed) => {
  // Optional packages are those of other platforms: npm knows which of them belong here.
  if (!installed) return Boolean(wanted.optional || wanted.devOptional)
  const isSame = ["version", "resolved", "link", "integrity"].every((key) => wanted[key] === installed[key])
  return isSame && existsSync(join(root, path))
}

const stamp = (root) => {
  const lock = createHash("sha256")
    .update(readText(join(root, "package-lock.json")))
    .digest("hex")
  return `${JSON.stringify({ lock, abi: process.versions.modules, platform: process.platform, arch: process.arch })}\n`
}

const packagesOf = (file) => {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages
  } catch {
    return undefined
  }
}

const readText = (file) => (existsSync(file) ? readFileSync(file, "utf8") : "")
