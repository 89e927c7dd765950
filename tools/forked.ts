/** Forks: a share of a measurement in a process of its own, with the loader and the flags of this one. */
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"

/**
 * Runs a script that answers its first message, the share, with messages of its own and then disconnects. Resolves when
 * the process has ended well; rejects when it has not, or cannot be started.
 */
export const forked = (script: URL, share: object, hear: (message: unknown) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(script))
    child.on("message", hear)
    child.once("error", reject)
    child.once("exit", (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`${fileURLToPath(script)} ended with ${code ?? signal}`))
    })
    child.send(share)
  })
