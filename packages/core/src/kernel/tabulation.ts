/** Tabulations: the part of the store port that reads columns of joined tables, and groups them. */
import type { Condition, Select } from "./store.ts"

/** The stretches of time by which dates are grouped. */
export const PERIODS = ["day", "week", "month", "quarter", "year"] as const
/** One of them; a week begins on Monday. */
export type Period = (typeof PERIODS)[number]

/**
 * A table beside the one that is read. A row of it that matches `where` and equals in all pairs of `on` lends its
 * columns; where there is none they are empty. Where there are several, the row that is read comes once with each.
 */
export interface Join {
  /** Its name in the tabulation. */
  readonly as: string
  readonly table: string
  /** Pairs of a column of `table` and a column of the table that it is joined to. */
  readonly on: readonly (readonly [column: string, outer: string])[]
  /** The join that it is joined to, which comes earlier; the table that is read by default. */
  readonly to?: string
  readonly where?: Condition
}

/** A column, and the join that it is of: the table that is read by default. */
export interface TabulatedColumn {
  readonly as: string
  readonly column: string
  readonly of?: string
  /** It stands in for an empty value. */
  readonly otherwise?: string | number
  /** A column of dates gives the first day of the period that the date lies in. */
  readonly by?: Period
}

/**
 * A value of many rows. `count` counts rows, and with a column those in which it is not empty. `sum`, `min` and `max`
 * pass over empty values and are empty where there is none. A sum beyond ±(2^53 − 1) throws `SumOutOfRange`.
 */
export type Aggregate =
  | { readonly as: string; readonly aggregate: "count"; readonly column?: string; readonly of?: string }
  | {
      readonly as: string
      readonly aggregate: "sum" | "min" | "max"
      readonly column: string
      readonly of?: string
      readonly otherwise?: string | number
    }

/** A column of a tabulation. */
export type Tabulated = TabulatedColumn | Aggregate

/** What to read. */
export interface Tabulation extends Pick<Select, "table" | "tenant" | "where"> {
  readonly joins?: readonly Join[]
  readonly columns: readonly Tabulated[]
  /** A condition on the columns by their names here, grouped ones too. */
  readonly having?: Condition
  /** Sorted by these names, `null` as the least value; the order of ties is not told. */
  readonly order?: readonly { readonly column: string; readonly descending?: boolean }[]
  /** At most so many. */
  readonly limit?: number
}
