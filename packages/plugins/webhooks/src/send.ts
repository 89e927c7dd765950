/** Sending: one attempt over http, to a checked address, without following it anywhere else. */
import { request as plainRequest } from "node:http"
import { request as secureRequest } from "node:https"
import { type AddressRules, addressIssue, guardedLookup } from "./address.ts"

/** What came of an attempt: the receiver's status, or 0 and why there is none. */
export interface Sent {
  readonly status: number
  readonly reason: string
}

/** How to send. */
export interface SendOptions extends AddressRules {
  readonly timeoutMilliseconds: number
  readonly signal: AbortSignal
}

/** Posts a body. Never throws for what the network or the receiver does; throws the signal's reason when it aborts. */
export const send = async (
  url: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  { timeoutMilliseconds, signal, ...rules }: SendOptions,
): Promise<Sent> => {
  const issue = addressIssue(url, rules)
  if (issue !== null) return { status: 0, reason: issue }
  signal.throwIfAborted()
  const outcome = await new Promise<Sent>((resolve) => {
    const request = new URL(url).protocol === "https:" ? secureRequest : plainRequest
    const options = {
      method: "POST",
      // No connection is kept: each one is to an address that was looked at for it.
      agent: false as const,
      headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
      lookup: guardedLookup(rules),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMilliseconds)]),
    }
    const outgoing = request(url, options, (response) => {
      const { statusCode = 0, statusMessage = "" } = response
      // What the receiver says beside its status is not read: it may be endless.
      response.destroy()
      resolve({ status: statusCode, reason: statusMessage.slice(0, 100) })
    })
    outgoing.on("error", (error) => resolve({ status: 0, reason: reasonOf(error) }))
    outgoing.end(body)
  })
  signal.throwIfAborted()
  return outcome
}

/** Why there was no answer; never the address, which may hold a secret of the receiver's. */
const reasonOf = (error: Error & { readonly code?: unknown }): string => {
  if (error.name === "AbortError" || error.name === "TimeoutError") return "it took too long"
  if (typeof error.code === "string") return error.code
  return error.message.startsWith("it is inside") ? error.message : "it cannot be reached"
}
