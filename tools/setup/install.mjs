/**
 * The installation itself: what is missing, in the order in which it is put right.
 *
 * 1. The packages of package-lock.json (`npm ci`), when node_modules is absent or was made for another lock file.
 * 2. better-sqlite3, the one package with native code, in the version for this Node: ready-made, or else compiled.
 * 3. A stamp in node_modules, so that the next run needs some tens of milliseconds.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { hasDriver, placeDriver } from "./driver.mjs"
import { withLock } from "./lock.mjs"
import { SetupFailure, say, step } from "./progress.mjs"
import { buildSqlite, opensInChild } from "./sqlite.mjs"
import { installedMatchesLock, root, writeStamp } from "./state.mjs"

/** Installs and builds what is missing. Sets the exit code to 1, with the reason on stderr, when it cannot. */
export const install = async () => {
  const started = Date.now()
  try {
    const changed = await withLock(root, putRight)
    if (changed) say(`Setup finished after ${Math.round((Date.now() - started) / 1000)} s.`)
  } catch (failure) {
    if (!(failure instanceof SetupFailure)) throw failure
    console.error(`\nSetup failed: ${failure.message}`)
    process.exitCode = 1
  }
}

/** Whether anything had to be done: another setup may have done it while this one waited for the lock. */
const putRight = async () => {
  let changed = false
  if (!installedMatchesLock() || !hasDriver()) {
    await installPackages()
    changed = true
  }
  if (placeDriver()) changed = true
  if (!(await opensInChild(root))) {
    await buildSqlite(root)
    changed = true
  }
  writeStamp()
  return changed
}

const installPackages = async () => {
  if (!existsSync(join(root, "package-lock.json")))
    throw new SetupFailure("package-lock.json is missing: get it back with `git checkout package-lock.json`.")
  const flags = ["--no-audit", "--no-fund", "--no-update-notifier"]
  // Scripts run afterwards and one by one: a compiler that is missing is then found before a minute has gone by,
  // and a build that fails does not take the downloaded packages with it.
  await step("Installing the packages of package-lock.json (npm ci)", root, ["ci", "--ignore-scripts", ...flags], {
    advice: adviceOnInstall,
  })
  const scripts = packagesWithScripts().filter((name) => name !== "better-sqlite3")
  if (scripts.length > 0) await step(`Preparing ${scripts.join(", ")}`, root, ["rebuild", ...scripts])
}

const packagesWithScripts = () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  return Object.keys(manifest.allowScripts ?? {}).filter((name) => manifest.allowScripts[name])
}

const adviceOnInstall = (log) => {
  if (/\bEUSAGE\b/.test(log)) return "package.json and package-lock.json disagree: run `npm install`, then commit both."
  if (/ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH/.test(log))
    return "The npm registry could not be reached: check the network, a proxy or `npm config get registry`."
  if (/ENOSPC/.test(log)) return "The disk is full: the packages need about 400 MB."
  if (/EACCES|EPERM/.test(log)) return "This user may not write here: check who owns the folder and node_modules."
  return undefined
}
