/**
 * Samples: orders drawn at random with a bias to what is urgent, to begin a population with.
 *
 * Urgent is what must finish first for the longest path behind it (latest finish, regret-biased: Drexl 1991). Two ways
 * to draw: from all whose predecessors have gone (serial), or moment by moment from all that fit at once (parallel).
 * Schedules of the parallel kind leave nobody idle while something fits, which is strong where resources are scarce.
 */
import type { Direction, Network } from "./network.ts"

/** Scratch lists for drawing. */
export interface Sampler {
  readonly network: Network
  readonly waiting: Int32Array
  readonly free: Int32Array
  readonly finish: Int32Array
  /** Latest finishes, per direction: what is least is most urgent. */
  readonly urgency: { readonly forward: Int32Array; readonly backward: Int32Array }
}

/** Fresh scratch lists. */
export const samplerOf = (network: Network): Sampler => {
  const { size, durations, tail, head, words } = network
  return {
    network,
    waiting: new Int32Array(size),
    free: new Int32Array(words),
    finish: new Int32Array(size),
    urgency: {
      forward: Int32Array.from({ length: size }, (_, j) => durations[j]! - tail[j]!),
      backward: Int32Array.from({ length: size }, (_, j) => -head[j]!),
    },
  }
}

/** Writes an order in which each next activity is drawn from all whose predecessors have gone. */
export const sampleSerial = (
  { network, waiting, urgency }: Sampler,
  side: "forward" | "backward",
  bias: number,
  random: () => number,
  order: Int32Array,
): void => {
  const eligible = firstEligible(network, side, waiting)
  for (let position = 0; position < network.size; position++) {
    const at = drawOne(eligible, urgency[side], bias, random)
    const j = eligible[at]!
    eligible[at] = eligible[eligible.length - 1]!
    eligible.pop()
    order[position] = j
    release(network, side, j, waiting, eligible)
  }
}

/**
 * Writes an order by start: at each moment activities are drawn from those that fit, until none does.
 *
 * Serial generation of that order gives the very schedule that the drawing went through.
 */
export const sampleParallel = (
  { network, waiting, urgency, free, finish }: Sampler,
  side: "forward" | "backward",
  bias: number,
  random: () => number,
  order: Int32Array,
): void => {
  const { size, durations, full } = network
  const eligible = firstEligible(network, side, waiting)
  const running: number[] = []
  free.set(full)
  let position = 0
  for (let now = 0; position < size; ) {
    const fitting = eligible.filter((j) => fits(network, free, j))
    if (fitting.length === 0) {
      now = running.reduce((least, j) => Math.min(least, finish[j]!), Number.MAX_SAFE_INTEGER)
      for (let n = running.length - 1; n >= 0; n--) {
        const j = running[n]!
        if (finish[j]! > now) continue
        running.splice(n, 1)
        occupy(network, free, j, 1)
        release(network, side, j, waiting, eligible)
      }
      continue
    }
    const j = fitting[drawOne(fitting, urgency[side], bias, random)]!
    eligible.splice(eligible.indexOf(j), 1)
    order[position++] = j
    finish[j] = now + durations[j]!
    occupy(network, free, j, -1)
    running.push(j)
  }
}

const firstEligible = (network: Network, side: "forward" | "backward", waiting: Int32Array): number[] => {
  const { offset } = network[side]
  const eligible: number[] = []
  for (let j = 0; j < network.size; j++) {
    waiting[j] = offset[j + 1]! - offset[j]!
    if (waiting[j] === 0) eligible.push(j)
  }
  return eligible
}

const release = (
  network: Network,
  side: "forward" | "backward",
  j: number,
  waiting: Int32Array,
  eligible: number[],
): void => {
  const { offset, list }: Direction = side === "forward" ? network.backward : network.forward
  for (let at = offset[j]!; at < offset[j + 1]!; at++) if (--waiting[list[at]!]! === 0) eligible.push(list[at]!)
}

/** Position of one activity, drawn by its regret: how much more urgent it is than the least urgent. */
const drawOne = (from: readonly number[], urgency: Int32Array, bias: number, random: () => number): number => {
  let most = Number.NEGATIVE_INFINITY
  for (const j of from) most = Math.max(most, urgency[j]!)
  let total = 0
  for (const j of from) total += (most - urgency[j]! + 1) ** bias
  let draw = random() * total
  for (let at = 0; at < from.length - 1; at++) {
    draw -= (most - urgency[from[at]!]! + 1) ** bias
    if (draw < 0) return at
  }
  return from.length - 1
}

const fits = ({ words, need, guard }: Network, free: Int32Array, j: number): boolean => {
  for (let word = 0; word < words; word++) {
    if (((free[word]! - need[j * words + word]!) & guard[word]!) !== guard[word]) return false
  }
  return true
}

const occupy = ({ words, need }: Network, free: Int32Array, j: number, sign: 1 | -1): void => {
  for (let word = 0; word < words; word++) free[word] = free[word]! + sign * need[j * words + word]!
}
