/** Capacity by week: how loaded everybody in the plan is. */
import type { OccupancyRow } from "@anbud/scheduling"
import { hours } from "../present/amount.ts"
import type { CapacityWeek } from "../present/capacity.ts"
import { table } from "../present/table.ts"
import type { Print } from "./print.ts"

/** The weeks of some resources, summed. */
export const weeksOf = (load: readonly OccupancyRow[], people: ReadonlySet<string>): readonly CapacityWeek[] => {
  const weeks = new Map<string, CapacityWeek>()
  for (const row of load) {
    if (!people.has(row.id)) continue
    const before = weeks.get(row.bucket)
    weeks.set(row.bucket, {
      week: row.bucket,
      contractMinutes: (before?.contractMinutes ?? 0) + row.contract,
      absenceMinutes: (before?.absenceMinutes ?? 0) + row.contract - row.capacity,
      firmMinutes: (before?.firmMinutes ?? 0) + row.firm,
      reservedMinutes: (before?.reservedMinutes ?? 0) + row.reserved,
    })
  }
  return [...weeks.values()]
}

/** One row per person and week that has anything to say. */
export const showCapacity = (print: Print, load: readonly OccupancyRow[]): void => {
  const reserved = new Set(load.filter((row) => row.reserved > 0).map(({ id }) => id))
  const weeks = [...new Set(load.map(({ bucket }) => bucket))]
  const rows = [...reserved].sort().map((id) => [
    load.find((row) => row.id === id)?.name ?? id,
    ...weeks.map((week) => {
      const row = load.find((one) => one.id === id && one.bucket === week)
      if (!row) return ""
      return `${hours(row.firm + row.reserved)} of ${hours(row.capacity)}`
    }),
  ])
  print("\n  Hours booked, with this quote, of open hours:\n")
  print(table([{ title: "Who" }, ...weeks.map((title) => ({ title, align: "right" as const }))], rows))
}
