/**
 * Edit: a change of planning data, as records to put and ids to remove.
 */

import type { Calendar } from "./calendar.ts"
import type { Activity, Booking, Opportunity, PlanningData, Precedence, Resource } from "./data.ts"

/** Records replace those with the same id; precedences are given as a whole list of additions and removals. */
export interface Edit {
  readonly put?: {
    readonly calendars?: readonly Calendar[]
    readonly resources?: readonly Resource[]
    readonly activities?: readonly Activity[]
    readonly bookings?: readonly Booking[]
    readonly opportunities?: readonly Opportunity[]
    readonly precedences?: readonly Precedence[]
  }
  readonly remove?: {
    readonly calendars?: readonly string[]
    readonly resources?: readonly string[]
    readonly activities?: readonly string[]
    readonly bookings?: readonly string[]
    readonly opportunities?: readonly string[]
    /** All precedences between these two activities. */
    readonly precedences?: readonly { readonly from: string; readonly to: string }[]
  }
}

/** The data after an edit. Removing an activity removes its precedences. Unknown ids to remove are ignored. */
export const edited = (data: PlanningData, edit: Edit): PlanningData => {
  const { put = {}, remove = {} } = edit
  const gone = new Set(remove.activities)
  const cut = new Set((remove.precedences ?? []).map((each) => `${each.from}\u0000${each.to}`))
  return {
    ...data,
    calendars: merged(data.calendars, put.calendars, remove.calendars),
    resources: merged(data.resources, put.resources, remove.resources),
    activities: merged(data.activities, put.activities, remove.activities),
    bookings: merged(data.bookings, put.bookings, remove.bookings),
    opportunities: merged(data.opportunities, put.opportunities, remove.opportunities),
    precedences:
      gone.size === 0 && cut.size === 0 && put.precedences === undefined
        ? (data.precedences ?? [])
        : [
            ...(data.precedences ?? []).filter(
              (each) => !gone.has(each.from) && !gone.has(each.to) && !cut.has(`${each.from}\u0000${each.to}`),
            ),
            ...(put.precedences ?? []),
          ],
  }
}

const merged = <Row extends { readonly id: string }>(
  rows: readonly Row[] | undefined,
  put: readonly Row[] | undefined,
  remove: readonly string[] | undefined,
): readonly Row[] => {
  if (put === undefined && remove === undefined) return rows ?? []
  const changed = new Map((put ?? []).map((each) => [each.id, each]))
  const gone = new Set(remove)
  const kept = (rows ?? [])
    .filter((each) => !gone.has(each.id))
    .map((each) => {
      const other = changed.get(each.id)
      changed.delete(each.id)
      return other ?? each
    })
  return [...kept, ...changed.values()]
}
