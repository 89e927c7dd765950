/** Answers: what a command found out, once as text for people and once as data for programs. */
import { isRefusal } from "@anbud/core"
import { EXIT, type ExitCode } from "./exitCode.ts"

/** The outcome of a command. */
export interface Answer {
  readonly exit: ExitCode
  readonly text: string
  readonly data: unknown
}

/** The command, an option or the configuration is wrong. */
export class UsageError extends Error {}

/** What a store refuses because of the machine, not because of the data. */
const FAILURES = new Set(["StorageFailed", "CommitUnknown", "Contention", "StoreClosed"])

/** What to answer to something that was thrown. */
export const answerTo = (error: unknown): Answer => {
  if (error instanceof UsageError) {
    return { exit: EXIT.usage, text: error.message, data: { error: { code: "USAGE", message: error.message } } }
  }
  if (isRefusal(error)) {
    const { code, message, params, _tag } = error
    const exit = FAILURES.has(_tag) ? EXIT.failed : EXIT.refused
    return { exit, text: message, data: { error: { code, message, params } } }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { exit: EXIT.failed, text: message, data: { error: { code: "FAILED", message } } }
}
