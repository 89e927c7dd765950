/**
 * Bookings and opportunities, checked and resolved.
 */
import type { PlanningData } from "../data.ts"
import type { ModelBooking } from "../model.ts"
import type { Zone } from "../zone.ts"
import { unknown } from "./activities.ts"
import type { Check } from "./check.ts"

/** Bookings with their resource and minutes. */
export const compileBookings = (
  data: PlanningData,
  index: ReadonlyMap<string, number>,
  check: Check,
): readonly ModelBooking[] =>
  (data.bookings ?? []).flatMap((booking) => {
    const at = `bookings[${booking.id}]`
    const from = check.instant(booking.from, `${at}.from`, booking.id)
    const to = check.instant(booking.to, `${at}.to`, booking.id)
    check.whole(booking.minutes, `${at}.minutes`, booking.id, 0, 10_000_000)
    const resource = index.get(booking.resource)
    if (resource === undefined) unknown(check, `${at}.resource`, booking.id, booking.resource)
    if (from === undefined || to === undefined || resource === undefined) return []
    if (from >= to) {
      check.issues.push({ _tag: "BadInterval", path: at, ids: [booking.id], hint: "End must be after start." })
      return []
    }
    return [{ id: booking.id, data: booking, resource, from, to }]
  })

/** When each opportunity's work may start, and when it stops holding anything. */
export const compileOpportunities = (
  data: PlanningData,
  zone: Zone,
  check: Check,
): { readonly expectedStarts: ReadonlyMap<string, number>; readonly expiries: ReadonlyMap<string, number> } => {
  const expectedStarts = new Map<string, number>()
  const expiries = new Map<string, number>()
  for (const each of data.opportunities ?? []) {
    const at = `opportunities[${each.id}]`
    check.share(each.probabilityPpm ?? Number.NaN, `${at}.probabilityPpm`, each.id)
    const start = check.moment(each.expectedStart, zone, false, `${at}.expectedStart`, each.id)
    if (start !== undefined) expectedStarts.set(each.id, start)
    const expires = check.instant(each.expires, `${at}.expires`, each.id)
    if (expires !== undefined) expiries.set(each.id, expires)
    check.whole(each.startSpreadDays, `${at}.startSpreadDays`, each.id, 0, 3650)
  }
  return { expectedStarts, expiries }
}
