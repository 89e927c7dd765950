/** Zoned times: the instant of a date and a time of day in a zone. */
import type { Instant, LocalDate } from "../field.ts"

const formats = new Map<string, Intl.DateTimeFormat>()

/**
 * The instant at which a zone's clocks show this date and time.
 *
 * A time that the clocks skip is as long after midnight as it says, so 02:30 becomes 03:30; of a time that comes twice
 * the first is meant.
 *
 * @example instantAt("2026-03-29", "02:30", "Europe/Stockholm") // "2026-03-29T01:30:00.000Z", which clocks show as 03:30
 */
export const instantAt = (date: LocalDate, time: string, zone: string): Instant => {
  const shown = Date.parse(`${date}T${time}:00.000Z`)
  // A zone's clocks are moved by some hours at most: its offsets a day earlier and later are all that count.
  const before = shown - offsetAt(shown - DAY_MILLISECONDS, zone)
  const after = shown - offsetAt(shown + DAY_MILLISECONDS, zone)
  const first = [before, after].sort((a, b) => a - b).find((at) => at + offsetAt(at, zone) === shown)
  return new Date(first ?? before).toISOString() as Instant
}

const DAY_MILLISECONDS = 86_400_000

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds. */
const offsetAt = (at: number, zone: string): number => {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    })
    formats.set(zone, format)
  }
  const parts = new Map(format.formatToParts(new Date(at)).map(({ type, value }) => [type, Number(value)]))
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
  const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"))
  return shown - Math.floor(at / 1_000) * 1_000
}
