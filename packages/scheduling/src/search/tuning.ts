/**
 * Tuning: the numbers of the population search, by budget and size of the project.
 *
 * Found on generated projects of 30, 60 and 120 activities, none of them from a published library, by trying changes
 * on the same seeds and keeping what gained; see docs/decisions/0205.
 */
export interface Tuning {
  /** Members per population. */
  readonly members: number
  /** Samples drawn per member when a population begins. */
  readonly samples: number
  /** Share of samples drawn moment by moment, and how strongly either kind prefers what is urgent. */
  readonly parallelShare: number
  readonly parallelBias: number
  readonly serialBias: number
  /** Shortest and longest stretch that a child takes from one parent, as shares of that parent's time. */
  readonly stretch: { readonly least: number; readonly most: number }
  /** Share of neighbours that change places in a child, and how many of its activities move freely. */
  readonly swaps: number
  readonly moves: number
  /** Generations without any shorter member before the population starts anew. */
  readonly patience: number
}

/** The numbers for a budget: many members at few schedules would leave no time to breed. */
export const tuningFor = (schedules: number, size: number): Tuning => {
  const most = size > 90 ? 0.07 * schedules ** 0.766 : size > 45 ? 0.22 * schedules ** 0.66 : 0.93 * schedules ** 0.47
  return {
    members: Math.max(4, Math.min(Math.round(most), Math.floor(schedules / 8))),
    samples: size > 90 ? 3 : 2,
    parallelShare: size > 90 ? 0.8 : size > 45 ? 0.5 : 0,
    parallelBias: 3,
    serialBias: 1,
    stretch: { least: 0.1, most: size > 90 ? 0.7 : 0.5 },
    swaps: 0.05,
    moves: 1,
    patience: 8,
  }
}
