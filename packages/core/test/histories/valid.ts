/** Histories that are in order: transactions at random, one after the other, though their times overlap. */
import type { Step, Transaction } from "./history.ts"
import type { Plant } from "./plants.ts"

/** A history of so many transactions that follows from `random`, with the plant's among them, if there is one. */
export const historyWith = (random: () => number, count: number, plant?: Plant): readonly Transaction[] => {
  const below = (limit: number): number => Math.floor(random() * limit)
  const lists = new Map<string, number[]>()
  let value = 1_000
  const history: Transaction[] = []
  for (let at = 0; at < count; at += 1) {
    const outcome = below(10) > 0 ? "committed" : below(2) === 0 ? "failed" : "unknown"
    const isDone = outcome === "committed" || (outcome === "unknown" && below(2) === 0)
    const own = new Map<string, number[]>()
    const steps = Array.from({ length: 1 + below(4) }, (): Step => {
      const list = `L${below(5) + 5 * Math.floor(at / 40)}`
      const seen = own.get(list) ?? [...(lists.get(list) ?? [])]
      own.set(list, seen)
      if (below(2) === 0) return { do: "read", list, seen: [...seen] }
      value += 1
      seen.push(value)
      return { do: "append", list, value }
    })
    if (isDone) for (const [list, seen] of own) lists.set(list, seen)
    // Its moment is in the middle of its time, so that the order of the moments is the true one.
    const moment = 100 + at
    history.push({ id: `V${at}`, outcome, steps, begunAt: moment - 5 * random(), endedAt: moment + 5 * random() })
  }
  return shuffled([...history, ...(plant?.transactions ?? [])], random)
}

const shuffled = <T>(items: readonly T[], random: () => number): readonly T[] =>
  items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
