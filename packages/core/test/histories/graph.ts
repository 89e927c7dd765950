/** Graphs of transactions: who must come before whom and why, and rings in that. */

/** Why one comes before the other: it was written over, was seen, did not see the other, or was answered before. */
export type EdgeKind = "ww" | "wr" | "rw" | "time"

/** A directed graph with kinds of edges. */
export type Graph = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<EdgeKind>>>

/** Edges while they are collected. */
export type Edges = Map<string, Map<string, Set<EdgeKind>>>

/** Adds an edge; one from a transaction to itself is none. */
export const connect = (edges: Edges, from: string, to: string, kind: EdgeKind): void => {
  if (from === to) return
  const targets = edges.get(from) ?? new Map<string, Set<EdgeKind>>()
  const kinds = targets.get(to) ?? new Set<EdgeKind>()
  kinds.add(kind)
  targets.set(to, kinds)
  edges.set(from, targets)
}

/** A shortest ring of edges of these kinds that has at least one edge of `needed`, from each of its knots; else null. */
export const ringOf = (
  graph: Graph,
  kinds: ReadonlySet<EdgeKind>,
  needed?: { readonly kind: EdgeKind; readonly others: ReadonlySet<EdgeKind> },
): readonly string[] | null => {
  for (const part of strongParts(graph, kinds)) {
    const members = new Set(part)
    for (const from of part)
      for (const [to, found] of graph.get(from) ?? []) {
        if (!members.has(to) || !hasAny(found, needed ? new Set([needed.kind]) : kinds)) continue
        const back = path(graph, to, from, needed?.others ?? kinds, members)
        if (back) return [from, ...back]
      }
  }
  return null
}

const hasAny = (found: ReadonlySet<EdgeKind>, kinds: ReadonlySet<EdgeKind>): boolean =>
  [...found].some((kind) => kinds.has(kind))

/** The shortest way from one to another inside some members, both ends included; null where there is none. */
const path = (
  graph: Graph,
  from: string,
  to: string,
  kinds: ReadonlySet<EdgeKind>,
  members: ReadonlySet<string>,
): readonly string[] | null => {
  const before = new Map<string, string | null>([[from, null]])
  const queue = [from]
  for (const at of queue) {
    if (at === to) {
      const way: string[] = []
      for (let step: string | null = at; step !== null; step = before.get(step) ?? null) way.unshift(step)
      return way
    }
    for (const [next, found] of graph.get(at) ?? []) {
      if (!members.has(next) || before.has(next) || !hasAny(found, kinds)) continue
      before.set(next, at)
      queue.push(next)
    }
  }
  return null
}

/** The strongly connected parts with more than one member: Tarjan's algorithm, without recursion. */
const strongParts = (graph: Graph, kinds: ReadonlySet<EdgeKind>): readonly (readonly string[])[] => {
  const targets = (from: string): readonly string[] =>
    [...(graph.get(from) ?? [])].flatMap(([to, found]) => (hasAny(found, kinds) ? [to] : []))
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()
  const parts: string[][] = []
  for (const root of graph.keys()) {
    if (index.has(root)) continue
    const work: { readonly at: string; readonly next: readonly string[]; place: number }[] = []
    const enter = (at: string): void => {
      index.set(at, index.size)
      low.set(at, index.get(at) ?? 0)
      open.push(at)
      isOpen.add(at)
      work.push({ at, next: targets(at), place: 0 })
    }
    const lower = (at: string, value: number | undefined): void =>
      void low.set(at, Math.min(low.get(at) ?? 0, value ?? Number.POSITIVE_INFINITY))
    enter(root)
    for (let frame = work.at(-1); frame; frame = work.at(-1)) {
      const next = frame.next[frame.place++]
      if (next !== undefined) {
        if (!index.has(next)) enter(next)
        else if (isOpen.has(next)) lower(frame.at, index.get(next))
        continue
      }
      work.pop()
      const above = work.at(-1)
      if (above) lower(above.at, low.get(frame.at))
      if (low.get(frame.at) !== index.get(frame.at)) continue
      const part = open.splice(open.indexOf(frame.at))
      for (const member of part) isOpen.delete(member)
      if (part.length > 1) parts.push(part)
    }
  }
  return parts
}
