/** What backup and restore refuse. None of the messages holds a path. */
import { type RefusalOf, refusal, text } from "@anbud/core"

/**
 * There is a file already where one is to be written.
 *
 * Give another name, or say that it may be overwritten.
 */
export const FileExists = refusal(
  "FileExists",
  {},
  {
    en: "There is a file already: give another name, or say that it may be overwritten.",
    sv: "Det finns redan en fil: ange ett annat namn, eller säg att den får skrivas över.",
  },
)
export type FileExists = RefusalOf<typeof FileExists>

/**
 * A backup is not whole.
 *
 * Take an older one, and look at what became of the file: it was cut off or changed.
 */
export const BackupDamaged = refusal(
  "BackupDamaged",
  { reason: text() },
  { en: "The backup is damaged: {reason}.", sv: "Säkerhetskopian är skadad: {reason}." },
  422,
)
export type BackupDamaged = RefusalOf<typeof BackupDamaged>

/**
 * The schema holds a store already, and is not overwritten.
 *
 * Restore into a schema of another name, look at it, and let the engine open that one.
 */
export const StoreNotEmpty = refusal(
  "StoreNotEmpty",
  {},
  {
    en: "The schema holds a store already: restore into another one.",
    sv: "Schemat innehåller redan ett lager: återställ till ett annat.",
  },
)
export type StoreNotEmpty = RefusalOf<typeof StoreNotEmpty>
