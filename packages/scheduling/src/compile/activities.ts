/**
 * Compiled activities: who may do them, when they may start, and what must come first.
 */
import type { Activity, Demand, Skill } from "../data.ts"
import type { Minute } from "../instant.ts"
import { DAY, dayOf } from "../instant.ts"
import { type Candidate, type ModelActivity, type ModelLink, type ModelResource, type Slot, WHOLE } from "../model.ts"
import { toUtc, type Zone } from "../zone.ts"
import { type Check, MOST_MINUTES } from "./check.ts"

/** What an activity's references are resolved against. */
export interface Staff {
  readonly zone: Zone
  readonly from: Minute
  readonly to: Minute
  readonly resources: readonly ModelResource[]
  readonly resourceIndex: ReadonlyMap<string, number>
  /** Member ids of each team. */
  readonly teams: ReadonlyMap<string, readonly string[]>
  /** Candidates by skill and level, so that a thousand equal demands are resolved once. */
  readonly bySkill: Map<string, readonly Candidate[]>
}

const STATUSES: ReadonlySet<string> = new Set(["tentative", "reserved", "firm", "started", "pinned", "done"])

/** An activity whose precedences are still being linked. */
export type Linked = ModelActivity & { readonly before: ModelLink[]; readonly after: ModelLink[] }

/** Compiles one activity without its precedences; issues go to `check`. */
export const compileActivity = (activity: Activity, index: number, staff: Staff, check: Check): Linked => {
  const at = `activities[${activity.id}]`
  const { id } = activity
  const whole = check.whole(activity.effortMinutes ?? Number.NaN, `${at}.effortMinutes`, id, 0, MOST_MINUTES)
  const left = activity.remainingMinutes
  const effort = left === undefined ? whole : check.whole(left, `${at}.remainingMinutes`, id, 0, MOST_MINUTES)
  check.whole(activity.minBlockMinutes, `${at}.minBlockMinutes`, id, 1, MOST_MINUTES)
  checkEffortModel(activity, at, check)
  if (activity.priority !== undefined) check.whole(activity.priority, `${at}.priority`, id, -1_000_000, 1_000_000)
  const own = activity.opportunity
  const status = own === undefined ? (activity.status ?? "firm") : (activity.status ?? "tentative")
  if (!STATUSES.has(status)) unknown(check, `${at}.status`, id, String(status))
  const earliest = check.moment(activity.earliestStart, staff.zone, false, `${at}.earliestStart`, id)
  const demand = activity.demand ?? []
  if (demand.length === 0 && effort > 0 && status !== "done" && status !== "pinned") {
    const hint = "Work needs a skill, a resource or a team; only a milestone (0 minutes) needs none."
    check.issues.push({ _tag: "SkillImpossible", path: `${at}.demand`, ids: [id], hint, skill: "", nearest: [] })
  }
  const fixed = fixedOf(activity, at, staff, check)
  if (status === "pinned" && fixed.length === 0) {
    check.issues.push({
      _tag: "BadInterval",
      path: `${at}.fixed`,
      ids: [id],
      hint: "Pinned work says where it stands.",
    })
  }
  const slots =
    effort === 0 ? [] : demand.flatMap((each, n) => slotsOf(each, activity, `${at}.demand[${n}]`, staff, check))
  return {
    index,
    id,
    name: activity.name ?? id,
    data: activity,
    status,
    effortMinutes: effort,
    slots: status === "started" ? stayingWith(slots, fixed) : slots,
    earliest: earliest ?? staff.from,
    hasEarliest: earliest !== undefined,
    due: check.moment(activity.due, staff.zone, true, `${at}.due`, id),
    deadline: check.moment(activity.deadline, staff.zone, true, `${at}.deadline`, id),
    opportunity: own,
    before: [],
    after: [],
    fixed,
  }
}

const fixedOf = (activity: Activity, at: string, staff: Staff, check: Check): ModelActivity["fixed"] =>
  (activity.fixed ?? []).flatMap((piece, n) => {
    const from = check.instant(piece.from, `${at}.fixed[${n}].from`, activity.id)
    const to = check.instant(piece.to, `${at}.fixed[${n}].to`, activity.id)
    const resource = staff.resourceIndex.get(piece.resource)
    if (resource === undefined) unknown(check, `${at}.fixed[${n}].resource`, activity.id, piece.resource)
    if (from === undefined || to === undefined || resource === undefined) return []
    if (from < to) return [{ resource, from, to }]
    check.issues.push({
      _tag: "BadInterval",
      path: `${at}.fixed[${n}]`,
      ids: [activity.id],
      hint: "End must be after start.",
    })
    return []
  })

/** Started work stays with those who started it, if they may still do it. */
const stayingWith = (slots: readonly Slot[], fixed: ModelActivity["fixed"]): readonly Slot[] => {
  const started = new Set(fixed.map((piece) => piece.resource))
  return slots.map((slot) => {
    const same = slot.candidates.filter((each) => started.has(each.resource))
    return same.length === 0 ? slot : { ...slot, candidates: same }
  })
}

/** Reports a reference to a record that is not there. */
export const unknown = (check: Check, path: string, id: string, ref: string): void => {
  const hint = `There is no ${JSON.stringify(ref)}.`
  check.issues.push({ _tag: "UnknownRef", path, ids: [id], hint, ref: String(ref) })
}

const checkEffortModel = (activity: Activity, at: string, check: Check): void => {
  const model = activity.effortModel
  if (model === undefined) return
  const path = `${at}.effortModel`
  if (model.kind === "lognormal") check.whole(model.cvPpm, `${path}.cvPpm`, activity.id, 0, 5 * WHOLE)
  else {
    const low = check.whole(model.minMinutes, `${path}.minMinutes`, activity.id, 0, MOST_MINUTES)
    const likely = check.whole(model.likelyMinutes, `${path}.likelyMinutes`, activity.id, low, MOST_MINUTES)
    check.whole(model.maxMinutes, `${path}.maxMinutes`, activity.id, likely, MOST_MINUTES)
  }
}

const slotsOf = (demand: Demand, activity: Activity, path: string, staff: Staff, check: Check): Slot[] => {
  const units = demand.units === undefined ? 1 : check.whole(demand.units, `${path}.units`, activity.id, 1, 1000)
  const share = check.share(demand.sharePpm, `${path}.sharePpm`, activity.id)
  if (share === 0) check.whole(0, `${path}.sharePpm`, activity.id, 1, WHOLE)
  const named = (candidates: readonly Candidate[], skill?: string): readonly Candidate[] =>
    allowed(candidates, activity, staff, path, skill, check)
  if ("resource" in demand) {
    const index = staff.resourceIndex.get(demand.resource)
    if (index === undefined) {
      unknown(check, `${path}.resource`, activity.id, demand.resource)
      return []
    }
    return pooled(
      index,
      units,
      share,
      named([{ resource: index, from: staff.from, to: staff.to }]),
      path,
      activity,
      staff,
      check,
    )
  }
  if ("team" in demand) {
    const members = staff.teams.get(demand.team)
    const pool = staff.resourceIndex.get(demand.team)
    if (members === undefined) {
      if (pool !== undefined)
        return slotsOf({ resource: demand.team, units, sharePpm: share }, activity, path, staff, check)
      unknown(check, `${path}.team`, activity.id, demand.team)
      return []
    }
    const some = members.flatMap((member): Candidate[] => {
      const index = staff.resourceIndex.get(member)
      if (index === undefined) return []
      if (demand.skill === undefined) return [{ resource: index, from: staff.from, to: staff.to }]
      return skilled(staff, demand.skill, 1).filter((each) => each.resource === index)
    })
    if (some.length === 0) {
      const hint = "No member of the team may do it."
      check.issues.push({ _tag: "TeamEmpty", path: `${path}.team`, ids: [activity.id, demand.team], hint })
    }
    return repeated(named(some, demand.skill), units, share, demand.skill, path, activity, check)
  }
  const level = demand.level === undefined ? 1 : check.whole(demand.level, `${path}.level`, activity.id, 1, 5)
  return repeated(
    named(skilled(staff, demand.skill, level), demand.skill),
    units,
    share,
    demand.skill,
    path,
    activity,
    check,
  )
}

const pooled = (
  index: number,
  units: number,
  share: number,
  candidates: readonly Candidate[],
  path: string,
  activity: Activity,
  staff: Staff,
  check: Check,
): Slot[] => {
  const available = staff.resources[index]!.unitsPpm / WHOLE
  if (units > available) tooMany(check, path, activity.id, units, available)
  return candidates.length === 0 ? [] : [{ skill: undefined, candidates, unitsPpm: units * share }]
}

const repeated = (
  candidates: readonly Candidate[],
  units: number,
  share: number,
  skill: string | undefined,
  path: string,
  activity: Activity,
  check: Check,
): Slot[] => {
  const available = new Set(candidates.map((each) => each.resource)).size
  if (candidates.length > 0 && units > available) tooMany(check, path, activity.id, units, available)
  return candidates.length === 0 ? [] : Array.from({ length: units }, () => ({ skill, candidates, unitsPpm: share }))
}

const tooMany = (check: Check, path: string, id: string, needed: number, available: number): void => {
  const hint = `${needed} at once are needed and ${available} exist.`
  check.issues.push({ _tag: "UnitsExceedCapacity", path, ids: [id], hint, needed, available })
}

const allowed = (
  candidates: readonly Candidate[],
  activity: Activity,
  staff: Staff,
  path: string,
  skill: string | undefined,
  check: Check,
): readonly Candidate[] => {
  const expand = (ids: readonly string[]): ReadonlySet<number> =>
    new Set(ids.flatMap((id) => (staff.teams.get(id) ?? [id]).map((each) => staff.resourceIndex.get(each) ?? -1)))
  if (activity.allowed === undefined && activity.forbidden === undefined && candidates.length > 0) return candidates
  const yes = activity.allowed === undefined ? undefined : expand(activity.allowed)
  const no = activity.forbidden === undefined ? undefined : expand(activity.forbidden)
  const left = candidates.filter((each) => (yes?.has(each.resource) ?? true) && !(no?.has(each.resource) ?? false))
  if (left.length === 0 && (skill !== undefined || candidates.length > 0)) {
    check.issues.push({
      _tag: "SkillImpossible",
      path,
      ids: [activity.id],
      skill: skill ?? "",
      nearest: nearest(skill, candidates, staff),
      hint:
        skill === undefined
          ? "Every resource for it is forbidden."
          : `Nobody who is allowed has the skill ${JSON.stringify(skill)}.`,
    })
  }
  return left
}

const nearest = (
  skill: string | undefined,
  candidates: readonly Candidate[],
  staff: Staff,
): { resource: string; lacks: string }[] => {
  if (candidates.length > 0)
    return candidates.slice(0, 3).map((each) => ({ resource: staff.resources[each.resource]!.id, lacks: "permission" }))
  const near = staff.resources.flatMap((resource) => {
    const own = (resource.data.skills ?? []).filter((each) => each.skill === skill)
    if (own.length === 0) return []
    const level = Math.max(...own.map((each) => each.level ?? 1))
    return [{ resource: resource.id, lacks: `level (has ${level})` }]
  })
  if (near.length > 0) return near.slice(0, 3)
  return staff.resources.slice(0, 3).map((resource) => ({ resource: resource.id, lacks: `skill ${skill ?? ""}` }))
}

/** Everybody with the skill at the level, each with the dates on which it holds. */
export const skilled = (staff: Staff, skill: string, level: number): readonly Candidate[] => {
  const key = `${level} ${skill}`
  const found = staff.bySkill.get(key)
  if (found !== undefined) return found
  const candidates = staff.resources.flatMap((resource) =>
    (resource.data.skills ?? [])
      .filter((each) => each.skill === skill && (each.level ?? 1) >= level)
      .map((each) => validity(each, resource, staff)),
  )
  staff.bySkill.set(key, candidates)
  return candidates
}

const validity = (skill: Skill, resource: ModelResource, staff: Staff): Candidate => {
  const first = skill.from === undefined ? undefined : dayOf(skill.from)
  const last = skill.to === undefined ? undefined : dayOf(skill.to)
  return {
    resource: resource.index,
    from: first === undefined ? staff.from : Math.max(staff.from, toUtc(resource.zone, first * DAY)),
    to: last === undefined ? staff.to : Math.min(staff.to, toUtc(resource.zone, (last + 1) * DAY)),
  }
}
