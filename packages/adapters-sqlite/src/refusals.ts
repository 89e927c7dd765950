/** What backup and restore refuse. None of the messages holds a path. */
import { type RefusalOf, refusal, text } from "@anbud/core"

/** There is a file already where one is to be written. */
export const FileExists = refusal(
  "FileExists",
  {},
  {
    en: "There is a file already: give another name, or say that it may be overwritten.",
    sv: "Det finns redan en fil: ange ett annat namn, eller säg att den får skrivas över.",
  },
)
export type FileExists = RefusalOf<typeof FileExists>

/** Another connection has the file open that is to be replaced. */
export const FileInUse = refusal(
  "FileInUse",
  {},
  {
    en: "The file is in use: stop every process that has it open, then restore.",
    sv: "Filen används: stoppa alla processer som har den öppen och återställ sedan.",
  },
)
export type FileInUse = RefusalOf<typeof FileInUse>

/** A backup is not whole. */
export const BackupDamaged = refusal(
  "BackupDamaged",
  { reason: text() },
  { en: "The backup is damaged: {reason}.", sv: "Säkerhetskopian är skadad: {reason}." },
  422,
)
export type BackupDamaged = RefusalOf<typeof BackupDamaged>
