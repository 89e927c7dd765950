/**
 * The driver of SQLite: better-sqlite3 13 where this Node can carry it, and 12 elsewhere. No version does for all:
 * 13 needs Node-API 10, which Node 20 lacks, and 12 aborts at times when it is compiled for Node 24.19 or later.
 *
 * Both are in package-lock.json, 13 under a name of its own; npm leaves it out where it does not fit. Elsewhere it is
 * put where 12 is.
 */
import { cpSync, rmSync } from "node:fs"
import { join } from "node:path"
import { SetupFailure } from "./progress.mjs"
import { driverInPlace, lockedPackages, root, versionIn } from "./state.mjs"

const PLACE = "node_modules/better-sqlite3"
const NEWER = "node_modules/better-sqlite3-napi"
const NODE_API_OF_NEWER = 10

/** Whether node_modules has the driver for this Node, in its place or beside it. */
export const hasDriver = () => driverInPlace() === wanted() || (wantsNewer() && versionIn(NEWER) === wanted())

/**
 * Puts the driver for this Node into its place; gives whether anything was to be done. Throws `SetupFailure`, with all as
 * it was, when npm has not installed it.
 */
export const placeDriver = () => {
  if (driverInPlace() === wanted()) return false
  if (!hasDriver())
    throw new SetupFailure(
      "npm has left out better-sqlite3-napi, which this Node needs: see that `npm config get omit` does not say optional.",
    )
  rmSync(join(root, PLACE), { recursive: true, force: true })
  cpSync(join(root, NEWER), join(root, PLACE), { recursive: true, dereference: true })
  return true
}

const wantsNewer = () => NEWER in lockedPackages() && Number(process.versions.napi) >= NODE_API_OF_NEWER

const wanted = () => {
  const packages = lockedPackages()
  const entry = packages[wantsNewer() ? NEWER : PLACE]
  return (entry?.link ? packages[entry.resolved] : entry)?.version
}
