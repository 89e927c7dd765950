/** Local dates: which calendar date an instant falls on in a zone. */
import type { Instant, LocalDate } from "./field.ts"

/** By zone: its format, and the minute that was asked last, as most ask about now. */
const formats = new Map<string, { readonly format: Intl.DateTimeFormat; minute: string; date: string }>()
/** From here on no zone is off by a part of a minute, so that no date begins within one. */
const WHOLE_MINUTES = "1973"

/**
 * The date of an instant in an IANA zone.
 *
 * @example localDate("2025-03-14T23:30:00.000Z", "Europe/Stockholm") // "2025-03-15"
 */
export const localDate = (at: Instant, zone: string): LocalDate => {
  let known = formats.get(zone)
  if (!known) {
    const parts = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" } as const
    known = { format: new Intl.DateTimeFormat("en-CA", parts), minute: "", date: "" }
    formats.set(zone, known)
  }
  const minute = at < WHOLE_MINUTES ? at : at.slice(0, "2025-03-14T23:30".length)
  if (known.minute !== minute) {
    const parts = new Map(known.format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]))
    known.date = `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`
    known.minute = minute
  }
  return known.date as LocalDate
}

/** Whether the zone is a name that this machine knows: a bare offset such as `+01:00` is none. */
export const isZone = (zone: string): boolean => {
  if (typeof zone !== "string" || !/^[A-Za-z]/.test(zone)) return false
  try {
    new Intl.DateTimeFormat("en-CA", { timeZone: zone })
    return true
  } catch {
    return false
  }
}

/** The date so many days later. */
export const daysAfter = (date: LocalDate, days: number): LocalDate => {
  const at = new Date(`${date}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10) as LocalDate
}

/**
 * The same day so many months later, or the last day of a shorter month.
 *
 * @example monthsAfter("2025-01-31", 1) // "2025-02-28"
 */
export const monthsAfter = (date: LocalDate, months: number): LocalDate => {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number)
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0))
  last.setUTCDate(Math.min(day, last.getUTCDate()))
  return last.toISOString().slice(0, 10) as LocalDate
}
