/** Files: the firm's exports as they lie in a folder. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"

/** A folder of the firm's files; `replaced` lets a test put another file in the place of one. */
export interface Folder {
  readonly path: string
  readonly replaced?: Readonly<Record<string, string>>
}

/** A file's name and text, with a key that changes when the text does. */
export interface FirmFile {
  readonly file: string
  readonly text: string
  readonly key: string
}

/** Reads a file of the folder. */
export const readFirmFile = (folder: Folder, name: string): FirmFile => {
  const path = folder.replaced?.[name] ?? join(folder.path, name)
  const text = readFileSync(path, "utf8")
  return { file: name, text, key: `${name}/${createHash("sha256").update(text).digest("hex").slice(0, 16)}` }
}
