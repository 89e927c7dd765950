/**
 * Call sites: where in its own code a host has called. What a call rejects with shows that place first, though it was
 * thrown long after, in another turn of the event loop.
 */
import { isRefusal } from "./errors.ts"

/** The host's frames, as they were when it called. */
export interface CallSite {
  readonly stack?: string
}

/** The folder of this package's code: its frames are not the host's. */
const OWN = new URL(".", import.meta.url).href
const OWN_PATH = decodeURIComponent(new URL(".", import.meta.url).pathname)

/**
 * Notes who calls; ask for it before anything is awaited. Its frames are put into words only if somebody asks for them,
 * so that a call that succeeds pays for their addresses alone.
 */
export const callSite = (): CallSite => new Error()

/**
 * The same error with the host's frames: a refusal begins with them, a bug keeps its own before them. An abort without
 * a reason of the host's becomes a plain `AbortError`, with the platform's as its cause.
 */
export const placed = (error: unknown, site: CallSite): unknown => {
  if (!(error instanceof Error)) return error
  if (isRefusal(error)) return withStack(error, framesOf(site))
  if (error instanceof DOMException) {
    const plain = Object.assign(new Error(error.message, { cause: error }), { code: "ABORT_ERR" })
    Object.defineProperty(plain, "name", { value: error.name })
    return withStack(plain, framesOf(site))
  }
  const frames = framesOf(site)
  const { stack = "" } = error
  if (!Object.isFrozen(error) && !stack.includes(frames))
    Object.defineProperty(error, "stack", { value: `${stack}${frames}`, writable: true, configurable: true })
  return error
}

const withStack = (error: Error, frames: string): Error => {
  Object.defineProperty(error, "stack", {
    value: `${error.name}: ${error.message}${frames}`,
    writable: true,
    configurable: true,
  })
  return error
}

const framesOf = ({ stack = "" }: CallSite): string => {
  const lines = stack.split("\n").filter((line) => /^\s+at /.test(line))
  const first = lines.findIndex((line) => !line.includes(OWN) && !line.includes(OWN_PATH))
  return lines
    .slice(Math.max(first, 0))
    .map((line) => `\n${line}`)
    .join("")
}

/** A call whose rejections show where the host called it. */
export const traced =
  <A extends readonly unknown[], T>(call: (...args: A) => Promise<T>): ((...args: A) => Promise<T>) =>
  (...args) => {
    const site = callSite()
    return call(...args).catch((error: unknown) => {
      throw placed(error, site)
    })
  }
