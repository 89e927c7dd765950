/**
 * Flow: the most that can pass through a network, and the cut that stops more (Dinic's algorithm).
 */
export interface Flow {
  /** Adds an edge and gives its number. Capacities are whole. */
  readonly edge: (from: number, to: number, capacity: number) => number
  /** Pushes all that passes from node 0 to node 1 and gives its size. */
  readonly run: () => number
  /** How much an edge carries. */
  readonly carried: (edge: number) => number
  /** After `run`: whether more could still reach a node. The nodes that can are the source side of a least cut. */
  readonly reached: (node: number) => boolean
}

/** An empty network of `nodes` nodes; 0 is the source and 1 the sink. */
export const flowOf = (nodes: number): Flow => {
  const first = new Int32Array(nodes).fill(-1)
  const to: number[] = []
  const next: number[] = []
  const room: number[] = []
  const given: number[] = []
  const level = new Int32Array(nodes)
  const at = new Int32Array(nodes)

  const add = (from: number, target: number, capacity: number): void => {
    to.push(target)
    next.push(first[from]!)
    room.push(capacity)
    first[from] = to.length - 1
  }
  const edge = (from: number, target: number, capacity: number): number => {
    add(from, target, capacity)
    add(target, from, 0)
    given.push(capacity)
    return to.length - 2
  }
  const layer = (): boolean => {
    level.fill(-1)
    level[0] = 0
    const queue = [0]
    for (let head = 0; head < queue.length; head++) {
      const node = queue[head]!
      for (let e = first[node]!; e >= 0; e = next[e]!) {
        if (room[e]! <= 0 || level[to[e]!]! >= 0) continue
        level[to[e]!] = level[node]! + 1
        queue.push(to[e]!)
      }
    }
    return level[1]! >= 0
  }
  const push = (node: number, most: number): number => {
    if (node === 1) return most
    for (; at[node]! >= 0; at[node] = next[at[node]!]!) {
      const e = at[node]!
      if (room[e]! <= 0 || level[to[e]!] !== level[node]! + 1) continue
      const sent = push(to[e]!, Math.min(most, room[e]!))
      if (sent === 0) continue
      room[e] = room[e]! - sent
      room[e ^ 1] = room[e ^ 1]! + sent
      return sent
    }
    return 0
  }
  const run = (): number => {
    let total = 0
    while (layer()) {
      at.set(first)
      for (let sent = push(0, Number.MAX_SAFE_INTEGER); sent > 0; sent = push(0, Number.MAX_SAFE_INTEGER)) total += sent
    }
    return total
  }
  return { edge, run, carried: (e) => given[e >> 1]! - room[e]!, reached: (node) => level[node]! >= 0 }
}
