/** Runs one log of operations on two databases and compares what each operation gives, value or refusal. */
import { isDeepStrictEqual } from "node:util"
import { isRefusal } from "@anbud/core"

/** An operation: its kind, and how to run it on either side. */
export interface Operation<Side> {
  readonly kind: string
  /** What it does, for the message when the two sides differ. */
  readonly says: unknown
  run(on: Side): Promise<unknown>
}

/** How often each kind of operation went well and was refused. */
export type Counts = Record<string, { succeeded: number; refused: number }>

type Outcome = { readonly value: unknown } | { readonly refused: string; readonly params: unknown }

/**
 * Runs the operations one after the other on both sides; throws at the first difference.
 *
 * A refusal is compared with its parameters, a bug (a plain error) as such: its text is the database's own.
 */
export const compare = async <Side>(
  operations: Iterable<Operation<Side>>,
  sides: readonly [Side, Side],
  counts: Counts,
): Promise<void> => {
  let index = 0
  for (const operation of operations) {
    const [first, second] = await Promise.all([outcomeOf(operation, sides[0]), outcomeOf(operation, sides[1])])
    if (!isDeepStrictEqual(first, second)) throw new Error(differenceText(index, operation, first, second))
    counts[operation.kind] ??= { succeeded: 0, refused: 0 }
    const count = counts[operation.kind]
    if (count) count["refused" in first ? "refused" : "succeeded"] += 1
    index += 1
  }
}

/** How many operations went well, in the whole and of them all. */
export const shareOf = (counts: Counts): { readonly operations: number; readonly succeededShare: number } => {
  const all = Object.values(counts)
  const succeeded = all.reduce((sum, count) => sum + count.succeeded, 0)
  const operations = all.reduce((sum, count) => sum + count.succeeded + count.refused, 0)
  return { operations, succeededShare: Math.round((1_000 * succeeded) / operations) / 1_000 }
}

const outcomeOf = async <Side>(operation: Operation<Side>, side: Side): Promise<Outcome> => {
  try {
    return { value: await operation.run(side) }
  } catch (error) {
    if (isRefusal(error)) return { refused: error._tag, params: error.params }
    return { refused: "bug", params: null }
  }
}

const differenceText = (index: number, { kind, says }: Operation<never>, ...outcomes: readonly Outcome[]): string =>
  [`Operation ${index}, ${kind}, differs:`, JSON.stringify(says), ...outcomes.map((outcome) => JSON.stringify(outcome))]
    .map((line) => line.slice(0, 2_000))
    .join("\n")
