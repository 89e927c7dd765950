/**
 * The checker: whether a history could have come from transactions one after the other, each in its own time. It knows
 * nothing of databases. The idea is Elle's: lists show their versions, versions order the transactions, and an order
 * that goes round in a ring is none.
 */
import { connect, type EdgeKind, type Edges, type Graph, ringOf } from "./graph.ts"
import type { Anomaly, AnomalyKind, Transaction } from "./history.ts"

type Append = { readonly by: Transaction; readonly list: string; readonly isLast: boolean }

/** Every anomaly that the history shows; of rings the shortest of the gravest kind. */
export const anomaliesOf = (history: readonly Transaction[]): readonly Anomaly[] => {
  const appends = appendsOf(history)
  const found = [...history.filter(isSeen).flatMap((one) => [...inside(one), ...ofReads(one, appends)])]
  const versions = versionsOf(history)
  found.push(...versions.anomalies)
  found.push(...lostAppends(history, versions.orders))
  const ring = gravestRing(dependencies(history, appends, versions.orders))
  return ring ? [...found, ring] : found
}

/** What a transaction read counts only if it committed. */
const isSeen = ({ outcome }: Transaction): boolean => outcome === "committed"

const appendsOf = (history: readonly Transaction[]): ReadonlyMap<number, Append> => {
  const appends = new Map<number, Append>()
  for (const by of history) {
    const last = new Map<string, number>()
    for (const step of by.steps) if (step.do === "append") last.set(step.list, step.value)
    for (const step of by.steps)
      if (step.do === "append")
        appends.set(step.value, { by, list: step.list, isLast: last.get(step.list) === step.value })
  }
  return appends
}

/** A transaction sees what it has seen and written itself. */
const inside = ({ id, steps }: Transaction): readonly Anomaly[] => {
  const known = new Map<string, { readonly seen: readonly number[]; readonly isWhole: boolean }>()
  const found: Anomaly[] = []
  for (const step of steps) {
    const before = known.get(step.list)
    if (step.do === "append") {
      known.set(step.list, { seen: [...(before?.seen ?? []), step.value], isWhole: before?.isWhole ?? false })
      continue
    }
    const expected = before?.seen ?? []
    const end = before?.isWhole ? step.seen : step.seen.slice(-expected.length || step.seen.length)
    if (before && !isSame(end, expected)) found.push(anomaly("internal", `${id} does not see its own ${step.list}`))
    known.set(step.list, { seen: step.seen, isWhole: true })
  }
  return found
}

const ofReads = ({ id, steps }: Transaction, appends: ReadonlyMap<number, Append>): readonly Anomaly[] =>
  steps.flatMap((step) => {
    if (step.do === "append") return []
    const found: Anomaly[] = []
    if (new Set(step.seen).size < step.seen.length) found.push(anomaly("garbage", `${id} reads a number twice`))
    for (const value of step.seen) {
      const append = appends.get(value)
      if (!append || append.list !== step.list) found.push(anomaly("garbage", `${id} reads ${value} in ${step.list}`))
      else if (append.by.outcome === "failed")
        found.push(anomaly("G1a aborted read", `${id} reads ${value} of ${append.by.id}`))
    }
    const last = appends.get(step.seen.at(-1) ?? Number.NaN)
    if (last && last.by.id !== id && !last.isLast)
      found.push(anomaly("G1b intermediate read", `${id} reads ${step.list} in the middle of ${last.by.id}`))
    return found
  })

interface Versions {
  /** The order of the numbers of each list, as the longest read shows it. */
  readonly orders: ReadonlyMap<string, readonly number[]>
  readonly anomalies: readonly Anomaly[]
}

const versionsOf = (history: readonly Transaction[]): Versions => {
  const orders = new Map<string, readonly number[]>()
  const reads = history.filter(isSeen).flatMap((one) => one.steps.flatMap((s) => (s.do === "read" ? [{ one, s }] : [])))
  for (const { s } of reads) if (s.seen.length > (orders.get(s.list)?.length ?? -1)) orders.set(s.list, s.seen)
  const anomalies = reads.flatMap(({ one, s }) =>
    isSame(s.seen, (orders.get(s.list) ?? []).slice(0, s.seen.length))
      ? []
      : [anomaly("incompatible order", `${one.id} reads ${s.list} in another order`)],
  )
  return { orders, anomalies }
}

/** A number is in every read that began after its transaction had been answered. */
const lostAppends = (
  history: readonly Transaction[],
  orders: ReadonlyMap<string, readonly number[]>,
): readonly Anomaly[] => {
  const lastReads = new Map<string, number>()
  for (const { steps, begunAt } of history.filter(isSeen))
    for (const step of steps)
      if (step.do === "read") lastReads.set(step.list, Math.max(begunAt, lastReads.get(step.list) ?? 0))
  return history.filter(isSeen).flatMap(({ id, steps, endedAt }) =>
    steps.flatMap((step) => {
      if (step.do === "read" || endedAt >= (lastReads.get(step.list) ?? 0)) return []
      const isThere = orders.get(step.list)?.includes(step.value) ?? false
      return isThere ? [] : [anomaly("lost append", `${step.value} of ${id} is not in ${step.list}`)]
    }),
  )
}

const dependencies = (
  history: readonly Transaction[],
  appends: ReadonlyMap<number, Append>,
  orders: ReadonlyMap<string, readonly number[]>,
): Graph => {
  const edges: Edges = new Map(history.map(({ id }) => [id, new Map()]))
  const writer = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : appends.get(value)?.by.id
  const link = (from: string | undefined, to: string | undefined, kind: EdgeKind): void => {
    if (from !== undefined && to !== undefined) connect(edges, from, to, kind)
  }
  for (const order of orders.values())
    for (const [place, value] of order.entries()) link(writer(order[place - 1]), writer(value), "ww")
  for (const { id, steps } of history.filter(isSeen))
    for (const step of steps) {
      if (step.do === "append") continue
      const order = orders.get(step.list) ?? []
      link(writer(step.seen.at(-1)), id, "wr")
      // Its own appends are the next versions of what it has read; the one after them is somebody else's.
      link(id, writer(order.slice(step.seen.length).find((value) => writer(value) !== id)), "rw")
    }
  connectInTime(history.filter(isSeen), edges)
  return edges
}

/** Who was answered before another began comes before it; what follows from other such edges is left out. */
const connectInTime = (history: readonly Transaction[], edges: Edges): void => {
  const byStart = history.toSorted((a, b) => a.begunAt - b.begunAt)
  for (const one of history) {
    let soonestEnd = Number.POSITIVE_INFINITY
    for (const later of byStart) {
      if (later.begunAt <= one.endedAt) continue
      if (later.begunAt > soonestEnd) break
      connect(edges, one.id, later.id, "time")
      soonestEnd = Math.min(soonestEnd, later.endedAt)
    }
  }
}

const kinds = (...names: readonly EdgeKind[]): ReadonlySet<EdgeKind> => new Set(names)

const gravestRing = (graph: Graph): Anomaly | null => {
  const seen = kinds("ww", "wr")
  const all = kinds("ww", "wr", "rw")
  const attempts: readonly (readonly [AnomalyKind, () => readonly string[] | null])[] = [
    ["G0 write cycle", () => ringOf(graph, kinds("ww"))],
    ["G1c circular information flow", () => ringOf(graph, seen)],
    ["G-single", () => ringOf(graph, all, { kind: "rw", others: seen })],
    ["G2 anti-dependency cycle", () => ringOf(graph, all)],
    ["stale", () => ringOf(graph, kinds("ww", "wr", "rw", "time"))],
  ]
  for (const [kind, find] of attempts) {
    const ring = find()
    if (ring) return anomaly(kind, ring.join(" → "))
  }
  return null
}

const anomaly = (kind: AnomalyKind, says: string): Anomaly => ({ kind, says })

const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, place) => value === b[place])
