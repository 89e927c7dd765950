/**
 * Holidays: national days off in Sweden, Norway, Finland, Denmark and Italy, by rule.
 *
 * The rules are data below: a fixed date, days from Easter Sunday, or the Saturday of a week. `customary` days are
 * not public holidays by law, but offices are usually closed. Names are those of the country.
 */
import type { Holiday } from "./calendar.ts"
import { dateOfDay, daysFromCivil, weekdayOf } from "./instant.ts"

/** Countries whose holidays are known, by ISO 3166 code. */
export type Country = "SE" | "NO" | "FI" | "DK" | "IT"

interface Rule {
  readonly name: string
  /** `[month, day]`, days after Easter Sunday, or the Saturday on or after `[month, day]` (plus `shift` days). */
  readonly on:
    | readonly [number, number]
    | number
    | { readonly saturdayFrom: readonly [number, number]; readonly shift?: number }
  readonly customary?: true
  readonly fromYear?: number
  readonly toYear?: number
}

const MIDSUMMER = [6, 20] as const
const ALL_SAINTS = [10, 31] as const

const rules: Readonly<Record<Country, readonly Rule[]>> = {
  SE: [
    { name: "Nyårsdagen", on: [1, 1] },
    { name: "Trettondedag jul", on: [1, 6] },
    { name: "Långfredagen", on: -2 },
    { name: "Påskdagen", on: 0 },
    { name: "Annandag påsk", on: 1 },
    { name: "Första maj", on: [5, 1] },
    { name: "Kristi himmelsfärdsdag", on: 39 },
    { name: "Pingstdagen", on: 49 },
    { name: "Annandag pingst", on: 50, toYear: 2004 },
    { name: "Sveriges nationaldag", on: [6, 6], fromYear: 2005 },
    { name: "Midsommarafton", on: { saturdayFrom: MIDSUMMER, shift: -1 }, customary: true },
    { name: "Midsommardagen", on: { saturdayFrom: MIDSUMMER } },
    { name: "Alla helgons dag", on: { saturdayFrom: ALL_SAINTS } },
    { name: "Julafton", on: [12, 24], customary: true },
    { name: "Juldagen", on: [12, 25] },
    { name: "Annandag jul", on: [12, 26] },
    { name: "Nyårsafton", on: [12, 31], customary: true },
  ],
  NO: [
    { name: "Første nyttårsdag", on: [1, 1] },
    { name: "Skjærtorsdag", on: -3 },
    { name: "Langfredag", on: -2 },
    { name: "Første påskedag", on: 0 },
    { name: "Andre påskedag", on: 1 },
    { name: "Arbeidernes dag", on: [5, 1] },
    { name: "Grunnlovsdagen", on: [5, 17] },
    { name: "Kristi himmelfartsdag", on: 39 },
    { name: "Første pinsedag", on: 49 },
    { name: "Andre pinsedag", on: 50 },
    { name: "Julaften", on: [12, 24], customary: true },
    { name: "Første juledag", on: [12, 25] },
    { name: "Andre juledag", on: [12, 26] },
    { name: "Nyttårsaften", on: [12, 31], customary: true },
  ],
  FI: [
    { name: "Uudenvuodenpäivä", on: [1, 1] },
    { name: "Loppiainen", on: [1, 6] },
    { name: "Pitkäperjantai", on: -2 },
    { name: "Pääsiäispäivä", on: 0 },
    { name: "Toinen pääsiäispäivä", on: 1 },
    { name: "Vappu", on: [5, 1] },
    { name: "Helatorstai", on: 39 },
    { name: "Helluntaipäivä", on: 49 },
    { name: "Juhannusaatto", on: { saturdayFrom: MIDSUMMER, shift: -1 }, customary: true },
    { name: "Juhannuspäivä", on: { saturdayFrom: MIDSUMMER } },
    { name: "Pyhäinpäivä", on: { saturdayFrom: ALL_SAINTS } },
    { name: "Itsenäisyyspäivä", on: [12, 6] },
    { name: "Jouluaatto", on: [12, 24], customary: true },
    { name: "Joulupäivä", on: [12, 25] },
    { name: "Tapaninpäivä", on: [12, 26] },
  ],
  DK: [
    { name: "Nytårsdag", on: [1, 1] },
    { name: "Skærtorsdag", on: -3 },
    { name: "Langfredag", on: -2 },
    { name: "Påskedag", on: 0 },
    { name: "Anden påskedag", on: 1 },
    { name: "Store bededag", on: 26, toYear: 2023 },
    { name: "Kristi himmelfartsdag", on: 39 },
    { name: "Pinsedag", on: 49 },
    { name: "Anden pinsedag", on: 50 },
    { name: "Grundlovsdag", on: [6, 5], customary: true },
    { name: "Juleaftensdag", on: [12, 24], customary: true },
    { name: "Juledag", on: [12, 25] },
    { name: "Anden juledag", on: [12, 26] },
    { name: "Nytårsaften", on: [12, 31], customary: true },
  ],
  IT: [
    { name: "Capodanno", on: [1, 1] },
    { name: "Epifania", on: [1, 6] },
    { name: "Pasqua", on: 0 },
    { name: "Lunedì dell'Angelo", on: 1 },
    { name: "Anniversario dell'Unità d'Italia", on: [3, 17], fromYear: 2011, toYear: 2011 },
    { name: "Festa della Liberazione", on: [4, 25] },
    { name: "Festa del Lavoro", on: [5, 1] },
    { name: "Festa della Repubblica", on: [6, 2] },
    { name: "Ferragosto", on: [8, 15] },
    { name: "San Francesco d'Assisi", on: [10, 4], fromYear: 2026 },
    { name: "Ognissanti", on: [11, 1] },
    { name: "Immacolata Concezione", on: [12, 8] },
    { name: "Natale", on: [12, 25] },
    { name: "Santo Stefano", on: [12, 26] },
  ],
}

/**
 * The country's holidays in a year, by date. Customary days are included unless told otherwise.
 *
 * @example holidays("SE", 2026).find((each) => each.name === "Midsommarafton") // { date: "2026-06-19", … }
 */
export const holidays = (
  country: Country,
  year: number,
  options: { readonly customary?: boolean } = {},
): readonly Holiday[] =>
  rules[country]
    .filter((rule) => rule.customary !== true || options.customary !== false)
    .filter((rule) => year >= (rule.fromYear ?? year) && year <= (rule.toYear ?? year))
    .map((rule) => ({ date: dateOfDay(dayOfRule(rule.on, year)), name: rule.name }))
    .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))

/** Holidays of several years, first and last included. */
export const holidaysBetween = (
  country: Country,
  firstYear: number,
  lastYear: number,
  options: { readonly customary?: boolean } = {},
): readonly Holiday[] =>
  Array.from({ length: Math.max(0, lastYear - firstYear + 1) }, (_, n) =>
    holidays(country, firstYear + n, options),
  ).flat()

const dayOfRule = (on: Rule["on"], year: number): number => {
  if (typeof on === "number") return easterOf(year) + on
  if ("saturdayFrom" in on) {
    const from = daysFromCivil(year, on.saturdayFrom[0], on.saturdayFrom[1])
    return from + ((5 - weekdayOf(from) + 7) % 7) + (on.shift ?? 0)
  }
  return daysFromCivil(year, on[0], on[1])
}

/** Day number of Easter Sunday in the Gregorian calendar (the anonymous algorithm of 1876). */
const easterOf = (year: number): number => {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const g = Math.floor((8 * b + 13) / 25)
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const sum = h + l - 7 * m + 114
  return daysFromCivil(year, Math.floor(sum / 31), (sum % 31) + 1)
}
