/**
 * Local dates (`YYYY-MM-DD`) as Swedish text, and their ISO weeks. Only the calendar is used, never a clock or a time zone.
 */

const months = "januari februari mars april maj juni juli augusti september oktober november december".split(" ")
const weekdays = "söndag måndag tisdag onsdag torsdag fredag lördag".split(" ")
const dayMillis = 86_400_000

/** "fredag 11 april 2025" */
export const longDate = (date: string): string => {
  const at = parse(date)
  return `${weekdays[at.getUTCDay()]} ${dayAndMonth(at)} ${at.getUTCFullYear()}`
}

/** "fre 11 april" */
export const shortDate = (date: string): string => {
  const at = parse(date)
  return `${weekdays[at.getUTCDay()]?.slice(0, 3)} ${dayAndMonth(at)}`
}

/** "17–19 mars", "24 mars–4 april", "11 april": a period of inclusive dates. */
export const periodText = (from: string, to: string): string => {
  const [start, end] = [parse(from), parse(to)]
  if (from === to) return dayAndMonth(start)
  const sameMonth = from.slice(0, 7) === to.slice(0, 7)
  return `${sameMonth ? start.getUTCDate() : dayAndMonth(start)}–${dayAndMonth(end)}`
}

/** Days since 1970-01-01, for distances on a time axis. */
export const dayNumber = (date: string): number => parse(date).getTime() / dayMillis

/** The ISO 8601 week of a date, as `2025-W15`. */
export const isoWeek = (date: string): string => {
  const at = parse(date)
  const thursday = new Date(at.getTime() + (4 - (at.getUTCDay() || 7)) * dayMillis)
  const year = thursday.getUTCFullYear()
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * dayMillis)) + 1
  return `${year}-W${String(week).padStart(2, "0")}`
}

const dayAndMonth = (at: Date): string => `${at.getUTCDate()} ${months[at.getUTCMonth()]}`

const parse = (date: string): Date => {
  const at = new Date(`${date}T00:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== date)
    throw new RangeError(`not a date: ${date}`)
  return at
}
