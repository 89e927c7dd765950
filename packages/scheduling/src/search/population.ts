/**
 * Population: a genetic search over schedules in two populations, one packed to the left and one to the right.
 *
 * A child takes one crowded stretch of time from one parent and the order of everything before and after it from
 * another, and is generated in the direction opposite to its parents, so that each generation is also a
 * justification. After Debels and Vanhoucke (2005, 2007) and the peak crossover of Valls et al. (2008).
 */
import type { Steps } from "../steps.ts"
import { type Crosser, cross, crosserOf, type Genes, moveOne, swapNeighbours } from "./crossover.ts"
import { generate, TOO_LONG, turn, type Workspace, workspaceOf } from "./generate.ts"
import type { Direction, Network } from "./network.ts"
import { streamOf } from "./random.ts"
import { type Sampler, sampleParallel, samplerOf, sampleSerial } from "./sample.ts"
import { type Tuning, tuningFor } from "./tuning.ts"

export interface SearchOptions {
  /** Schedules that may be generated. */
  readonly schedules: number
  readonly seed: number
  /** The search stops at once when it reaches this makespan: nothing is shorter. */
  readonly lowerBound: number
  readonly tuning?: Tuning
  /** A feasible order to start from, so that the result is never worse than it. */
  readonly incumbent?: Int32Array
}

export interface SearchResult {
  /** Start of each activity. */
  readonly starts: Int32Array
  readonly makespan: number
  readonly schedulesUsed: number
}

interface Side extends Genes {
  readonly direction: Direction
  readonly hashes: Float64Array
}

interface Search {
  readonly network: Network
  readonly space: Workspace
  readonly sampler: Sampler
  readonly crosser: Crosser
  readonly options: SearchOptions
  readonly tuning: Tuning
  readonly random: () => number
  readonly sides: readonly [Side, Side]
  readonly child: Int32Array
  readonly finish: Int32Array
  readonly turned: Int32Array
  readonly best: Int32Array
  bestSpan: number
  /** Start times given so far: a schedule that was left half-way counts as its share. */
  placed: number
}

/** An empty place in a population. */
const EMPTY = TOO_LONG

/**
 * The best schedule found within the budget; the same seed gives the same schedule on every machine.
 *
 * Yields after each generation.
 */
export function* searchPopulation(network: Network, options: SearchOptions): Steps<SearchResult> {
  const search = start(network, options)
  let idle = search.tuning.patience
  while (!isDone(search)) {
    if (idle >= search.tuning.patience) {
      // At first, and when all members have become alike: only new blood can still shorten the best.
      fill(search)
      idle = 0
    } else {
      const shorter = breed(search, 1) + breed(search, 0)
      idle = shorter > 0 ? 0 : idle + 1
    }
    if (yield { done: usedOf(search), of: options.schedules }) break
  }
  return { starts: search.best, makespan: search.bestSpan, schedulesUsed: usedOf(search) }
}

const start = (network: Network, options: SearchOptions): Search => {
  const { size } = network
  const tuning = options.tuning ?? tuningFor(options.schedules, size)
  const random = streamOf(options.seed, size)
  const sideOf = (direction: Direction): Side => ({
    direction,
    orders: new Int32Array(tuning.members * size),
    keys: new Int32Array(tuning.members * size),
    spans: new Int32Array(tuning.members),
    hashes: new Float64Array(tuning.members),
  })
  return {
    network,
    options,
    tuning,
    random,
    space: workspaceOf(network),
    sampler: samplerOf(network),
    crosser: crosserOf(network, random),
    sides: [sideOf(network.forward), sideOf(network.backward)],
    child: new Int32Array(size),
    finish: new Int32Array(size),
    turned: new Int32Array(size),
    best: new Int32Array(size),
    bestSpan: EMPTY,
    placed: 0,
  }
}

/** Schedules used, in whole ones. */
const usedOf = ({ placed, network }: Search): number => Math.ceil(placed / Math.max(1, network.size))

const isDone = ({ placed, network, options, bestSpan }: Search): boolean =>
  placed + network.size > options.schedules * network.size || bestSpan <= options.lowerBound

/**
 * Generates the child in a side's direction, keeps the best, and leaves the turned order in `search.turned`.
 *
 * A child that cannot be as short as `limit` is left half-way and is `TOO_LONG`.
 */
const evaluate = (search: Search, side: 0 | 1, limit: number): number => {
  const { space, sides, finish, turned, network, best, child } = search
  const span = generate(space, child, sides[side].direction, finish, limit)
  search.placed += space.placed
  if (span === TOO_LONG) return span
  turn(space, child, finish, span, turned)
  if (span < search.bestSpan) {
    search.bestSpan = span
    for (let j = 0; j < network.size; j++) best[j] = side === 0 ? finish[j]! - network.durations[j]! : span - finish[j]!
  }
  return span
}

const store = (search: Search, side: 0 | 1, member: number, span: number, hash: number): void => {
  const { orders, keys, spans, hashes } = search.sides[side]
  const at = member * search.network.size
  orders.set(search.turned, at)
  for (let j = 0; j < search.network.size; j++) keys[at + j] = span - search.finish[j]!
  spans[member] = span
  hashes[member] = hash
}

/** A number that two different schedules hardly ever share. */
const hashOf = (finish: Int32Array): number => {
  let a = 17
  let b = 5
  for (const each of finish) {
    a = (Math.imul(a, 31) + each) | 0
    b = Math.imul(b ^ each, 0x01000193)
  }
  return (a >>> 0) * 1_048_576 + ((b >>> 0) & 0xfffff)
}

/**
 * Begins both populations: more samples than members are drawn, from either end of the project, each is justified
 * once, and the shortest that differ are kept.
 */
const fill = (search: Search): void => {
  const { members, samples } = search.tuning
  for (const side of search.sides) side.spans.fill(EMPTY)
  for (let n = 0; n < members * samples && !isDone(search); n++) {
    const side = n % 2 === 0 ? 0 : 1
    sample(search, side, n)
    keepSample(search, side, evaluate(search, side, EMPTY))
    if (isDone(search)) return
    search.child.set(search.turned)
    const other = side === 0 ? 1 : 0
    keepSample(search, other, evaluate(search, other, EMPTY))
  }
  // Duplicates may have left places empty; any schedule of the other side, justified, will do.
  for (const side of [0, 1] as const) {
    for (let member = 0; member < members && !isDone(search); member++) {
      if (search.sides[side].spans[member] !== EMPTY) continue
      sampleSerial(search.sampler, side === 0 ? "forward" : "backward", 1, search.random, search.child)
      store(search, side, member, evaluate(search, side, EMPTY), hashOf(search.finish))
    }
  }
}

/** Writes one order into the child: the incumbent, then the most urgent first, then at random. */
const sample = (search: Search, side: 0 | 1, n: number): void => {
  const { options, tuning, random, sampler, child } = search
  const { incumbent } = options
  if (n === 0 && incumbent !== undefined) {
    child.set(incumbent)
    return
  }
  const end = side === 0 ? "forward" : "backward"
  if (random() < tuning.parallelShare) sampleParallel(sampler, end, n < 2 ? 20 : tuning.parallelBias, random, child)
  else sampleSerial(sampler, end, n < 2 ? 20 : tuning.serialBias, random, child)
}

/** Takes the place of the longest member, unless it is no shorter or a copy of another. */
const keepSample = (search: Search, side: 0 | 1, span: number): void => {
  const { spans, hashes } = search.sides[side]
  const hash = hashOf(search.finish)
  let longest = 0
  for (let member = 0; member < spans.length; member++) {
    if (spans[member] !== EMPTY && hashes[member] === hash) return
    if (spans[member]! > spans[longest]!) longest = member
  }
  if (span < spans[longest]!) store(search, side, longest, span, hash)
}

/** One generation: each member of `from` has a child in the other population. Gives how many got shorter there. */
const breed = (search: Search, from: 0 | 1): number => {
  const { random, tuning, child, crosser } = search
  const { members } = tuning
  const to = from === 0 ? 1 : 0
  const parents = search.sides[from]
  const { spans, direction, hashes } = search.sides[to]
  let shorter = 0
  for (let member = 0; member < members && !isDone(search); member++) {
    const a = Math.floor(random() * members)
    const b = Math.floor(random() * members)
    let mate = parents.spans[b]! < parents.spans[a]! ? b : a
    if (mate === member) mate = (mate + 1) % members
    const isGiver = random() < 0.5
    cross(crosser, parents, isGiver ? mate : member, isGiver ? member : mate, tuning.stretch, child)
    swapNeighbours(child, direction, tuning.swaps, random)
    for (let move = 0; move < tuning.moves; move++) moveOne(child, direction, random)
    // The longer of two at random gives way, which lets good members spread; its own place is the fallback.
    const c = Math.floor(random() * members)
    const d = Math.floor(random() * members)
    let place = spans[c]! > spans[d]! ? c : d
    if (random() >= tuning.spread) place = member
    if (spans[member]! > spans[place]!) place = member
    const best = search.bestSpan
    const span = evaluate(search, to, spans[place]!)
    if (span === TOO_LONG) continue
    if (span < spans[member]!) shorter++
    const hash = hashOf(search.finish)
    if (span >= best && hashes.includes(hash)) continue
    store(search, to, place, span, hash)
  }
  return shorter
}
