/** Flushing: a file, and its name in the folder, on the disk. */
import { closeSync, fsyncSync, openSync } from "node:fs"
import { dirname } from "node:path"

/** Makes sure that a file, and its name in the folder, survive a loss of power. */
export const flush = (file: string): void => {
  for (const path of [file, dirname(file)]) {
    const descriptor = openSync(path, "r")
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  }
}
