/** Dates and times as text: which texts are real dates, instants and local times. Nothing rolls over. */

/** Whether the text is a real date from 1900 to 2199, as `YYYY-MM-DD`. */
export const isDate = (value: string): boolean => {
  const parts = /^(1[9]\d\d|2[01]\d\d)-(\d\d)-(\d\d)$/.exec(value)
  if (!parts) return false
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

/** Whether the text is an instant in UTC with milliseconds, as `YYYY-MM-DDThh:mm:ss.sssZ`. */
export const isInstant = (value: string): boolean => {
  const parts = /^(.{10})T(\d\d):(\d\d):(\d\d)\.\d{3}Z$/.exec(value)
  return parts !== null && isDate(parts[1] ?? "") && isClock(parts[2], parts[3]) && Number(parts[4]) < 60
}

/** Whether the text is a local time, as `YYYY-MM-DDThh:mm`. */
export const isLocalTime = (value: string): boolean => {
  const parts = /^(.{10})T(\d\d):(\d\d)$/.exec(value)
  return parts !== null && isDate(parts[1] ?? "") && isClock(parts[2], parts[3])
}

const isClock = (hour: string | undefined, minute: string | undefined): boolean =>
  Number(hour) < 24 && Number(minute) < 60

const daysIn = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
