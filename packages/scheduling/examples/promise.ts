// A painter's firm promises a date, loses three days to an absence, and says why the date moved.
import { apply, type Calendar, compile, explainPromise, holidays, plan, promise, weekdays } from "@anbud/scheduling"

const office: Calendar = {
  id: "office",
  zone: "Europe/Stockholm",
  week: weekdays(["08:00", "12:00"], ["13:00", "17:00"]),
  holidays: holidays("SE", 2026),
}
const anna = { id: "anna", name: "Anna", kind: "person", calendar: "office", skills: [{ skill: "painter" }] } as const

const model = compile({
  zone: "Europe/Stockholm",
  horizon: { from: "2026-01-01", to: "2026-12-31" },
  calendars: [office],
  resources: [anna],
  activities: [{ id: "villa", name: "Villa Ek", effortMinutes: 16 * 60, demand: [{ skill: "painter" }] }],
})
if (!model.ok) throw new Error(model.error.map((issue) => issue.hint).join("\n"))

const today = plan(model.value, { now: "2026-03-30T06:00:00Z" })
if (!today.ok) throw new Error("now lies outside the horizon")

const quote = {
  id: "q-7",
  activities: [{ id: "fence", name: "Paint the fence", effortMinutes: 24 * 60, demand: [{ skill: "painter" }] }],
}

const given = promise(today.value, quote, { percentilesPpm: [500_000, 800_000] })
if (given.ok) console.log(explainPromise(given.value, today.value, "en"))

const ill = apply(today.value, {
  put: { resources: [{ ...anna, absences: [{ from: "2026-04-01", workingDays: 3, reason: "ill" }] }] },
})
if (!ill.ok) throw new Error("the absence is malformed")

const later = promise(ill.value, quote)
if (later.ok) console.log(explainPromise(later.value, ill.value, "sv"))
