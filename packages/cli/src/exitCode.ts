/** Exit codes: what a script or a pipeline may rest on. */

/** How the command ended. */
export const EXIT = {
  /** Done, or nothing to do. */
  done: 0,
  /** There are changes to apply; nothing was changed. */
  pending: 1,
  /** Refused, because it would lose data, or what was checked does not hold. Nothing was changed. */
  refused: 2,
  /** The command, an option or the configuration is wrong. */
  usage: 3,
  /** The store or the machine failed. */
  failed: 4,
} as const

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
