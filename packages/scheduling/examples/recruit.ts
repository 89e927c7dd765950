// Five technicians, a full order book and two offers: do we need to recruit?
import { capacityGap, compile, occupancy, plan, series, weekdays } from "@anbud/scheduling"

const model = compile({
  zone: "Europe/Oslo",
  horizon: { from: "2026-01-01", to: "2026-12-31" },
  calendars: [{ id: "day", zone: "Europe/Oslo", week: weekdays(["08:00", "15:30"]) }],
  resources: ["Dag", "Eva", "Finn", "Gro", "Hans"].map((name) => ({
    id: name.toLowerCase(),
    name,
    kind: "person" as const,
    calendar: "day",
    billableTargetPpm: 750_000,
    skills: [{ skill: "technician" }],
  })),
})
if (!model.ok) throw new Error(model.error[0].hint)
const made = plan(model.value, { now: "2026-03-02T07:00:00Z" })
if (!made.ok) throw new Error("now lies outside the horizon")

const month = { skill: "technician", from: "2026-04-01", to: "2026-04-30" }
const gap = capacityGap(made.value, {
  from: "2026-04-01",
  to: "2026-04-30",
  bucket: "month",
  minutesPerFte: 120 * 60,
  forecasts: [
    { ...month, id: "orders", minutes: 620 * 60 },
    { ...month, id: "C1", minutes: 200 * 60, probabilityPpm: 600_000 },
    { ...month, id: "C2", minutes: 160 * 60, probabilityPpm: 250_000 },
  ],
})
if (!gap.ok) throw new Error(gap.error[0].hint)
for (const row of gap.value) {
  console.log(
    `${row.bucket}: wanted ${row.demand / 60} h, there is ${row.capacity / 60} h, missing ${row.gap / 60} h of ${row.skills.join(", ")}`,
  )
  console.log(`recruit ${row.ftePerMille / 1000} persons`)
}

const load = series.load(occupancy(made.value, { by: "skill", bucket: "week", from: "2026-04-06", to: "2026-04-26" }))
console.log(
  load
    .map((each) => `${each.name}: ${each.labels.map((label, n) => `${label} ${each.target[n]! / 60} h`).join(", ")}`)
    .join("\n"),
)
