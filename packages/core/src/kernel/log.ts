/**
 * The log: what the engine tells its host, as an event with fields; silent unless the host gives a sink.
 *
 * Fields hold ids, names of commands, numbers and tags. Values of records and messages of errors never reach it; what
 * looks like a secret or a personal value by its name is blacked out all the same, and control characters are escaped,
 * so that no text can forge a line.
 */

/** How much an event matters. */
export type LogLevel = "debug" | "info" | "warn" | "error"
/** The fields of an event. */
export type LogFields = Readonly<Record<string, unknown>>
/** Takes the engine's events. What it throws is passed over. */
export type Log = (level: LogLevel, event: string, fields: LogFields) => void

/** Names of fields whose values never reach a log. */
export const REDACTED =
  /pass(word|phrase|wd)?$|secret|token|authori[sz]ation|cookie|credential|api_?key|private_?key|^login$|^user$|e_?mail|phone|^name$|address|personnummer|ssn|iban|card/i

const REPLACEMENT = "[redacted]"
const LONGEST = 500
const DEEPEST = 4
const MOST_ITEMS = 20

/** A sink that gets safe fields only and cannot break the engine. */
export const guardedLog = (sink: Log | undefined): Log => {
  if (!sink) return () => undefined
  return (level, event, fields) => {
    try {
      sink(level, event, redacted(fields))
    } catch {
      // A broken log must not break the command that it tells of.
    }
  }
}

/**
 * The fields with secrets and personal values blacked out and texts made safe to print.
 *
 * @example redacted({ command: "quotes.accept", token: "s3cret" }) // { command: "quotes.accept", token: "[redacted]" }
 */
export const redacted = (fields: LogFields): LogFields => safeRecord(fields, 1)

const safeRecord = (fields: LogFields, depth: number): LogFields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      printable(name),
      REDACTED.test(name) ? REPLACEMENT : safe(value, depth),
    ]),
  )

const safe = (value: unknown, depth: number): unknown => {
  if (typeof value === "string") return printable(value)
  if (typeof value === "number" || typeof value === "boolean" || value === null || value === undefined) return value
  if (typeof value === "bigint") return String(value)
  if (depth >= DEEPEST) return "…"
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => safe(item, depth + 1))
  if (value instanceof Error) return errorFields(value)
  return typeof value === "object" ? safeRecord(value as LogFields, depth + 1) : typeof value
}

/** A text on one line: control characters, among them those that colour terminals, are escaped. */
const printable = (text: string): string => {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  return cut.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return `\\u${code.toString(16).padStart(4, "0")}`
  })
}

const FRAMES = 6

/** What a log may know of an error: its name, its code and where it happened; never its message, which may quote data. */
export const errorFields = (error: unknown): LogFields => {
  if (!(error instanceof Error)) return { error: typeof error }
  const { code, _tag } = error as { readonly code?: unknown; readonly _tag?: unknown }
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line))
  return {
    error: typeof _tag === "string" ? _tag : error.name,
    ...(typeof code === "string" ? { code } : {}),
    at: frames.slice(0, FRAMES).map((line) => line.trim().replace(/^at /, "")),
  }
}
