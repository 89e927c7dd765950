/**
 * Population: a genetic search over schedules in two populations, one packed to the left and one to the right.
 *
 * A child takes one crowded stretch of time from one parent and the order of everything before and after it from
 * another, and is generated in the direction opposite to its parents, so that each generation is also a
 * justification. After Debels and Vanhoucke (2005, 2007) and the peak crossover of Valls et al. (2008).
 */
import { generate, turn, type Workspace, workspaceOf } from "./generate.ts"
import type { Direction, Network } from "./network.ts"
import { streamOf } from "./random.ts"

export interface SearchOptions {
  /** Schedules that may be generated. */
  readonly schedules: number
  readonly seed: number
  /** The search stops at once when it reaches this makespan: nothing is shorter. */
  readonly lowerBound: number
  /** Members per population; by the budget if left out. */
  readonly members?: number
  /** A feasible order to start from, so that the result is never worse than it. */
  readonly incumbent?: Int32Array
}

export interface SearchResult {
  /** Start of each activity. */
  readonly starts: Int32Array
  readonly makespan: number
  readonly schedulesUsed: number
}

/** Share of swaps of neighbours in a child's order. */
const MUTATION = 0.05
/** Rounds without any shorter member before the population starts anew. */
const PATIENCE = 8
/** Shortest and longest crowded stretch, as shares of the parent's makespan. */
const STRETCH = { least: 0.1, most: 0.5 }

interface Side {
  readonly direction: Direction
  /** Orders for the other direction, `size` numbers per member. */
  readonly orders: Int32Array
  /** Start of each activity counted in the other direction. */
  readonly keys: Int32Array
  readonly spans: Int32Array
}

interface Search {
  readonly network: Network
  readonly space: Workspace
  readonly options: SearchOptions
  readonly random: () => number
  readonly members: number
  readonly sides: readonly [Side, Side]
  readonly child: Int32Array
  readonly finish: Int32Array
  readonly turned: Int32Array
  readonly label: Uint8Array
  readonly weight: Float64Array
  readonly use: Float64Array
  readonly best: Int32Array
  bestSpan: number
  used: number
}

/**
 * The best schedule found within the budget; the same seed gives the same schedule on every machine.
 *
 * The population grows with the budget: many members at few schedules would leave no time to breed.
 */
export const searchPopulation = (network: Network, options: SearchOptions): SearchResult => {
  const search = start(network, options)
  fillFirst(search)
  justifyAll(search)
  let idle = 0
  while (!isDone(search)) {
    const shorter = breed(search, 1) + breed(search, 0)
    idle = shorter > 0 ? 0 : idle + 1
    if (idle < PATIENCE) continue
    // All members have become alike: only new blood can still shorten the best.
    fillFirst(search)
    justifyAll(search)
    idle = 0
  }
  return { starts: search.best, makespan: search.bestSpan, schedulesUsed: search.used }
}

/**
 * Members per population: a power of the budget, steeper for larger projects, which take longer to become alike.
 *
 * Measured on samples of J30, J60 and J120: about 40, 30 and 20 members for 1 000 schedules, 250, 400 and 400 for 50 000.
 */
export const membersFor = (schedules: number, size: number): number => {
  const most = size > 90 ? 0.1 * schedules ** 0.766 : size > 45 ? 0.31 * schedules ** 0.66 : 1.55 * schedules ** 0.47
  return Math.max(4, Math.min(Math.round(most), Math.floor(schedules / 4)))
}

const start = (network: Network, options: SearchOptions): Search => {
  const { size, project } = network
  const members = options.members ?? membersFor(options.schedules, size)
  const sideOf = (direction: Direction): Side => ({
    direction,
    orders: new Int32Array(members * size),
    keys: new Int32Array(members * size),
    spans: new Int32Array(members),
  })
  const weight = new Float64Array(size)
  project.demand.forEach((units, j) => {
    weight[j] = units.reduce((sum, each, k) => sum + (each === 0 ? 0 : each / project.capacity[k]!), 0)
  })
  return {
    network,
    options,
    members,
    weight,
    space: workspaceOf(network),
    random: streamOf(options.seed, size),
    sides: [sideOf(network.forward), sideOf(network.backward)],
    child: new Int32Array(size),
    finish: new Int32Array(size),
    turned: new Int32Array(size),
    label: new Uint8Array(size),
    use: new Float64Array(network.horizon + 2),
    best: new Int32Array(size),
    bestSpan: Number.MAX_SAFE_INTEGER,
    used: 0,
  }
}

const isDone = (search: Search): boolean =>
  search.used >= search.options.schedules || search.bestSpan <= search.options.lowerBound

/** Generates `order` in a side's direction, keeps the best, and leaves the turned order in `search.turned`. */
const evaluate = (search: Search, side: 0 | 1, order: Int32Array): number => {
  const { space, sides, finish, turned, network, best } = search
  const span = generate(space, order, sides[side].direction, finish)
  search.used++
  turn(space, order, finish, span, turned)
  if (span < search.bestSpan) {
    search.bestSpan = span
    for (let j = 0; j < network.size; j++) best[j] = side === 0 ? finish[j]! - network.durations[j]! : span - finish[j]!
  }
  return span
}

const store = (search: Search, side: 0 | 1, member: number, span: number): void => {
  const { orders, keys, spans } = search.sides[side]
  const at = member * search.network.size
  orders.set(search.turned, at)
  for (let j = 0; j < search.network.size; j++) keys[at + j] = span - search.finish[j]!
  spans[member] = span
}

/** First members: orders drawn with a bias to the activity with the least slack behind it (regret of latest finish). */
const fillFirst = (search: Search): void => {
  const { network, child, options } = search
  for (let member = 0; member < search.members && !isDone(search); member++) {
    if (member === 0 && options.incumbent !== undefined) child.set(options.incumbent)
    else drawOrder(network, search.random, child)
    store(search, 0, member, evaluate(search, 0, child))
  }
}

const drawOrder = (network: Network, random: () => number, order: Int32Array): void => {
  const { size, forward, backward, tail, durations } = network
  const waiting = new Int32Array(size)
  const eligible: number[] = []
  const latest = (j: number): number => durations[j]! - tail[j]!
  for (let j = 0; j < size; j++) {
    waiting[j] = forward.offset[j + 1]! - forward.offset[j]!
    if (waiting[j] === 0) eligible.push(j)
  }
  for (let position = 0; position < size; position++) {
    let most = Number.NEGATIVE_INFINITY
    let total = eligible.length
    for (const j of eligible) most = Math.max(most, latest(j))
    for (const j of eligible) total += most - latest(j)
    let draw = random() * total
    let at = 0
    for (; at < eligible.length - 1; at++) {
      draw -= most - latest(eligible[at]!) + 1
      if (draw < 0) break
    }
    const j = eligible[at]!
    eligible[at] = eligible[eligible.length - 1]!
    eligible.pop()
    order[position] = j
    for (let link = backward.offset[j]!; link < backward.offset[j + 1]!; link++) {
      const next = backward.list[link]!
      if (--waiting[next]! === 0) eligible.push(next)
    }
  }
}

const justifyAll = (search: Search): void => {
  const { size } = search.network
  for (let member = 0; member < search.members && !isDone(search); member++) {
    search.child.set(search.sides[0].orders.subarray(member * size, (member + 1) * size))
    store(search, 1, member, evaluate(search, 1, search.child))
  }
}

/** One generation: each member of `from` has a child in the other population, which takes its place if no longer. Gives how many got shorter. */
const breed = (search: Search, from: 0 | 1): number => {
  const to = from === 0 ? 1 : 0
  let shorter = 0
  const { spans } = search.sides[from]
  const { random, members } = search
  const other = search.sides[to]
  for (let member = 0; member < members && !isDone(search); member++) {
    const a = Math.floor(random() * members)
    const b = Math.floor(random() * members)
    let mate = spans[b]! < spans[a]! ? b : a
    if (mate === member) mate = (mate + 1) % members
    if (random() < 0.5) cross(search, from, mate, member)
    else cross(search, from, member, mate)
    swapNeighbours(search, other.direction)
    const span = evaluate(search, to, search.child)
    if (span < other.spans[member]!) shorter++
    if (span <= other.spans[member]!) store(search, to, member, span)
  }
  return shorter
}

/** Writes a child: the crowded stretch of `giver` in its own order, all before and after it in the order of `rest`. */
const cross = (search: Search, from: 0 | 1, giver: number, rest: number): void => {
  const { network, label, child } = search
  const { size } = network
  const { orders, keys, spans } = search.sides[from]
  const span = spans[giver]!
  const share = STRETCH.least + search.random() * (STRETCH.most - STRETCH.least)
  const length = Math.max(1, Math.floor(share * span))
  const begin = crowded(search, keys, giver * size, span, length)
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
const crowded = (search: Search, keys: Int32Array, at: number, span: number, length: number): number => {
  const { use, weight, network } = search
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
const swapNeighbours = (search: Search, direction: Direction): void => {
  const { child, random } = search
  const { offset, list } = direction
  for (let position = 0; position + 1 < child.length; position++) {
    if (random() >= MUTATION) continue
    const a = child[position]!
    const b = child[position + 1]!
    let bound = false
    for (let at = offset[b]!; at < offset[b + 1]!; at++) bound ||= list[at] === a
    if (bound) continue
    child[position] = b
    child[position + 1] = a
  }
}
