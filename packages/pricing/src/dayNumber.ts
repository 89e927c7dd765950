/** Day numbers: calendar dates as whole days, for comparing and counting. */

const grammar = /^\d{4}-\d{2}-\d{2}$/

/** Days since 1970-01-01; undefined for what is no date. Date.UTC is arithmetic: no clock and no zone. */
export const dayNumber = (date: unknown): number | undefined => {
  if (typeof date !== "string" || !grammar.test(date)) return undefined
  const [year, month, day] = [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8))]
  const time = Date.UTC(year, month - 1, day)
  const back = new Date(time)
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || year < 100) return undefined
  return time / 86_400_000
}
