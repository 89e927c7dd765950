/**
 * Observing: one span, and one line in the log, for each command, query, job and event. Both name what was done, for
 * which tenant, how it ended and how much it wrote, never a value of a field.
 */
import { isRefusal } from "./errors.ts"
import { errorFields, type Log, type LogLevel } from "./log.ts"
import { FAULT, type Span, type Tracer } from "./tracing.ts"

/** What is observed: `plugin.call`, and the tenant. */
export interface Observed {
  readonly kind: "command" | "query" | "job" | "event"
  readonly name: string
  readonly tenant: string
  readonly attempt?: number
}

/** How it ended: a word or a refusal's tag, and numbers. */
export interface Ending {
  readonly outcome: string
  readonly seq?: number | null
  readonly isReplayed?: boolean
  /** Records that were written, or rows that were given. */
  readonly rows?: number
}

/** Who watches; null costs nothing. */
export interface Observer {
  readonly log: Log
  readonly tracer: Tracer | null
}

/** Runs work and tells of it. What it throws is thrown on; the text of an error is told to nobody. */
export const observed = <T>(
  observer: Observer | null,
  what: Observed,
  run: () => Promise<T>,
  endingOf: (done: T) => Ending,
): Promise<T> => {
  if (observer === null) return run()
  const { tracer, log } = observer
  const told = async (span: Span | null): Promise<T> => {
    const begun = performance.now()
    const end = (level: LogLevel, ending: Ending, more: object = {}): void => {
      const milliseconds = Math.round((performance.now() - begun) * 10) / 10
      const { kind, name, tenant, attempt } = what
      const { outcome, seq, isReplayed, rows } = ending
      const numbers = { ...(attempt === undefined ? {} : { attempt }), ...(rows === undefined ? {} : { rows }) }
      const facts = {
        ...(typeof seq === "number" ? { seq } : {}),
        ...(isReplayed ? { replayed: true } : {}),
        ...numbers,
      }
      // Jobs and events have lines of their own.
      if (kind === "command" || kind === "query")
        log(level, kind, { tenant, [kind]: name, outcome, ...facts, milliseconds, ...more })
      if (!span) return
      const { error } = more as { readonly error?: string }
      const attributes = { outcome, ...facts, ...(error === undefined ? {} : { error }) }
      span.setAttributes(prefixed(attributes))
      if (level === "error") span.setStatus({ code: FAULT })
      span.end()
    }
    try {
      const done = await run()
      end(what.kind === "query" ? "debug" : "info", endingOf(done))
      return done
    } catch (error) {
      if (isRefusal(error) && error.status < 500) end("info", { outcome: error._tag })
      else if (isAbort(error)) end("info", { outcome: "aborted" })
      else end("error", { outcome: "fault" }, errorFields(error))
      throw error
    }
  }
  if (!tracer) return told(null)
  const { kind, name, tenant } = what
  const [plugin = ""] = name.split(/[./]/)
  return tracer.startActiveSpan(name, { attributes: prefixed({ kind, plugin, name, tenant }) }, told)
}

const prefixed = <V>(values: Readonly<Record<string, V>>): Readonly<Record<string, V>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`anbud.${name}`, value]))

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === "AbortError"
