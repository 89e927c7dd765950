/** Staff: the columns of staff.csv and bookings.csv as weeks, absences and reserved days. */
import { type CsvRow, type LocalDate, NotAValue } from "@anbud/core"
import { parseDecimal, parseMoney } from "@anbud/pricing"
import { dayAfter, startOf, weekdaysBetween } from "./localTime.ts"

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
const HOURS = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/

/** `08:00-12:00,13:00-17:00` per day, as seven lists of hours. */
export const weekOf = (row: CsvRow): readonly (readonly (readonly [string, string])[])[] =>
  DAYS.map((day) =>
    list(row[day]).map((text) => {
      const [from = "", to = ""] = text.split("-")
      if (!HOURS.test(text) || from >= to)
        throw new NotAValue(`${day}: must be hours such as 08:00-12:00`, row[day] ?? "")
      return [from, to] as const
    }),
  )

/** `2025-03-24..2025-04-04 Semester; 2025-04-08 Utbildning` as absences. */
export const absencesOf = (
  row: CsvRow,
): readonly { readonly from: string; readonly to: string; readonly reason: string }[] =>
  (row["absences"] ?? "")
    .split(";")
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map((text) => {
      const parts = /^(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))? (.+)$/.exec(text)
      if (!parts) throw new NotAValue("must be dates and a reason such as 2025-03-24..2025-04-04 Semester", text)
      return { from: parts[1] ?? "", to: parts[2] ?? parts[1] ?? "", reason: parts[3] ?? "" }
    })

/** The hour cost from the date of employment on. */
export const costRatesOf = (row: CsvRow, currency: string): readonly object[] => {
  const cost = row["hour cost"] ?? ""
  const parsed = parseMoney(cost.replace(",", "."), currency)
  if (!parsed.ok || cost.includes(".")) throw new NotAValue("must be an amount such as 450,00", cost)
  return [{ from: row["employed from"], hourCost: parsed.value }]
}

/** The reserved days of a booking: so many minutes somewhere in each weekday. */
export const slotsOf = (row: CsvRow, zone: string): readonly object[] => {
  const text = row["hours per day"] ?? ""
  const hours = parseDecimal(text.replace(",", "."), { maxScale: 2 })
  const minutes = hours.ok ? (Number(hours.value.mantissa) * 60) / 10 ** hours.value.scale : Number.NaN
  if (!Number.isInteger(minutes)) throw new NotAValue("must be hours such as 5,5", text)
  return weekdaysBetween(row["from"] ?? "", row["to"] ?? "").map((date) => ({
    from: startOf(date, zone),
    to: startOf(dayAfter(date as LocalDate), zone),
    minutes,
  }))
}

/** `a,b` as its parts. */
export const list = (text: string | undefined): readonly string[] =>
  (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
