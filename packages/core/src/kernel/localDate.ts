/** Local dates: which calendar date an instant falls on in a zone. */
import type { Instant, LocalDate } from "./field.ts"

const formats = new Map<string, Intl.DateTimeFormat>()

/**
 * The date of an instant in an IANA zone.
 *
 * @example localDate("2025-03-14T23:30:00.000Z", "Europe/Stockholm") // "2025-03-15"
 */
export const localDate = (at: Instant, zone: string): LocalDate => {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" })
    formats.set(zone, format)
  }
  const parts = new Map(format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]))
  return `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}` as LocalDate
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
