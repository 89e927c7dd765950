/**
 * Tuning: the numbers of the population search, by budget and size of the project.
 *
 * Found by trying changes on the same seeds and keeping what gained, first on generated projects of 30, 60 and 120
 * activities, then on the hard instances of PSPLIB with other seeds than the benchmark's; see docs/decisions/0205.
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
  /** Share of children that may take the place of any long member, not only of their own parent's. */
  readonly spread: number
}

/** The numbers for a budget: many members at few schedules would leave no time to breed. */
export const tuningFor = (schedules: number, size: number): Tuning => {
  const least = 4
  const most = Math.max(least, Math.floor(schedules / 8))
  const members = (wanted: number): number => Math.max(least, Math.min(Math.round(wanted), most))
  // With time to breed, diversity is worth more than haste.
  const isLong = schedules >= 3000
  const usual = { parallelBias: 3, serialBias: 1, swaps: 0.05, moves: 1, spread: 1, patience: 3 }
  if (size > 90) {
    const bred = isLong
      ? { samples: 2, stretch: { least: 0.1, most: 0.7 }, swaps: 0.02 }
      : { samples: 3, stretch: { least: 0.2, most: 0.5 }, patience: 6 }
    return { ...usual, members: members(0.07 * schedules ** 0.766), parallelShare: 0.8, ...bred }
  }
  const stretch = { least: 0.1, most: 0.5 }
  if (size > 45) {
    const bred = isLong ? { samples: 2, moves: 2, spread: 0.3 } : { samples: 3 }
    return { ...usual, members: members(0.22 * schedules ** 0.66), parallelShare: 0.7, stretch, ...bred }
  }
  const bred = isLong ? { moves: 3 } : { moves: 2 }
  return { ...usual, members: members(0.5 * schedules ** 0.62), samples: 3, parallelShare: 0.25, stretch, ...bred }
}
