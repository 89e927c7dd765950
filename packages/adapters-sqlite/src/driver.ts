/** The driver: better-sqlite3 in a version that this Node can carry. */
import { createRequire } from "node:module"
import { StorageFailed } from "@anbud/core"
import Database from "better-sqlite3"
import { isOlder } from "./versions.ts"

/** What is running: the versions of better-sqlite3, of Node and of the Node-API that it offers. */
export interface Running {
  readonly driver: string
  readonly node: string
  readonly nodeApi: number
}

/** Opens a file; refuses with `StorageFailed`, which says what to install, where the driver would end the process. */
export const openDatabase = (file: string, options: Database.Options): Database.Database => {
  const driver = driverVersion()
  const running = { node: process.versions.node, nodeApi: Number(process.versions["napi"]) }
  const reason = driver === null ? null : unfitness({ driver, ...running })
  if (reason !== null) throw new StorageFailed({ reason })
  return new Database(file, options)
}

/**
 * Why a driver cannot be used; null where it can.
 *
 * Version 13 is built for Node-API 10, and opening a file without it is a segmentation fault. Version 12 compiled for
 * Node 24.19 or later aborts when a statement is collected while no script runs, in the middle of any work.
 */
export const unfitness = ({ driver, node, nodeApi }: Running): string | null => {
  if (nodeApi < 10 && !isOlder(driver, "13.0.0"))
    return `better-sqlite3 ${driver} ends the process on Node ${node}; install better-sqlite3@12`
  if (!isOlder(node, "24.19.0") && isOlder(driver, "13.0.0"))
    return `better-sqlite3 ${driver} can end the process on Node ${node}; install better-sqlite3@13`
  return null
}

/** Null where its package cannot be read, for example after bundling. */
const driverVersion = (): string | null => {
  try {
    const { version } = createRequire(import.meta.url)("better-sqlite3/package.json") as { readonly version: string }
    return version
  } catch {
    return null
  }
}
