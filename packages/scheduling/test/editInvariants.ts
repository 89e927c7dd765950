/** Invariant 8: whatever is edited, and however often, `apply` gives the full plan of the edited data. */
import fc from "fast-check"
import { edited } from "../src/edit.ts"
import { apply, type Edit, type PlanningData } from "../src/index.ts"
import { check, equal, type Invariant } from "./property.ts"
import { planOf, world } from "./world.ts"

const ways = ["absence", "effort", "priority", "due date", "new work", "work removed", "booking"] as const
const step = fc.record({ way: fc.constantFrom(...ways), who: fc.nat(), amount: fc.integer({ min: 1, max: 9 }) })

const editOf = (data: PlanningData, way: (typeof ways)[number], who: number, amount: number): Edit => {
  const activities = data.activities!
  const old = activities[who % activities.length]!
  const person = data.resources[who % data.resources.length]!
  const from = 29_570_820 + amount * 2400
  switch (way) {
    case "absence":
      return {
        put: { resources: [{ ...person, absences: [{ from: `2026-04-1${amount}`, workingDays: 3, reason: "ill" }] }] },
      }
    case "effort":
      return { put: { activities: [{ ...old, effortMinutes: (old.split === "none" ? 15 : 200) * amount }] } }
    case "priority":
      return { put: { activities: [{ ...old, priority: amount % 3 }] } }
    case "due date":
      return { put: { activities: [{ ...old, due: `2026-04-2${amount}` }] } }
    case "new work":
      return { put: { activities: [{ ...old, id: `new${amount}` }] } }
    case "work removed":
      return { remove: { activities: activities.length < 3 ? [] : [old.id] } }
    case "booking":
      return { put: { bookings: [{ id: `extra${amount}`, resource: person.id, from, to: from + 900 }] } }
  }
}

export const editInvariants: Readonly<Record<string, Invariant>> = {
  "8 edits in a row, whatever they change, give the full plan of the edited data": check(
    [world, fc.array(step, { minLength: 2, maxLength: 3 })],
    (data, steps) => {
      let now = data
      let made = planOf(data)
      for (const { way, who, amount } of steps) {
        const edit = editOf(now, way, who, amount)
        const after = apply(made, edit)
        if (!after.ok) throw new Error(JSON.stringify(after.error))
        now = edited(now, edit)
        equal(after.value, planOf(now), way)
        made = after.value
      }
    },
  ),
}
