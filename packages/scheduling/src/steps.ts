/**
 * Steps: long work cut into short ones, so that one function can be run at once, or without blocking its thread.
 *
 * Each step yields how far it has come and is told whether to stop. The answer never depends on how it was run.
 */

/** How much of a long question is done. */
export interface Progress {
  readonly done: number
  readonly of: number
}

/** Work that yields its progress and receives `true` when it is to stop and give the best it has. */
export type Steps<T> = Generator<Progress, T, boolean>

/** How to run a long question without blocking. */
export interface BackgroundOptions {
  /** Stops at the next step; the answer then carries an `Aborted` issue or notice. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Lets other work of this thread go on; a timer of 0 ms if left out. */
  readonly pause?: () => Promise<void>
}

/** Runs all steps at once. A signal that is (or becomes) aborted stops at the next step. */
export const finishSteps = <T>(steps: Steps<T>, signal?: AbortSignal): T => {
  for (let step = steps.next(false); ; step = steps.next(signal?.aborted === true))
    if (step.done === true) return step.value
}

/** Runs the steps with a pause after each. */
export const inBackground = async <T>(steps: Steps<T>, options: BackgroundOptions = {}): Promise<T> => {
  const { signal, onProgress, pause = nextTurn } = options
  let step = steps.next(false)
  while (step.done !== true) {
    onProgress?.(step.value)
    await pause()
    step = steps.next(signal?.aborted === true)
  }
  return step.value
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))
