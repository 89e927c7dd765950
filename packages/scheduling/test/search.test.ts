import { describe, expect, test } from "vitest"
import { type Project, solveProject } from "../src/index.ts"

const solved = (given: Project, options = {}) => {
  const answer = solveProject(given, options)
  if (!answer.ok) throw new Error("unsolvable")
  return answer.value
}

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
