/** A small Swedish workshop that the tests plan for. Monday 2 March 2026, 08:00 in Stockholm, is `MONDAY`. */
import { type Calendar, compile, type Plan, type PlanningData, plan, type Resource, weekdays } from "../src/index.ts"

export const MONDAY = "2026-03-02T07:00:00Z"

export const office: Calendar = {
  id: "office",
  zone: "Europe/Stockholm",
  week: weekdays(["08:00", "12:00"], ["13:00", "17:00"]),
}

export const person = (id: string, more: Partial<Resource> = {}): Resource => ({
  id,
  kind: "person",
  calendar: "office",
  ...more,
})

export const shop = (more: Partial<PlanningData> = {}): PlanningData => ({
  zone: "Europe/Stockholm",
  horizon: { from: "2026-01-01", to: "2027-12-31" },
  calendars: [office],
  resources: [person("anna", { name: "Anna", skills: [{ skill: "painter" }] })],
  ...more,
})

/** The plan of data that must be without issues. */
export const planned = (data: PlanningData, now: string = MONDAY): Plan => {
  const model = compile(data)
  if (!model.ok) throw new Error(JSON.stringify(model.error, null, 1))
  const made = plan(model.value, { now })
  if (!made.ok) throw new Error(JSON.stringify(made.error))
  return made.value
}
