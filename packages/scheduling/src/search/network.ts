/**
 * Network: a project of activities that share renewable resources, laid out for search.
 *
 * Times are whole periods. Capacities are packed into 32-bit words with one guard bit per field, so that one
 * subtraction tests every resource at once: a guard bit that is gone means that its field would fall below zero.
 */

/** The resource-constrained project scheduling problem as plain lists. */
export interface Project {
  readonly durations: readonly number[]
  /** `demand[activity][resource]`, whole units. */
  readonly demand: readonly (readonly number[])[]
  readonly capacity: readonly number[]
  /** `successors[activity]`: those that may start when it has finished. */
  readonly successors: readonly (readonly number[])[]
}

/** One direction of a project: forward, or with time running backwards. */
export interface Direction {
  /** Predecessors of `j` are `list[offset[j]]` to `list[offset[j + 1] − 1]`. */
  readonly offset: Int32Array
  readonly list: Int32Array
  /** Longest path from each activity's finish to the end. */
  readonly behind: Int32Array
}

export interface Network {
  readonly size: number
  readonly durations: Int32Array
  /** Packed demand, `words` numbers per activity. */
  readonly need: Int32Array
  readonly words: number
  /** Packed capacity with guard bits, and the guard bits alone, per word. */
  readonly full: Int32Array
  readonly guard: Int32Array
  readonly forward: Direction
  readonly backward: Direction
  /** Activities so that predecessors come first. */
  readonly topological: Int32Array
  /** Longest path from the start to each start, and from each start to the end (own duration included). */
  readonly head: Int32Array
  readonly tail: Int32Array
  /** Length of the longest path. */
  readonly criticalPath: number
  /** No schedule needs more periods. */
  readonly horizon: number
  readonly project: Project
}

/** Lays out a project, or gives undefined if it is cyclic or asks for more units than exist. */
export const networkOf = (project: Project): Network | undefined => {
  const size = project.durations.length
  const tooMuch = project.demand.some((units) => units.some((each, k) => each > (project.capacity[k] ?? 0) || each < 0))
  const topological = topologicalOrder(project.successors)
  if (tooMuch || topological === undefined) return undefined
  const durations = Int32Array.from(project.durations)
  const backward = directionOf(project.successors)
  const forward = directionOf(reversed(project.successors))
  const head = new Int32Array(size)
  const tail = new Int32Array(size)
  for (const j of topological) {
    for (let at = forward.offset[j]!; at < forward.offset[j + 1]!; at++) {
      const before = forward.list[at]!
      head[j] = Math.max(head[j]!, head[before]! + durations[before]!)
    }
  }
  for (let position = size - 1; position >= 0; position--) {
    const j = topological[position]!
    let most = 0
    for (let at = backward.offset[j]!; at < backward.offset[j + 1]!; at++)
      most = Math.max(most, tail[backward.list[at]!]!)
    tail[j] = most + durations[j]!
  }
  return {
    size,
    durations,
    ...packed(project),
    forward: { ...forward, behind: tail.map((each, j) => each - durations[j]!) },
    backward: { ...backward, behind: head },
    topological,
    head,
    tail,
    criticalPath: head.reduce((most, each, j) => Math.max(most, each + tail[j]!), 0),
    horizon: project.durations.reduce((sum, each) => sum + each, 0) + 1,
    project,
  }
}

const directionOf = (lists: readonly (readonly number[])[]): Omit<Direction, "behind"> => {
  const offset = new Int32Array(lists.length + 1)
  lists.forEach((list, j) => {
    offset[j + 1] = offset[j]! + list.length
  })
  return { offset, list: Int32Array.from(lists.flat()) }
}

const reversed = (lists: readonly (readonly number[])[]): number[][] => {
  const result: number[][] = lists.map(() => [])
  lists.forEach((list, j) => {
    for (const next of list) result[next]!.push(j)
  })
  return result
}

const topologicalOrder = (successors: readonly (readonly number[])[]): Int32Array | undefined => {
  const waiting = new Int32Array(successors.length)
  for (const list of successors) for (const next of list) waiting[next]!++
  const order = Array.from(waiting.keys()).filter((j) => waiting[j] === 0)
  for (let at = 0; at < order.length; at++) {
    for (const next of successors[order[at]!]!) if (--waiting[next]! === 0) order.push(next)
  }
  return order.length === successors.length ? Int32Array.from(order) : undefined
}

/** Fields are as wide as their capacity needs plus the guard; a word holds as many as fit in 32 bits. */
const packed = (project: Project): Pick<Network, "need" | "words" | "full" | "guard"> => {
  const fields: { word: number; shift: number; width: number }[] = []
  let word = 0
  let shift = 0
  for (const capacity of project.capacity) {
    const width = 33 - Math.clz32(capacity)
    if (shift + width > 32) {
      word++
      shift = 0
    }
    fields.push({ word, shift, width })
    shift += width
  }
  const words = word + 1
  const full = new Int32Array(words)
  const guard = new Int32Array(words)
  fields.forEach((field, k) => {
    const bit = 1 << (field.shift + field.width - 1)
    full[field.word]! |= bit | (project.capacity[k]! << field.shift)
    guard[field.word]! |= bit
  })
  const need = new Int32Array(project.durations.length * words)
  project.demand.forEach((units, j) => {
    fields.forEach((field, k) => {
      need[j * words + field.word]! |= (units[k] ?? 0) << field.shift
    })
  })
  return { need, words, full, guard }
}
