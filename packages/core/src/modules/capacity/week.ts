/** Weeks: the open hours of a person, as a rule can check them. */
import type { WeekHours } from "./entities.ts"

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/

/** Whether the value is seven lists of hours, each list in order and without overlaps. */
export const isWeek = (week: WeekHours): boolean =>
  Array.isArray(week) && week.length === 7 && week.every((day) => Array.isArray(day) && inOrder(day))

const inOrder = (day: WeekHours[number]): boolean =>
  day.every(
    (hours, index) =>
      Array.isArray(hours) &&
      hours.length === 2 &&
      TIME.test(hours[0]) &&
      TIME.test(hours[1]) &&
      hours[0] < hours[1] &&
      (index === 0 || (day[index - 1]?.[1] ?? "") <= hours[0]),
  )
