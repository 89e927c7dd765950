/**
 * Project futures: when each project is done in many futures of the whole plan.
 *
 * Two plans asked with one seed meet the same luck (common random numbers), so what differs is due to the plans alone.
 */
import { type WeightOf, weightsOf } from "./holds.ts"
import type { Minute } from "./instant.ts"
import { compareText } from "./issue.ts"
import { effortsByGroup, type LuckOptions, type Soft, softOf } from "./luck.ts"
import { type Model, WHOLE } from "./model.ts"
import { drawUp } from "./planning.ts"
import type { Steps } from "./steps.ts"

/** Scenarios between two looks at the signal: each plans all work anew. */
const STRIDE = 4

/** By project, its finish in each scenario (infinite beyond the horizon); fewer scenarios if it was stopped. */
export function* projectFutures(
  model: Model,
  now: Minute,
  options: LuckOptions,
): Steps<ReadonlyMap<string, Float64Array>> {
  const soft = new Map([...model.opportunities.keys()].sort(compareText).map((id) => [id, softOf(model, id, options)]))
  const efforts = effortsByGroup(model, options)
  const names = [...new Set(model.activities.flatMap((each) => each.data.project ?? []))].sort(compareText)
  const projects = new Map(names.map((name) => [name, new Float64Array(options.scenarios)]))
  let count = 0
  for (; count < options.scenarios; count++) {
    if (count % STRIDE === 0 && (yield { done: count, of: options.scenarios })) break
    const finishes = finishesIn(model, now, { soft, efforts, n: count })
    for (const [name, list] of projects) list[count] = finishes.get(name) ?? now
  }
  return new Map([...projects].map(([name, list]) => [name, list.subarray(0, count)]))
}

interface Scenario {
  readonly soft: ReadonlyMap<string, Soft>
  readonly efforts: readonly Float64Array[]
  readonly n: number
}

const finishesIn = (model: Model, now: Minute, { soft, efforts, n }: Scenario): ReadonlyMap<string, Minute> => {
  // What has expired holds nothing, won or not; all else that is tentative is either there or not.
  const isWon = (id: string): boolean => soft.get(id)!.wins[n]! < soft.get(id)!.probability
  const most = weightsOf(model, now, "allWon")
  const weightOf: WeightOf = (opportunity, tentative) =>
    tentative && opportunity !== undefined && !isWon(opportunity) ? 0 : most(opportunity, tentative)
  const starts = new Map(model.expectedStarts)
  for (const [id, each] of soft) {
    const expected = starts.get(id)
    if (each.starts !== undefined && expected !== undefined) starts.set(id, Math.max(now, expected + each.starts[n]!))
  }
  const { sheet } = drawUp(model, now, {
    weightOf,
    effortOf: (each) =>
      Math.round((efforts[each.index]![n]! * weightOf(each.opportunity, each.status === "tentative")) / WHOLE),
    expectedStarts: starts,
    isBrief: true,
  })
  const finishes = new Map<string, Minute>()
  for (const { index, data } of model.activities) {
    if (data.project === undefined || sheet.absent.has(index)) continue
    const finish = sheet.placements[index]?.assignment.finish ?? Number.POSITIVE_INFINITY
    finishes.set(data.project, Math.max(finishes.get(data.project) ?? 0, finish))
  }
  return finishes
}
