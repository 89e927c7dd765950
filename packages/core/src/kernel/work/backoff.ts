/** Backoff: how long to wait before something is tried again. */
import { digest } from "../canonical.ts"

const FIRST_MILLISECONDS = 1_000
const FACTOR = 3
const MOST_MILLISECONDS = 6 * 3_600_000

/**
 * Milliseconds to wait after the n-th failed attempt: a second, then three times as long each time, at most six hours;
 * each is shortened by up to a half, so that what failed together does not come back together.
 *
 * The same seed and attempt give the same wait.
 *
 * @example backoffMilliseconds(1, "job-1") // between 500 and 1 000
 */
export const backoffMilliseconds = (attempt: number, seed: string): number => {
  const whole = Math.min(FIRST_MILLISECONDS * FACTOR ** Math.min(attempt - 1, 20), MOST_MILLISECONDS)
  const share = Number.parseInt(digest("backoff/1", `${seed}\n${attempt}`).slice(0, 8), 16) / 0xffff_ffff
  return Math.round(whole * (1 - share / 2))
}
