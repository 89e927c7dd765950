/** Hours: planned minutes as the decimal hours that a cost rate is for. */

const PLACES = 1_000_000

/**
 * Minutes as decimal hours, rounded to 6 places: a third of an hour is 0.333333, which moves no cent below 5 000
 * hours' worth of money.
 *
 * @example hoursOf(90) // "1.5"
 */
export const hoursOf = (minutes: number): string => {
  const micro = Math.round((minutes * PLACES) / 60)
  const rest = String(micro % PLACES)
    .padStart(6, "0")
    .replace(/0+$/, "")
  return `${Math.floor(micro / PLACES)}${rest === "" ? "" : `.${rest}`}`
}
