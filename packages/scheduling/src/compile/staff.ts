/**
 * Staff: resources laid out, teams resolved.
 */
import type { PlanningData } from "../data.ts"
import { compareText } from "../issue.ts"
import type { Model, ModelResource } from "../model.ts"
import { unknown } from "./activities.ts"
import type { CompiledCalendar } from "./calendars.ts"
import type { Check } from "./check.ts"
import type { Span } from "./input.ts"
import { compileResource } from "./resources.ts"

/** Compiles all resources that work themselves; those of `previous` with the same record are taken over. */
export const compileResources = (
  data: PlanningData,
  calendars: ReadonlyMap<string, CompiledCalendar>,
  times: Model["calendarTime"],
  span: Span,
  previous: Model | undefined,
  check: Check,
): readonly ModelResource[] => {
  const known = new Set(data.calendars.map((each) => each.id))
  const resources: ModelResource[] = []
  for (const resource of data.resources) {
    if (resource.members !== undefined) continue
    const old = previous?.resources[previous.resourceIndex.get(resource.id) ?? -1]
    if (old?.data === resource && calendars === previous?.calendars) {
      resources.push(old.index === resources.length ? old : { ...old, index: resources.length })
      continue
    }
    const at = `resources[${resource.id}]`
    if (!known.has(resource.calendar ?? "")) unknown(check, `${at}.calendar`, resource.id, resource.calendar ?? "")
    for (const skill of resource.skills ?? []) {
      check.day(skill.from, `${at}.skills[${skill.skill}].from`, resource.id)
      check.day(skill.to, `${at}.skills[${skill.skill}].to`, resource.id)
      if (skill.level !== undefined) check.whole(skill.level, `${at}.skills[${skill.skill}].level`, resource.id, 1, 5)
    }
    const calendar = calendars.get(resource.calendar ?? "")
    if (calendar !== undefined)
      resources.push(compileResource(resource, resources.length, calendar, times, span, check))
  }
  return resources
}

/** Members of each team by id; unknown members and teams within teams are issues. */
export const teamsOf = (
  data: PlanningData,
  index: ReadonlyMap<string, number>,
  check: Check,
): ReadonlyMap<string, readonly string[]> => {
  const teams = new Map<string, readonly string[]>()
  const known = new Set(data.resources.map((each) => each.id))
  for (const resource of data.resources) {
    if (resource.members === undefined) continue
    const at = `resources[${resource.id}].members`
    for (const member of resource.members) {
      if (
        !known.has(member) ||
        (!index.has(member) && data.resources.some((each) => each.id === member && each.members !== undefined))
      ) {
        unknown(check, at, resource.id, member)
      }
    }
    teams.set(resource.id, [...new Set(resource.members)].sort(compareText))
  }
  return teams
}
