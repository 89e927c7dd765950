/**
 * Tracing: spans through `@opentelemetry/api`, if the host has it. Nothing here depends on it: the parts of it that
 * are used are described below, and it is looked for once, when an engine is made.
 */

/** What the engine does with a span. */
export interface Span {
  setAttributes(attributes: Readonly<Record<string, string | number | boolean>>): unknown
  setStatus(status: { readonly code: number }): unknown
  end(): void
}

/** What the engine does with a tracer. */
export interface Tracer {
  startActiveSpan<T>(
    name: string,
    options: { readonly attributes: Readonly<Record<string, string | number | boolean>> },
    run: (span: Span) => T,
  ): T
}

/** `SpanStatusCode.ERROR` */
export const FAULT = 2

// In a variable, so that no bundler of a host without it looks for it.
const API = "@opentelemetry/api"

/** The tracer of the host's `@opentelemetry/api`, null where there is none: its spans go wherever the host sends them. */
export const hostTracer = async (release: string): Promise<Tracer | null> => {
  try {
    const api = (await import(API)) as { readonly trace: { getTracer(name: string, version: string): Tracer } }
    return api.trace.getTracer("@anbud/core", release)
  } catch {
    return null
  }
}
