/**
 * Critical chain: the activities that lead, one after the other, from now to a finish.
 *
 * Each link starts where the one before it counts (its finish, or its start for SS), so the links' minutes add up to
 * finish − now exactly.
 */
import type { Minute } from "./instant.ts"
import type { ChainLink, Wait } from "./reason.ts"
import type { Placement, Sheet } from "./sheet.ts"
import { stretchesOf, waitsOf } from "./timeline.ts"

/** The chain that ends with `last`, earliest link first. `placements` are those its links count in. */
export const chainOf = (sheet: Sheet, last: Placement): readonly ChainLink[] => {
  const links: ChainLink[] = []
  let placement: Placement | undefined = last
  let until = last.assignment.finish
  while (placement !== undefined) {
    const { ready }: Placement = placement
    const from: Minute = ready.cause === undefined ? sheet.now : Math.min(ready.cause.at, until)
    links.unshift(linkOf(sheet, placement, from, until))
    placement = ready.cause === undefined ? undefined : sheet.placements[ready.cause.activity.index]
    until = from
    if (until <= sheet.now) break
  }
  return links
}

/** One activity's life from `from` to `until`: its own wait until it is ready, then work and waiting. */
const linkOf = (sheet: Sheet, placement: Placement, from: Minute, until: Minute): ChainLink => {
  const { activity, assignment, ready } = placement
  const eligible = [...new Set(placement.eligible.map((each) => each.resource))]
  const begin = Math.min(Math.max(from, ready.at), Math.max(until, from))
  const before: readonly Wait[] = begin > from ? [{ reason: ready.reason, minutes: begin - from }] : []
  const { workMinutes, waits } = waitsOf(stretchesOf(sheet, placement, begin, Math.max(begin, until)))
  const skill = activity.slots.find(
    (slot) => slot.skill !== undefined && slot.candidates.length === eligible.length,
  )?.skill
  const few = skill !== undefined && eligible.length > 0 && eligible.length < sheet.model.resources.length
  const resources = eligible.map((index) => sheet.model.resources[index]!.id)
  return {
    activity: activity.id,
    name: activity.name,
    resources: assignment.resources,
    from,
    to: until,
    workMinutes,
    waits: [...before, ...waits],
    ...(few ? { only: { _tag: "SkillOnly", skill, resources } } : {}),
  }
}
