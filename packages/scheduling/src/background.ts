/**
 * Background: the questions that may take long, asked without blocking the thread.
 *
 * Each gives exactly what the plain function gives, pauses between steps, reports its progress, and stops when the
 * signal says so: the answer is then the best so far and says `Aborted`.
 */
import type { Policy, QuoteWork } from "./data.ts"
import { type GapOptions, type GapRow, gapSteps } from "./gap.ts"
import { type IfWon, type IfWonOptions, ifWonSteps } from "./ifWon.ts"
import type { Issue } from "./issue.ts"
import type { Model } from "./model.ts"
import type { Plan } from "./plan.ts"
import { planSteps, stateOf } from "./planning.ts"
import { type DeliveryPromise, type PromiseOptions, promiseSteps } from "./promise.ts"
import type { NonEmpty, Result } from "./result.ts"
import type { Project } from "./search/network.ts"
import { type Solution, type SolveOptions, solveSteps, type Unsolvable } from "./search/solve.ts"
import { type BackgroundOptions, inBackground } from "./steps.ts"

/** `plan` without blocking, for a policy that tries many schedules. */
export const planInBackground = (
  model: Model,
  policy: Policy,
  background: BackgroundOptions = {},
  previous?: Plan,
): Promise<Result<Plan, NonEmpty<Issue>>> =>
  inBackground(planSteps(model, policy, previous && stateOf(previous), true), background)

/** `promise` without blocking, for many scenarios. */
export const promiseInBackground = (
  plan: Plan,
  quote: QuoteWork,
  options: PromiseOptions,
  background: BackgroundOptions = {},
): Promise<Result<DeliveryPromise, NonEmpty<Issue>>> => inBackground(promiseSteps(plan, quote, options), background)

/** `ifWon` without blocking. */
export const ifWonInBackground = (
  plan: Plan,
  opportunities: readonly string[],
  options: IfWonOptions,
  background: BackgroundOptions = {},
): Promise<Result<IfWon, NonEmpty<Issue>>> => inBackground(ifWonSteps(plan, opportunities, options), background)

/** `capacityGap` without blocking. */
export const capacityGapInBackground = (
  plan: Plan,
  options: GapOptions,
  background: BackgroundOptions = {},
): Promise<Result<readonly GapRow[], NonEmpty<Issue>>> => inBackground(gapSteps(plan, options), background)

/** `solveProject` without blocking. */
export const solveInBackground = (
  project: Project,
  options: SolveOptions,
  background: BackgroundOptions = {},
): Promise<Result<Solution, Unsolvable>> => inBackground(solveSteps(project, options), background)
