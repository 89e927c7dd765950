/**
 * Link: resolves precedences between activities and finds the circles in them.
 */
import type { Precedence } from "../data.ts"
import type { Model } from "../model.ts"
import { type Linked, unknown } from "./activities.ts"
import type { Check } from "./check.ts"
import { shortestCycle } from "./cycle.ts"

/** Links activities by precedences; used for a quote's activities as well. */
export const link = (
  activities: readonly Linked[],
  precedences: readonly Precedence[],
  activityIndex: ReadonlyMap<string, number>,
  times: Model["calendarTime"],
  check: Check,
): void => {
  for (const each of precedences) {
    const path = `precedences[${each.from}>${each.to}]`
    const from = activityIndex.get(each.from)
    const to = activityIndex.get(each.to)
    if (from === undefined) unknown(check, `${path}.from`, each.to, each.from)
    if (to === undefined) unknown(check, `${path}.to`, each.from, each.to)
    const lagMinutes =
      each.lagMinutes === undefined
        ? 0
        : check.whole(each.lagMinutes, `${path}.lagMinutes`, each.to, -5_000_000, 5_000_000)
    const lagTime = each.lagUnit === "working" ? times.get(each.lagCalendar ?? "") : undefined
    if (each.lagUnit === "working" && lagTime === undefined)
      unknown(check, `${path}.lagCalendar`, each.to, each.lagCalendar ?? "")
    if (from === undefined || to === undefined) continue
    const type = each.type ?? "FS"
    activities[to]!.before.push({ other: from, type, lagMinutes, lagTime })
    activities[from]!.after.push({ other: to, type, lagMinutes, lagTime })
  }
  const cycle = shortestCycle(activities.map((each) => each.after.map((after) => after.other)))
  if (cycle !== undefined) {
    const ids = cycle.map((index) => activities[index]!.id)
    const hint = `${[...ids, ids[0]!].join(" → ")}: remove one of these precedences.`
    check.issues.push({ _tag: "Cycle", path: "precedences", ids, cycle: [...ids, ids[0]!], hint })
  }
}
