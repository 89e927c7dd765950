/** What only a store in a file refuses. */
import { type RefusalOf, refusal } from "@anbud/core"

/**
 * Another connection has the file open that is to be replaced.
 *
 * Stop every process that has it open, then restore.
 */
export const FileInUse = refusal(
  "FileInUse",
  {},
  {
    en: "The file is in use: stop every process that has it open, then restore.",
    sv: "Filen används: stoppa alla processer som har den öppen och återställ sedan.",
  },
)
export type FileInUse = RefusalOf<typeof FileInUse>
