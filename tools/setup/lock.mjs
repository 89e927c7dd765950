/**
 * One setup at a time per folder: two commands started together must not install into the same node_modules.
 *
 * The lock lies in the system's temporary folder, named after the repository's, because `npm ci` empties node_modules.
 */
import { createHash } from "node:crypto"
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { say } from "./progress.mjs"

const POLL_MILLISECONDS = 250

/** Runs `action` while holding the lock of `root`, waiting for another setup to end first. */
export const withLock = async (root, action) => {
  const file = join(tmpdir(), `anbud-setup-${createHash("sha256").update(root).digest("hex").slice(0, 16)}.lock`)
  await acquire(file)
  const release = () => rmSync(file, { force: true })
  process.once("exit", release)
  try {
    return await action()
  } finally {
    release()
    process.off("exit", release)
  }
}

const acquire = async (file) => {
  let announced
  while (!isTaken(file)) {
    const holder = readHolder(file)
    if (holder === undefined) continue
    if (!isAlive(holder)) {
      // Its process died. Whoever sees that first removes it; the check just before keeps a new holder's lock.
      if (readHolder(file) === holder) rmSync(file, { force: true })
      continue
    }
    if (announced !== holder) say(`Another setup (process ${holder}) is running in this folder; waiting for it …`)
    announced = holder
    await pause()
  }
}

// A link appears together with its content: nobody ever reads a lock without a holder.
const isTaken = (file) => {
  const own = `${file}.${process.pid}`
  writeFileSync(own, String(process.pid))
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if (error.code !== "EEXIST") throw error
    return false
  } finally {
    rmSync(own, { force: true })
  }
}

// Undefined when the lock has just been released.
const readHolder = (file) => {
  try {
    return Number(readFileSync(file, "utf8")) || undefined
  } catch {
    return undefined
  }
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === "EPERM"
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS))
