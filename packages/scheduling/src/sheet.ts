/**
 * Sheet: the page on which a plan is written. It starts from a finished plan (or nothing) and copies a resource's
 * profile only when something is placed on it, so that a promise costs what it touches.
 */
import type { Minute } from "./instant.ts"
import type { Candidate, Model, ModelActivity } from "./model.ts"
import type { Assignment } from "./plan.ts"
import { copyProfile, type Profile } from "./profile.ts"
import type { Reason } from "./reason.ts"

/** Which part of the soft work counts: what each opportunity says, none of it, or all of it. */
export type Holds = "asSaid" | "allLost" | "allWon"

/** How much of an activity's effort is planned, in minutes; 0 for work that holds nothing. */
export type EffortOf = (activity: ModelActivity) => number

/** When an activity could start, were everybody free, and what says so. */
export interface Ready {
  readonly at: Minute
  readonly reason: Reason
  /** Where the chain goes on: an earlier activity and the moment of it that counts. */
  readonly cause?: { readonly activity: ModelActivity; readonly at: Minute }
}

/** An assignment with what the explanation needs beside it. */
export interface Placement {
  readonly activity: ModelActivity
  readonly assignment: Assignment
  readonly ready: Ready
  /** Resources that could have filled the scarcest slot. */
  readonly eligible: readonly Candidate[]
  /** For each resource: how much of its profile was written before. */
  readonly seen: readonly number[]
}

export interface Sheet {
  readonly model: Model
  readonly now: Minute
  readonly profiles: Profile[]
  /** The profiles it started from, as they were. */
  readonly base: readonly Profile[]
  readonly owned: Uint8Array
  readonly effortOf: EffortOf
  /** Earliest start of each opportunity's soft work; a scenario may draw another than the model's. */
  readonly expectedStarts: ReadonlyMap<string, Minute>
  /** Placements of this sheet's own activities by index. */
  readonly placements: (Placement | undefined)[]
  /** Activities that hold nothing and bind nobody. */
  readonly absent: Set<number>
  /** Only dates will be read: no reasons and no histories are written. */
  readonly isBrief: boolean
}

/** What a sheet may have of its own. */
export interface SheetOptions {
  readonly expectedStarts?: ReadonlyMap<string, Minute> | undefined
  readonly isBrief?: boolean | undefined
}

/** A sheet on top of profiles that stay as they are. */
export const sheetOn = (
  model: Model,
  now: Minute,
  profiles: readonly Profile[],
  count: number,
  effortOf: EffortOf,
  { expectedStarts = model.expectedStarts, isBrief = false }: SheetOptions = {},
): Sheet => ({
  model,
  now,
  profiles: [...profiles],
  base: profiles,
  owned: new Uint8Array(profiles.length),
  effortOf,
  expectedStarts,
  placements: new Array<Placement | undefined>(count).fill(undefined),
  absent: new Set(),
  isBrief,
})

/** The profile of a resource, copied on its first use so that it may be written to. */
export const ownProfile = (sheet: Sheet, resource: number): Profile => {
  if (sheet.owned[resource] === 0) {
    sheet.profiles[resource] = copyProfile(sheet.profiles[resource]!, !sheet.isBrief)
    sheet.owned[resource] = 1
  }
  return sheet.profiles[resource]!
}
