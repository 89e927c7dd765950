/**
 * Instants and dates: whole UTC minutes since 1970-01-01T00:00Z, and local dates such as "2026-03-29".
 *
 * Minutes fit a 32-bit integer until the year 6053, so the hot paths stay in typed arrays.
 */

/** Whole minutes since 1970-01-01T00:00Z. */
export type Minute = number

/** An instant as given: ISO 8601 text with `Z` or an offset, or whole UTC minutes. */
export type Instant = string | Minute

/** A local calendar date, `"2026-03-29"`. */
export type LocalDate = string

/** Minutes of one day. */
export const DAY = 1440

const instantText = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/
const dateText = /^(\d{4})-(\d{2})-(\d{2})$/
const timeText = /^(\d{2}):(\d{2})$/

/**
 * The UTC minute of an instant, or undefined if it is malformed.
 *
 * Seconds are cut off, so that 08:00:59 and 08:00 are the same minute.
 *
 * @example minuteOf("2026-03-02T08:00:00+01:00") // 29541060
 */
export const minuteOf = (instant: Instant): Minute | undefined => {
  if (typeof instant === "number") return Number.isSafeInteger(instant) && inRange(instant) ? instant : undefined
  const match = instant.length <= 40 ? instantText.exec(instant) : null
  if (match === null) return undefined
  const [, year, month, day, hour, minute, , , zone] = match
  const date = dayOf(`${year}-${month}-${day}`)
  const offset = zone === "Z" ? 0 : offsetOf(zone!)
  if (date === undefined || offset === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined
  return date * DAY + Number(hour) * 60 + Number(minute) - offset
}

/** The day number (days since 1970-01-01) of a local date, or undefined if there is no such date. */
export const dayOf = (date: LocalDate): number | undefined => {
  const match = date.length === 10 ? dateText.exec(date) : null
  if (match === null) return undefined
  const day = daysFromCivil(Number(match[1]), Number(match[2]), Number(match[3]))
  return dateOfDay(day) === date ? day : undefined
}

/** Minutes after midnight of `"08:30"`; `"24:00"` is the end of the day. Undefined if malformed. */
export const timeOf = (time: string): number | undefined => {
  const match = time.length === 5 ? timeText.exec(time) : null
  if (match === null) return undefined
  const minutes = Number(match[1]) * 60 + Number(match[2])
  return Number(match[2]) < 60 && minutes <= DAY ? minutes : undefined
}

/** The local date of a day number. */
export const dateOfDay = (day: number): LocalDate => {
  const [year, month, date] = civilFromDays(day)
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(date)}`
}

/** ISO 8601 text in UTC, `"2026-03-02T07:00Z"`. */
export const isoOf = (minute: Minute): string => {
  const day = Math.floor(minute / DAY)
  const rest = minute - day * DAY
  return `${dateOfDay(day)}T${two(Math.floor(rest / 60))}:${two(rest % 60)}Z`
}

/** Weekday of a day number: Monday 0 … Sunday 6. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7

/** ISO 8601 week of a day number, `"2026-W10"`. */
export const isoWeekOf = (day: number): string => {
  const thursday = day - weekdayOf(day) + 3
  const year = civilFromDays(thursday)[0]
  const week = Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1
  return `${year}-W${two(week)}`
}

/** Year, month (1–12) and day of the month of a day number. */
export const civilFromDays = (day: number): readonly [number, number, number] => {
  const z = day + 719468
  const era = Math.floor(z / 146097)
  const ofEra = z - era * 146097
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36524) - Math.floor(ofEra / 146096)) / 365,
  )
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * ofYear + 2) / 153)
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - Math.floor((153 * shifted + 2) / 5) + 1]
}

/** Day number of a civil date; day 0 is 1970-01-01. Months and days outside their range carry over. */
export const daysFromCivil = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const ofEra = y - era * 400
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719468
}

const two = (value: number): string => (value < 10 ? `0${value}` : String(value))

const inRange = (minute: number): boolean => minute > -1_000_000_000 && minute < 2_000_000_000

const offsetOf = (text: string): number | undefined => {
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6))
  if (Number(text.slice(1, 3)) > 23 || Number(text.slice(4, 6)) > 59) return undefined
  return text.startsWith("-") ? -minutes : minutes
}
