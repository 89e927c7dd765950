/**
 * If won: what happens to every other promise when these offers are won.
 */
import { apply } from "./apply.ts"
import { compare, type Move, type ProjectMove } from "./compare.ts"
import type { ActivityStatus } from "./data.ts"
import { byPath, compareText, type Issue } from "./issue.ts"
import { LUCK } from "./luck.ts"
import { percentilesOf } from "./percentiles.ts"
import type { Plan } from "./plan.ts"
import { stateOf } from "./planning.ts"
import { projectFutures } from "./projectFutures.ts"
import { type Delivery, deliveryOf } from "./promise.ts"
import { fail, type NonEmpty, ok, type Result } from "./result.ts"
import { finishSteps, type Steps } from "./steps.ts"

/** How much to say about each project's date; without shares only the planned dates are compared. */
export interface IfWonOptions {
  /** Shares to give dates for, such as 500 000, 800 000 and 950 000. */
  readonly percentilesPpm?: readonly number[]
  /** Futures to draw: 64 if left out. Each plans all work twice. */
  readonly scenarios?: number
  /** As for a promise. */
  readonly effortCvPpm?: number
  readonly correlationPpm?: number
  readonly signal?: AbortSignal
}

/** A project's date that holds in `ppm` of the futures, before and after. Undefined beyond the horizon. */
export interface LikelyMove {
  readonly project: string
  readonly ppm: number
  readonly before: Delivery | undefined
  readonly after: Delivery | undefined
  readonly deltaMinutes: number
}

/** The plan as it were, and all that it changes. */
export interface IfWon {
  /** The plan as it were; ask it for promises and percentiles with the same seed, and the luck is the same. */
  readonly plan: Plan
  /** Activities that move, the won ones among them, each with what now holds it. */
  readonly moves: readonly Move[]
  readonly projects: readonly ProjectMove[]
  /** Every project's percentiles before and after, by project and share; empty unless asked for. */
  readonly likely: readonly LikelyMove[]
  /** Scenarios behind `likely`; fewer than asked for if the signal stopped them. */
  readonly sampleSize: number
  /** Overloads that appear: pinned and booked time that no longer fits. */
  readonly newOverloads: readonly Issue[]
  /** Hard deadlines that break, and work that loses its place. */
  readonly brokenDeadlines: readonly Issue[]
  /** Notices about the answer itself: `Aborted` if a signal cut the futures short. */
  readonly issues: readonly Issue[]
}

const SCENARIOS = 64
/** Work under way or fixed stays what it is, won or not. */
const STANDS: ReadonlySet<ActivityStatus> = new Set(["started", "pinned", "done"])

/**
 * Plans as if the opportunities were won: their work becomes firm, in full, and goes before all that is softer.
 *
 * With `percentilesPpm`, each project's dates before and after are drawn with the same luck, so that their difference
 * is due to the win alone. Refuses with `UnknownRef` for each opportunity that the plan does not know.
 *
 * @example ifWon(plan, ["q-7"], { percentilesPpm: [500_000, 800_000] })
 */
export const ifWon = (
  plan: Plan,
  opportunities: readonly string[],
  options: IfWonOptions = {},
): Result<IfWon, NonEmpty<Issue>> => finishSteps(ifWonSteps(plan, opportunities, options), options.signal)

/** `ifWon` in steps of some scenarios. */
export function* ifWonSteps(
  plan: Plan,
  opportunities: readonly string[],
  options: IfWonOptions,
): Steps<Result<IfWon, NonEmpty<Issue>>> {
  const after = asWon(plan, opportunities)
  if (!after.ok) return after
  const { moves, projects } = compare(plan, after.value)
  const known = new Set([...plan.issues, ...plan.unplaced].map(identity))
  const fresh = [...after.value.issues, ...after.value.unplaced].filter((each) => !known.has(identity(each)))
  const { likely, sampleSize } = yield* likelyMoves(plan, after.value, options)
  const isCut = (options.percentilesPpm ?? []).length > 0 && sampleSize < (options.scenarios ?? SCENARIOS)
  const hint = `Stopped after ${sampleSize} scenarios.`
  return ok({
    plan: after.value,
    moves,
    projects,
    likely,
    sampleSize,
    newOverloads: fresh.filter((each) => each._tag === "PinnedConflict"),
    brokenDeadlines: fresh.filter((each) => each._tag !== "PinnedConflict"),
    issues: isCut ? [{ _tag: "Aborted", path: "opportunities", ids: [...opportunities], hint }] : [],
  })
}

const asWon = (plan: Plan, opportunities: readonly string[]): Result<Plan, NonEmpty<Issue>> => {
  const { model } = stateOf(plan)
  const [first, ...rest] = opportunities
    .filter((id) => !model.opportunities.has(id))
    .map((id): Issue => {
      const hint = `There is no opportunity ${JSON.stringify(id)}.`
      return { _tag: "UnknownRef", path: `opportunities[${id}]`, ids: [id], hint, ref: id }
    })
    .sort(byPath)
  if (first !== undefined) return fail([first, ...rest])
  const won = new Set(opportunities)
  const isWon = (each: { readonly opportunity?: string }): boolean =>
    each.opportunity !== undefined && won.has(each.opportunity)
  return apply(plan, {
    put: {
      activities: (model.data.activities ?? [])
        .filter((each) => isWon(each) && !STANDS.has(each.status ?? "tentative"))
        .map((each) => ({ ...each, status: "firm" as const })),
      bookings: (model.data.bookings ?? []).filter(isWon).map((each) => ({ ...each, certainty: "firm" as const })),
    },
  })
}

function* likelyMoves(plan: Plan, won: Plan, options: IfWonOptions): Steps<Pick<IfWon, "likely" | "sampleSize">> {
  const shares = options.percentilesPpm ?? []
  if (shares.length === 0) return { likely: [], sampleSize: 0 }
  const luck = {
    seed: plan.seed,
    scenarios: options.scenarios ?? SCENARIOS,
    defaultCvPpm: options.effortCvPpm ?? LUCK.defaultCvPpm,
    correlationPpm: options.correlationPpm ?? LUCK.correlationPpm,
  }
  const { model } = stateOf(plan)
  const before = yield* projectFutures(model, plan.now, luck)
  const after = yield* projectFutures(stateOf(won).model, plan.now, luck)
  const drawn = (futures: ReadonlyMap<string, Float64Array>): number =>
    [...futures.values()].reduce((least, each) => Math.min(least, each.length), luck.scenarios)
  const count = Math.min(drawn(before), drawn(after))
  const dates = (futures: ReadonlyMap<string, Float64Array>, project: string) =>
    percentilesOf((futures.get(project) ?? new Float64Array()).subarray(0, count), shares)
  const likely = [...before.keys()].sort(compareText).flatMap((project): LikelyMove[] => {
    const now = dates(after, project)
    return dates(before, project).map(({ ppm, finish }, n) => {
      const later = now[n]!.finish
      return {
        project,
        ppm,
        before: finish === undefined ? undefined : deliveryOf(model, finish),
        after: later === undefined ? undefined : deliveryOf(model, later),
        deltaMinutes: finish === undefined || later === undefined ? 0 : later - finish,
      }
    })
  })
  return { likely, sampleSize: count }
}

const identity = (issue: Issue): string =>
  issue._tag === "PinnedConflict"
    ? `${issue._tag} ${issue.path} ${issue.from} ${issue.to}`
    : `${issue._tag} ${issue.path}`
