import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Project, solveProject, validateProject } from "../src/index.ts"

/** Small random projects: two resources, up to seven activities. */
const project = (most: number): fc.Arbitrary<Project> =>
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

/** The shortest makespan by trying every order: some order of serial generation is optimal. */
const bruteForce = (given: Project): number => {
  const { durations, demand, capacity, successors } = given
  const size = durations.length
  let best = Number.MAX_SAFE_INTEGER
  const starts: number[] = []
  const place = (done: number): void => {
    if (done === (1 << size) - 1) {
      best = Math.min(best, Math.max(0, ...starts.map((start, j) => start + durations[j]!)))
      return
    }
    for (let j = 0; j < size; j++) {
      if (done & (1 << j)) continue
      const before = Array.from({ length: size }, (_, i) => i).filter((i) => successors[i]!.includes(j))
      if (before.some((i) => !(done & (1 << i)))) continue
      let start = Math.max(0, ...before.map((i) => starts[i]! + durations[i]!))
      const others = Array.from({ length: size }, (_, i) => i).filter((i) => done & (1 << i))
      const fits = (at: number): boolean =>
        capacity.every((most, k) => {
          for (let period = at; period < at + durations[j]!; period++) {
            const load = others.reduce(
              (sum, i) => sum + (starts[i]! <= period && period < starts[i]! + durations[i]! ? demand[i]![k]! : 0),
              0,
            )
            if (load + demand[j]![k]! > most) return false
          }
          return true
        })
      while (!fits(start)) start++
      starts[j] = start
      place(done | (1 << j))
      delete starts[j]
    }
  }
  place(0)
  return best
}

const solved = (given: Project, options = {}) => {
  const answer = solveProject(given, options)
  if (!answer.ok) throw new Error("unsolvable")
  return answer.value
}

test("7 exact search agrees with brute force, and every schedule is sound", () => {
  fc.assert(
    fc.property(project(6), (given) => {
      const exact = solved(given, { schedules: 10, conflicts: 10_000 })
      expect(exact.makespan).toBe(bruteForce(given))
      expect(exact.proved).toBe(true)
      expect(exact.lowerBound).toBe(exact.makespan)
      expect(validateProject(given, exact.starts)).toEqual([])
    }),
    { numRuns: 300, seed: 7 },
  )
})

test("7 the heuristic is sound, never below the bound, never better than the proof", () => {
  fc.assert(
    fc.property(project(12), fc.integer({ min: 1, max: 200 }), (given, schedules) => {
      const quick = solved(given, { schedules })
      const exact = solved(given, { schedules, conflicts: 20_000 })
      expect(validateProject(given, quick.starts)).toEqual([])
      expect(quick.makespan).toBeGreaterThanOrEqual(exact.makespan)
      expect(quick.makespan).toBeGreaterThanOrEqual(quick.lowerBound)
    }),
    { numRuns: 300, seed: 8 },
  )
})

test("4 with the old schedule as certificate, an easier project never gets longer", () => {
  fc.assert(
    fc.property(
      project(12),
      fc.nat(),
      fc.constantFrom("more capacity", "shorter", "one bound less"),
      (given, pick, how) => {
        const old = solved(given, { schedules: 20 })
        const j = pick % given.durations.length
        const easier: Project =
          how === "more capacity"
            ? { ...given, capacity: [given.capacity[0]! + 1, given.capacity[1]!] }
            : how === "shorter"
              ? { ...given, durations: given.durations.map((each, n) => (n === j ? Math.max(0, each - 1) : each)) }
              : { ...given, successors: given.successors.map((each, n) => (n === j ? each.slice(1) : each)) }
        expect(solved(easier, { schedules: 20, seed: 99, certificate: old.starts }).makespan).toBeLessThanOrEqual(
          old.makespan,
        )
      },
    ),
    { numRuns: 500, seed: 9 },
  )
})

describe("Graham's anomaly: why independent heuristic runs promise nothing about each other", () => {
  // Nine tasks on three machines, list order 1 to 9 (Graham 1969). A fourth machine makes the list schedule longer.
  const graham = (machines: number): Project => ({
    durations: [3, 2, 2, 2, 4, 4, 4, 4, 9],
    demand: Array.from({ length: 9 }, () => [1]),
    capacity: [machines],
    successors: [[8], [], [], [4, 5, 6, 7], [], [], [], [], []],
  })
  const listSchedule = (given: Project): number => {
    const { durations, successors, capacity } = given
    const finish = new Map<number, number>()
    for (let now = 0; finish.size < durations.length; now++) {
      for (let j = 0; j < durations.length; j++) {
        const running = [...finish].filter(([, end]) => end > now).length
        const isReady = successors.every(
          (list, i) => !list.includes(j) || (finish.get(i) ?? Number.MAX_SAFE_INTEGER) <= now,
        )
        if (!finish.has(j) && isReady && running < capacity[0]!) finish.set(j, now + durations[j]!)
      }
    }
    return Math.max(...finish.values())
  }

  test("the list schedule gets worse with a fourth machine", () => {
    expect([3, 4].map((machines) => listSchedule(graham(machines)))).toEqual([12, 15])
  })

  test("the proved optimum does not", () => {
    expect([3, 4].map((machines) => solved(graham(machines), { conflicts: 5000 }).makespan)).toEqual([12, 12])
  })
})

test("wide capacities need more than one word, and agree", () => {
  const wide: Project = {
    durations: [2, 3, 4],
    demand: [
      [60_000, 9],
      [50_000, 9],
      [1, 1],
    ],
    capacity: [100_000, 1_000_000],
    successors: [[], [], []],
  }
  expect(solved(wide, { conflicts: 100 })).toMatchObject({ makespan: 5, proved: true })
})

test("the same seed gives the same starts", () => {
  const given: Project = {
    durations: [3, 2, 2, 4],
    demand: [[2], [2], [3], [1]],
    capacity: [4],
    successors: [[3], [], [], []],
  }
  expect(solved(given, { schedules: 50, seed: 3 })).toEqual(solved(given, { schedules: 50, seed: 3 }))
})
