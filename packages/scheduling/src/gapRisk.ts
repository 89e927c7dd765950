/**
 * Gap risk: the missing minutes that most futures do not exceed, rather than those of the average future.
 */
import type { Amounts } from "./demand.ts"
import { hypercube } from "./draws.ts"
import type { GapOptions } from "./gap.ts"
import { effortsByGroup, isSoft, LUCK, softOf } from "./luck.ts"
import { WHOLE } from "./model.ts"
import type { Plan } from "./plan.ts"
import { stateOf } from "./planning.ts"
import type { Steps } from "./steps.ts"

/** One period's gap at a share of the futures. */
export interface Risk {
  readonly ppm: number
  /** Minutes; in `ppm` of the futures no more are missing. */
  readonly gap: number
  /** Futures behind it; fewer than asked for if the signal stopped them. */
  readonly sampleSize: number
}

const SCENARIOS = 64
/** Scenarios between two looks at the signal. */
const STRIDE = 4

/** The risk per period: `missingIn` tells what is missing with the amounts of one future. */
export function* riskOf(
  plan: Plan,
  options: GapOptions,
  missingIn: (amounts: Amounts) => readonly number[],
): Steps<readonly Risk[]> {
  const { model } = stateOf(plan)
  const scenarios = options.scenarios ?? SCENARIOS
  const luck = {
    seed: plan.seed,
    scenarios,
    defaultCvPpm: options.effortCvPpm ?? LUCK.defaultCvPpm,
    correlationPpm: options.correlationPpm ?? LUCK.correlationPpm,
  }
  const soft = new Map([...model.opportunities.keys()].map((id) => [id, softOf(model, id, luck)]))
  const efforts = effortsByGroup(model, luck)
  const forecastWins = new Map(
    (options.forecasts ?? []).map((each) => [each.id, hypercube(plan.seed, each.id, "forecast", scenarios)]),
  )
  const samples: (readonly number[])[] = []
  for (let n = 0; n < scenarios; n++) {
    if (n % STRIDE === 0 && (yield { done: n, of: scenarios }) && n > 0) break
    const isWon = (id: string): boolean => soft.get(id)!.wins[n]! < soft.get(id)!.probability
    samples.push(
      missingIn({
        activity: ({ opportunity, status, index, effortMinutes }) => {
          if (status === "tentative" && opportunity !== undefined && !isWon(opportunity)) return 0
          return status === "pinned" ? effortMinutes : efforts[index]![n]!
        },
        booking: (each) => (isSoft(each) && !isWon(each.data.opportunity!) ? 0 : WHOLE),
        forecast: (each) => (forecastWins.get(each.id)![n]! * WHOLE < (each.probabilityPpm ?? WHOLE) ? WHOLE : 0),
      }),
    )
  }
  const ppm = options.percentilePpm ?? WHOLE
  return (samples[0] ?? []).map((_, period): Risk => {
    const sorted = samples.map((each) => each[period]!).sort((a, b) => a - b)
    const rank = Math.max(1, Math.ceil((sorted.length * ppm) / WHOLE))
    return { ppm, gap: sorted[rank - 1]!, sampleSize: sorted.length }
  })
}
