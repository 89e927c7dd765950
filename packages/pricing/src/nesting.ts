/**
 * Nesting: how deep each line or section sits, found once for all of them however they point at each other.
 */

/** The most levels that bundles, and sections, may have. */
export const maxDepth = 16

export type NestingFault = "cycle" | "tooDeep"

/** By place: what is wrong with the chain of parents that starts there; `parents` holds places, or −1 at the top. */
export const nestingFaults = (parents: ArrayLike<number>): ReadonlyMap<number, NestingFault> => {
  const levels = new Int32Array(parents.length)
  for (let start = 0; start < parents.length; start++) {
    if (parents[start]! < 0 || levels[start] !== 0) continue
    const chain: number[] = []
    let at = start
    for (; at >= 0 && levels[at] === 0; at = parents[at]!) {
      levels[at] = walking
      chain.push(at)
    }
    let level = at < 0 ? 0 : levels[at]!
    for (const place of chain.reverse()) {
      // Whatever leads into a cycle is part of the fault.
      level = level === walking ? walking : level + 1
      levels[place] = level
    }
  }
  const faults = new Map<number, NestingFault>()
  levels.forEach((level, place) => {
    if (level === walking) faults.set(place, "cycle")
    else if (level > maxDepth) faults.set(place, "tooDeep")
  })
  return faults
}

/** The level of a place whose chain is being walked, and for good of one whose chain never ends. */
const walking = -1
