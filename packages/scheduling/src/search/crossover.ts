/**
 * Crossover: a child's order from two parents' schedules, and small changes to it.
 */
import type { Direction, Network } from "./network.ts"

/** Orders and starts of a population, `size` numbers per member. */
export interface Genes {
  readonly orders: Int32Array
  /** Start of each activity, counted in the direction that the orders are for. */
  readonly keys: Int32Array
  readonly spans: Int32Array
}

/** Scratch lists for crossing. */
export interface Crosser {
  readonly network: Network
  readonly random: () => number
  readonly label: Uint8Array
  readonly weight: Float64Array
  readonly use: Float64Array
}

/** Fresh scratch lists. */
export const crosserOf = (network: Network, random: () => number): Crosser => {
  const { size, project, horizon } = network
  const weight = new Float64Array(size)
  project.demand.forEach((units, j) => {
    weight[j] = units.reduce((sum, each, k) => sum + (each === 0 ? 0 : each / project.capacity[k]!), 0)
  })
  return { network, random, weight, label: new Uint8Array(size), use: new Float64Array(horizon + 2) }
}

/**
 * Writes a child: the crowded stretch of `giver` in its own order, all before and after it in the order of `rest`.
 *
 * The stretch takes between `least` and `most` of the giver's time.
 */
export const cross = (
  crosser: Crosser,
  genes: Genes,
  giver: number,
  rest: number,
  stretch: { readonly least: number; readonly most: number },
  child: Int32Array,
): void => {
  const { label, network, random } = crosser
  const { size } = network
  const { orders, keys, spans } = genes
  const span = spans[giver]!
  const share = stretch.least + random() * (stretch.most - stretch.least)
  const length = Math.max(1, Math.floor(share * span))
  const begin = crowded(crosser, keys, giver * size, span, length)
  for (let j = 0; j < size; j++) {
    const key = keys[giver * size + j]!
    label[j] = key < begin ? 0 : key < begin + length ? 1 : 2
  }
  let position = 0
  for (let part = 0; part < 3; part++) {
    const at = (part === 1 ? giver : rest) * size
    for (let n = 0; n < size; n++) {
      const j = orders[at + n]!
      if (label[j] === part) child[position++] = j
    }
  }
}

/** Where the stretch of a given length with the most work in it begins. */
const crowded = (crosser: Crosser, keys: Int32Array, at: number, span: number, length: number): number => {
  const { use, weight, network } = crosser
  // The difference array first: work starts and stops; two running sums then give the load of every stretch.
  use.fill(0, 0, span + 2)
  for (let j = 0; j < network.size; j++) {
    const key = keys[at + j]!
    const stop = Math.min(span + 1, key + network.durations[j]!)
    use[key] = use[key]! + weight[j]!
    use[stop] = use[stop]! - weight[j]!
  }
  for (let period = 1; period <= span; period++) use[period] = use[period]! + use[period - 1]!
  let sum = 0
  for (let period = 0; period < length; period++) sum += use[period]!
  let most = sum
  let begin = 0
  for (let period = 1; period + length <= span; period++) {
    sum += use[period + length - 1]! - use[period - 1]!
    if (sum > most) {
      most = sum
      begin = period
    }
  }
  return begin
}

/** Swaps neighbours in the child now and then, unless one must go first. */
export const swapNeighbours = (child: Int32Array, direction: Direction, share: number, random: () => number): void => {
  for (let position = 0; position + 1 < child.length; position++) {
    if (random() >= share) continue
    const a = child[position]!
    const b = child[position + 1]!
    if (goesBefore(direction, a, b)) continue
    child[position] = b
    child[position + 1] = a
  }
}

/** Moves one activity anywhere between its last predecessor and its first successor. */
export const moveOne = (child: Int32Array, direction: Direction, random: () => number): void => {
  const from = Math.floor(random() * child.length)
  const j = child[from]!
  let least = from
  let most = from
  while (least > 0 && !goesBefore(direction, child[least - 1]!, j)) least--
  while (most + 1 < child.length && !goesBefore(direction, j, child[most + 1]!)) most++
  const to = least + Math.floor(random() * (most - least + 1))
  if (to < from) child.copyWithin(to + 1, to, from)
  else child.copyWithin(from, from + 1, to + 1)
  child[to] = j
}

const goesBefore = ({ offset, list }: Direction, a: number, b: number): boolean => {
  for (let at = offset[b]!; at < offset[b + 1]!; at++) if (list[at] === a) return true
  return false
}
