/** Holidays by rule agree with the kept library, year by year. */
import { expect, test } from "vitest"
import { holidays } from "../src/index.ts"
import { kept } from "./keptHolidays.ts"

const countries = ["SE", "NO", "FI", "DK", "IT"] as const

test.each(countries)("%s: 1995 to 2045 as the kept library has them", (country) => {
  for (const [year, dates] of Object.entries(kept[country])) {
    const own = holidays(country, Number(year), { customary: false })
      // The library has forgotten that Whit Monday was a day off in Sweden until 2004.
      .filter((each) => each.name !== "Annandag pingst" || country !== "SE")
      .map((each) => each.date.slice(5).replace("-", ""))
    expect([year, [...new Set(own)].join(" ")]).toEqual([year, dates])
  }
})

test.each([
  ["SE", 2026, "Midsommarafton", "2026-06-19"],
  ["SE", 2026, "Kristi himmelsfärdsdag", "2026-05-14"],
  ["SE", 2027, "Alla helgons dag", "2027-11-06"],
  ["SE", 2004, "Annandag pingst", "2004-05-31"],
  ["NO", 2025, "Skjærtorsdag", "2025-04-17"],
  ["FI", 2024, "Juhannuspäivä", "2024-06-22"],
  ["DK", 2023, "Store bededag", "2023-05-05"],
  ["IT", 2026, "Lunedì dell'Angelo", "2026-04-06"],
  ["IT", 2011, "Anniversario dell'Unità d'Italia", "2011-03-17"],
] as const)("holidays of %s in %i: %s is %s", (country, year, name, date) => {
  expect(holidays(country, year)).toContainEqual({ date, name })
})

test("a holiday is abolished when the law says so", () => {
  expect(holidays("DK", 2024).map((each) => each.name)).not.toContain("Store bededag")
  expect(holidays("SE", 2026, { customary: false }).map((each) => each.name)).not.toContain("Julafton")
})
