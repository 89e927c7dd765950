/**
 * Exceptions: the only places where a rule of `tidy.test.ts` does not hold, each with its reason.
 *
 * An exception that no longer excuses anything is reported, so that the list stays true.
 */
import type { Finding } from "./source.ts"

export interface Exception {
  readonly check: string
  readonly path: string
  /** Excuses only findings whose message contains this; all of the file's when absent. */
  readonly about?: string
  readonly reason: string
}

export const exceptions: readonly Exception[] = [
  { check: "noLeftovers", path: "tools/tidy/wording.ts", reason: "it defines the words" },
  { check: "noMachinePaths", path: "tools/tidy.test.ts", reason: "planted paths that the rule must find" },
  { check: "noLeftovers", path: "tools/tidy.test.ts", reason: "planted words that the rule must find" },
  {
    check: "deterministic",
    path: "packages/scheduling/src/zone.ts",
    about: "Intl",
    reason: "the zone tables of Intl, with the zone as an argument, are how a local time becomes an instant",
  },
  {
    check: "deterministic",
    path: "packages/core/src/kernel/localDate.ts",
    about: "Intl",
    reason: "the date in a zone that is an argument, in a fixed format: the answer is the same everywhere",
  },
  {
    check: "deterministic",
    path: "packages/core/src/kernel/work/zonedTime.ts",
    about: "Intl",
    reason: "the instant of a time in a zone that is an argument, in a fixed format: the answer is the same everywhere",
  },
  {
    check: "deterministic",
    path: "packages/core/src/kernel/work/worker.ts",
    about: "performance.now",
    reason: "how often a worker looks round: nothing that it does depends on it",
  },
  {
    check: "deterministic",
    path: "packages/core/src/kernel/observed.ts",
    about: "performance.now",
    reason: "how long a call took, for the log alone: nothing that it does depends on it",
  },
  {
    check: "deterministic",
    path: "packages/core/src/kernel/ports.ts",
    about: "new Date()",
    reason: "the default of the clock port: the one place where the engine reads the time",
  },
]

/** What is left of the findings after the exceptions, and a finding for each exception that excused nothing. */
export const judge = (findings: readonly Finding[], excused: readonly Exception[]): readonly Finding[] => {
  const idle = excused.filter((exception) => !findings.some((finding) => covers(exception, finding)))
  const stale = idle.map(({ check, path, about }) => ({
    check,
    path,
    line: 0,
    message: `an exception${about ? ` about ${about}` : ""} that excuses nothing: remove it from exceptions.ts`,
  }))
  return [...findings.filter((finding) => !excused.some((exception) => covers(exception, finding))), ...stale]
}

const covers = ({ check, path, about = "" }: Exception, finding: Finding): boolean =>
  finding.check === check && finding.path === path && finding.message.includes(about)
