/** anbud backup and anbud restore, for stores that offer it. */
import type { Store } from "@anbud/core"
import { type Answer, UsageError } from "./answer.ts"
import { EXIT } from "./exitCode.ts"
import type { Given } from "./run.ts"

interface CopyProgress {
  readonly done: number
  readonly total: number
  readonly unit: string
}

type Copy = (
  file: string,
  options: { readonly overwrite: boolean; readonly onProgress: (progress: CopyProgress) => void },
) => Promise<CopyProgress>

/** Writes all that the store holds to a file while it is in use. */
export const backup = (given: Given): Promise<Answer> => copied(given, "backup", "Backed up")

/** Puts a backup in the place of the store. */
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
  const { total, unit } = await copyOf(config.store, name)(file, {
    overwrite: isOverwritten,
    onProgress: ({ done: copied, total: all, unit: of }) => {
      if (performance.now() - toldAt < 1_000) return
      toldAt = performance.now()
      progress(`${copied} of ${all} ${of}`)
    },
  })
  return {
    exit: EXIT.done,
    text: `${done}, checked and on the disk: ${total} ${unit}.`,
    data: { [unit]: total },
  }
}

/** The store's own way to copy itself. */
const copyOf = (store: Store, name: "backup" | "restore"): Copy => {
  const own: unknown = (store as Store & { readonly backup?: unknown; readonly restore?: unknown })[name]
  if (typeof own !== "function") {
    throw new UsageError("This store offers no backup: use the tools of its database.")
  }
  return own as Copy
}
