/**
 * Parts per million, in which every percentage is written: integers of 1/10 000 percentage point.
 */

/** 100 %. */
export const wholePpm = 1_000_000

/** Whether `value` is an integer from 0 to 1 000 000. */
export const isPpm = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= wholePpm
