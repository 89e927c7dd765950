/**
 * Cycle: a shortest circle of precedences, for the message that says which one to break.
 */

/** Edges the search may look at; a graph with a larger tangle gets the shortest cycle found so far. */
const MOST_EDGES = 5_000_000

/**
 * Activities of a shortest cycle (first one not repeated), or undefined if there is none.
 *
 * Ties go to the cycle found first from the lowest index. `after[i]` lists the successors of `i`.
 */
export const shortestCycle = (after: readonly (readonly number[])[]): readonly number[] | undefined => {
  const tangled = withoutEnds(after)
  let best: readonly number[] | undefined
  let edges = 0
  for (const start of tangled.nodes) {
    if (edges > MOST_EDGES && best !== undefined) break
    const parent = new Map<number, number>([[start, -1]])
    const queue = [start]
    let depth = 0
    let levelEnd = 1
    for (let head = 0; head < queue.length; head++) {
      if (head === levelEnd) {
        depth++
        levelEnd = queue.length
        if (best !== undefined && depth + 1 >= best.length) break
      }
      const node = queue[head]!
      const closes = after[node]!.includes(start)
      if (closes) {
        best = pathTo(node, parent)
        break
      }
      for (const next of after[node]!) {
        edges++
        if (tangled.has[next] === 1 && !parent.has(next)) {
          parent.set(next, node)
          queue.push(next)
        }
      }
    }
  }
  return best
}

const pathTo = (node: number, parent: ReadonlyMap<number, number>): readonly number[] => {
  const path: number[] = []
  for (let at = node; at !== -1; at = parent.get(at)!) path.unshift(at)
  return path
}

/** Nodes that remain after taking away, again and again, those without predecessors or without successors. */
const withoutEnds = (after: readonly (readonly number[])[]): { nodes: readonly number[]; has: Uint8Array } => {
  const size = after.length
  const has = new Uint8Array(size).fill(1)
  const before: number[][] = after.map(() => [])
  after.forEach((list, node) => {
    for (const next of list) before[next]!.push(node)
  })
  for (const [forward, backward] of [
    [after, before],
    [before, after],
  ] as const) {
    const degree = new Int32Array(size)
    for (let node = 0; node < size; node++) {
      for (const other of backward[node]!) if (has[other] === 1) degree[node]!++
    }
    const ready = Array.from({ length: size }, (_, node) => node).filter(
      (node) => has[node] === 1 && degree[node] === 0,
    )
    for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
      has[node] = 0
      for (const next of forward[node]!) if (has[next] === 1 && --degree[next]! === 0) ready.push(next)
    }
  }
  return { nodes: Array.from({ length: size }, (_, node) => node).filter((node) => has[node] === 1), has }
}
