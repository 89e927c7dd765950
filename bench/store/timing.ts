/** Times on the wall, in milliseconds. */

/** How long work takes. */
export const timed = async (work: () => unknown): Promise<number> => {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** The time that one in twenty exceeds. */
export const p95 = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0

/** Rounded for reading. */
export const twoPlaces = (value: number): number => Math.round(value * 100) / 100
