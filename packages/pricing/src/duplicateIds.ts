/**
 * Finding ids that are used twice, in one pass over flat memory: a quote of ten lines or a million pays the same per line.
 */

const maxProbes = 64

/** The places (from 0) whose id was there before. */
export const duplicateIds = (count: number, idOf: (at: number) => string): readonly number[] => {
  let size = 16
  while (size < count * 2) size *= 2
  const slots = new Int32Array(size)
  const mask = size - 1
  const duplicates: number[] = []
  for (let at = 0; at < count; at++) {
    const id = idOf(at)
    let slot = hash(id) & mask
    for (let probes = 0; ; probes++) {
      const taken = slots[slot]!
      if (taken === 0) {
        slots[slot] = at + 1
        break
      }
      if (idOf(taken - 1) === id) {
        duplicates.push(at)
        break
      }
      // Ids made to collide would make this quadratic; a set has its own defence.
      if (probes === maxProbes) return withSet(count, idOf)
      slot = (slot + 1) & mask
    }
  }
  return duplicates
}

/** FNV-1a over the UTF-16 units, stirred so that the low bits depend on all of them. */
const hash = (id: string): number => {
  let bits = 0x811c9dc5
  for (let at = 0; at < id.length; at++) bits = Math.imul(bits ^ id.charCodeAt(at), 0x01000193)
  return bits ^ (bits >>> 15)
}

const withSet = (count: number, idOf: (at: number) => string): readonly number[] => {
  const seen = new Set<string>()
  const duplicates: number[] = []
  for (let at = 0; at < count; at++) {
    const id = idOf(at)
    if (seen.has(id)) duplicates.push(at)
    else seen.add(id)
  }
  return duplicates
}
