import { Contention } from "@anbud/core"
import { expect, test } from "vitest"
import { GaveWay, MAX_TRIES, type Patience, patiently, systemPatience } from "../src/patience.ts"

/** Time that passes only in pauses, and chance that is always the same. */
const simulated = (chance: number): Patience & { readonly pauses: number[] } => {
  const pauses: number[] = []
  return {
    pauses,
    random: () => chance,
    now: () => pauses.reduce((sum, pause) => sum + pause, 1_000),
    pause: async (milliseconds, signal) => {
      signal?.throwIfAborted()
      pauses.push(milliseconds)
    },
  }
}

/** Work that gives way so many times. */
const giving = (ways: number) => {
  let tries = 0
  return async () => {
    tries += 1
    if (tries <= ways) throw new GaveWay()
    return tries
  }
}

test.each`
  ways | chance | pauses               | outcome
  ${0} | ${0.5} | ${[]}                | ${1}
  ${1} | ${0.5} | ${[10]}              | ${2}
  ${4} | ${0.5} | ${[10, 20, 40, 80]}  | ${5}
  ${4} | ${0}   | ${[0, 0, 0, 0]}      | ${5}
  ${5} | ${0.5} | ${[10, 20, 40, 80]}  | ${"Contention after 150 ms"}
  ${9} | ${1}   | ${[20, 40, 80, 160]} | ${"Contention after 300 ms"}
`("row 85: work that gives way $ways times, chance $chance: pauses $pauses, $outcome", async (row) => {
  const patience = simulated(row.chance)
  const outcome = await patiently(giving(row.ways), MAX_TRIES, patience).catch((error: unknown) => {
    if (!Contention.is(error)) throw error
    return `Contention after ${error.params.waitedMilliseconds} ms`
  })
  expect([outcome, patience.pauses]).toEqual([row.outcome, row.pauses])
})

test("another error is thrown at once, and a signal ends the pause with its reason", async () => {
  const bug = new Error("a bug")
  const work = async () => {
    throw bug
  }
  await expect(patiently(work, MAX_TRIES, simulated(1))).rejects.toBe(bug)
  const home = new Error("went home")
  await expect(patiently(giving(1), MAX_TRIES, simulated(1), AbortSignal.abort(home))).rejects.toBe(home)
  const leaving = new AbortController()
  const waiting = systemPatience.pause(60_000, leaving.signal)
  leaving.abort(home)
  await expect(waiting).rejects.toBe(home)
  expect(await systemPatience.pause(0)).toBeUndefined()
})
