/** anbud backup and anbud restore, for stores that are a file. */
import type { Store } from "@anbud/core"
import { type Answer, UsageError } from "./answer.ts"
import { EXIT } from "./exitCode.ts"
import type { Given } from "./run.ts"

interface CopyProgress {
  readonly pages: number
  readonly totalPages: number
}

type Copy = (
  file: string,
  options: { readonly overwrite: boolean; readonly onProgress: (progress: CopyProgress) => void },
) => Promise<CopyProgress>

/** Copies the file of the store while it is in use. */
export const backup = (given: Given): Promise<Answer> => copied(given, "backup", "Backed up")

/** Puts a backup in the place of the store's file. */
export const restore = (given: Given): Promise<Answer> => copied(given, "restore", "Restored")

const copied = async (
  { config, words, isOverwritten, progress }: Given,
  name: "backup" | "restore",
  done: string,
): Promise<Answer> => {
  const [file] = words
  if (file === undefined || words.length > 1) throw new UsageError(`Name one file: anbud ${name} FILE.`)
  const startedAt = performance.now()
  let toldAt = startedAt
  const { totalPages } = await copyOf(config.store, name)(file, {
    overwrite: isOverwritten,
    onProgress: ({ pages, totalPages: all }) => {
      if (performance.now() - toldAt < 1_000) return
      toldAt = performance.now()
      progress(`${pages} of ${all} pages`)
    },
  })
  return {
    exit: EXIT.done,
    text: `${done}, checked and on the disk: ${totalPages} pages.`,
    data: { pages: totalPages },
  }
}

/** The store's own way to copy its file. */
const copyOf = (store: Store, name: "backup" | "restore"): Copy => {
  const own: unknown = (store as Store & { readonly backup?: unknown; readonly restore?: unknown })[name]
  if (typeof own !== "function") {
    throw new UsageError("This store is not a file: use the tools of its database, such as pg_dump and pg_restore.")
  }
  return own as Copy
}
