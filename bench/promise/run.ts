/**
 * Promise: how long a salesperson waits for a date, as a multiple of a fixed loop timed in the same run.
 *
 * An idle core of the class that the goals were set on runs the loop in about 13 ms, so 0.08 loops are about 1 ms.
 * Processor time is measured, not the clock on the wall: neighbours on the machine should not decide.
 */
import { apply, compile, type Plan, plan, promise, validate } from "@anbud/scheduling"
import type { Measurement, MeasurementOptions } from "../../tools/measurement.ts"
import { firm, NOW, quote, type Size } from "./firm.ts"
import { naivePromise } from "./naive.ts"

const LOOP_MILLISECONDS = 13
const WARM_UP_MILLISECONDS = 2_000

/** Milliseconds on an idle core, per question; the last row of each is for the firm of 200 people. */
const GOALS = { promise: 1, explained: 3, replan: 20, edit: 5, percentiles: 200 }

interface Timing {
  readonly loopsP50: number
  readonly loopsP95: number
}

/** Times each question on two firms and compares the promise with a planner that walks days. */
export const bench = ({ full }: MeasurementOptions): Measurement => {
  const small = measure({ people: 200, activities: 2000, offers: 12 })
  const large = measure(
    full ? { people: 1000, activities: 20_000, offers: 12 } : { people: 1000, activities: 20_000, offers: 0 },
  )
  const goals = Object.entries(GOALS).map(([question, milliseconds]) => {
    const loops = small.timings[question as keyof typeof GOALS].loopsP95
    return {
      question,
      loops,
      goal: round(milliseconds / LOOP_MILLISECONDS),
      reached: loops <= milliseconds / LOOP_MILLISECONDS,
    }
  })
  for (const each of goals)
    console.log(`${each.question}: ${each.loops} loops at p95 (goal ${each.goal}) ${each.reached ? "" : "missed"}`)
  return {
    goal: "200 people and 2 000 open activities: a date in about 1 ms, 3 ms with reasons, re-plan 20 ms, edit 5 ms, 256 futures 200 ms on an idle core",
    reached: goals.every((each) => each.reached) && small.violations === 0 && large.violations === 0,
    loopMilliseconds: small.loopMilliseconds,
    goals,
    small,
    large,
  }
}

const measure = (size: Size) => {
  const data = firm(size)
  const model = compile(data)
  if (!model.ok) throw new Error(JSON.stringify(model.error[0]))
  const made = planOf(model.value)
  const isLarge = size.people > 500
  const times = isLarge ? 10 : 100
  const person = data.resources[7]!
  const away = (n: number) => ({
    put: { resources: [{ ...person, absences: [{ from: `2026-02-${10 + (n % 15)}`, reason: "ill" }] }] },
  })
  const loop = spin()
  const timings = {
    promise: time(times, loop, (n) => promise(made, quote(n), { dateOnly: true })),
    explained: time(times, loop, (n) => promise(made, quote(n))),
    replan: time(Math.ceil(times / 5), loop, () => planOf(model.value)),
    edit: time(Math.ceil(times / 5), loop, (n) => apply(made, away(n))),
    percentiles: time(isLarge ? 1 : 5, loop, (n) =>
      promise(made, quote(n), { percentilesPpm: [500_000, 800_000, 950_000], scenarios: 256 }),
    ),
    compile: time(isLarge ? 1 : 3, loop, () => compile(data)),
    naive: time(isLarge ? 1 : 3, loop, (n) => naivePromise(data, quote(n))),
  }
  const faster = round(timings.naive.loopsP50 / timings.promise.loopsP50)
  console.log(
    `${size.people} people, ${size.activities} activities: a promise is ${faster} times faster than walking days anew`,
  )
  return {
    size,
    loopMilliseconds: round(loop),
    timings,
    timesFasterThanNaive: faster,
    violations: validate(made).length,
  }
}

const planOf = (model: Parameters<typeof plan>[0]): Plan => {
  const made = plan(model, { now: NOW })
  if (!made.ok) throw new Error("no plan")
  return made.value
}

const time = (times: number, loop: number, question: (n: number) => unknown): Timing => {
  // A server that has been asked for a while: the time that the runtime spends on compiling is not counted.
  const warmUntil = performance.now() + WARM_UP_MILLISECONDS
  for (let n = 0; n < times / 5 || performance.now() < warmUntil; n++) question(n)
  const taken = Array.from({ length: times }, (_, n) => cpu(() => question(n))).sort((a, b) => a - b)
  const at = (share: number): number =>
    round(taken[Math.min(taken.length - 1, Math.floor(taken.length * share))]! / loop)
  return { loopsP50: at(0.5), loopsP95: at(0.95) }
}

/** Ten million multiplications that cannot be taken apart or left out; the median of nine. */
const spin = (): number => {
  const once = (): number => {
    let value = 1
    for (let n = 0; n < 10_000_000; n++) value = (Math.imul(value, 31) + n) | 0
    return value
  }
  const taken = Array.from({ length: 9 }, () => cpu(once)).sort((a, b) => a - b)
  return taken[4]!
}

const cpu = (work: () => unknown): number => {
  const started = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1000
}

const round = (value: number): number => Math.round(value * 1000) / 1000
