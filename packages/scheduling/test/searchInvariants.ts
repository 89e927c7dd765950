/** Invariants 4, 5 and 7 of the search on projects with shared resources. */
import fc from "fast-check"
import { type Project, type Solution, solveProject, validateProject } from "../src/index.ts"
import { check, equal, holds, type Invariant } from "./property.ts"

/** Small random projects: two resources, at most `most` activities. */
export const project = (most: number): fc.Arbitrary<Project> =>
  fc.integer({ min: 1, max: most }).chain((size) =>
    fc.record({
      durations: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: size, maxLength: size }),
      demand: fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 3 })), {
        minLength: size,
        maxLength: size,
      }),
      capacity: fc.constant([4, 3]),
      successors: fc.tuple(
        ...Array.from({ length: size }, (_, j) =>
          fc.subarray(
            Array.from({ length: size - j - 1 }, (_, n) => j + n + 1),
            { maxLength: Math.min(2, size - j - 1) },
          ),
        ),
      ),
    }),
  )

/** The shortest makespan by trying every order (some order of serial generation is optimal), leaving hopeless ones. */
const bruteForce = ({ durations, demand, capacity, successors }: Project): number => {
  const size = durations.length
  const before = durations.map((_, j) => durations.flatMap((_, i) => (successors[i]!.includes(j) ? [i] : [])))
  const finish = new Array<number>(size).fill(-1)
  const load = capacity.map(() => new Array<number>(64).fill(0))
  let best = Number.MAX_SAFE_INTEGER
  const fits = (j: number, at: number): boolean =>
    capacity.every((most, k) => {
      for (let period = at; period < at + durations[j]!; period++)
        if (load[k]![period]! + demand[j]![k]! > most) return false
      return true
    })
  const occupy = (j: number, at: number, sign: number): void =>
    capacity.forEach((_, k) => {
      for (let period = at; period < at + durations[j]!; period++) load[k]![period]! += sign * demand[j]![k]!
    })
  const place = (done: number, latest: number): void => {
    if (latest >= best) return
    if (done === size) {
      best = latest
      return
    }
    for (let j = 0; j < size; j++) {
      if (finish[j]! >= 0 || before[j]!.some((i) => finish[i]! < 0)) continue
      let start = before[j]!.reduce((most, i) => Math.max(most, finish[i]!), 0)
      while (!fits(j, start)) start++
      finish[j] = start + durations[j]!
      occupy(j, start, 1)
      place(done + 1, Math.max(latest, finish[j]!))
      occupy(j, start, -1)
      finish[j] = -1
    }
  }
  place(0, 0)
  return best
}

const solved = (given: Project, options = {}): Solution => {
  const answer = solveProject(given, options)
  if (!answer.ok) throw new Error("unsolvable")
  return answer.value
}

const ways = ["more capacity", "shorter", "one bound less", "work removed"] as const

/** The project made easier; removed work keeps its place in the lists but takes no time and nobody. */
const easier = (given: Project, pick: number, way: (typeof ways)[number]): Project => {
  const j = pick % given.durations.length
  const at = <T>(list: readonly T[], change: (each: T) => T): readonly T[] =>
    list.map((each, n) => (n === j ? change(each) : each))
  if (way === "more capacity") return { ...given, capacity: at(given.capacity, (each) => each + 1) }
  if (way === "one bound less") return { ...given, successors: at(given.successors, (each) => each.slice(1)) }
  if (way === "shorter") return { ...given, durations: at(given.durations, (each) => Math.max(0, each - 1)) }
  return { ...given, durations: at(given.durations, () => 0), demand: at(given.demand, (each) => each.map(() => 0)) }
}

const EXACT = { schedules: 20, conflicts: 20_000 }

export const searchInvariants: Readonly<Record<string, Invariant>> = {
  "7 exact search agrees with brute force for up to seven activities": check([project(7)], (given) => {
    const exact = solved(given, EXACT)
    equal(exact.makespan, bruteForce(given), "makespan")
    holds(exact.proved && exact.lowerBound === exact.makespan, "it is proved")
    equal(validateProject(given, exact.starts), [], "violations")
  }),

  "7 a heuristic schedule is sound, not below the bound and not better than the proof": check(
    [project(12), fc.integer({ min: 1, max: 200 })],
    (given, schedules) => {
      const quick = solved(given, { schedules })
      const exact = solved(given, { schedules, conflicts: 20_000 })
      equal(validateProject(given, quick.starts), [], "violations")
      holds(quick.makespan >= exact.makespan && exact.makespan >= quick.lowerBound, "order of values")
      holds(quick.schedulesUsed <= schedules, "the budget is kept")
    },
  ),

  "4 exact: more capacity, less work, fewer bounds never lengthen the optimum": check(
    [project(10), fc.nat(), fc.constantFrom(...ways)],
    (given, pick, way) => {
      const [before, after] = [given, easier(given, pick, way)].map((each) => solved(each, EXACT))
      holds(before!.proved && after!.proved, "both are proved")
      holds(after!.makespan <= before!.makespan, `${way}: ${after!.makespan} after ${before!.makespan}`)
    },
  ),

  "4 with the old schedule as certificate, an easier project never gets longer": check(
    [project(12), fc.nat(), fc.constantFrom(...ways)],
    (given, pick, way) => {
      const old = solved(given, { schedules: 20 })
      const now = solved(easier(given, pick, way), { schedules: 20, seed: 99, certificate: old.starts })
      holds(now.makespan <= old.makespan, `${way}: ${now.makespan} after ${old.makespan}`)
    },
  ),
}
