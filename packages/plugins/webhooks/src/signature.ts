/**
 * Signatures in the format of Standard Webhooks: `v1,` and the base64 of an HMAC-SHA256 over the id, the second of the
 * attempt and the body, one for each secret that is good at the time.
 */
import { createHmac } from "node:crypto"

/** What is sent. */
export interface WebhookMessage {
  /** The same at every attempt: receivers tell by it what they have had. */
  readonly id: string
  readonly body: string
}

/** The three headers, with a signature per secret, the newest first. */
export const signedHeaders = (
  { id, body }: WebhookMessage,
  secrets: readonly Uint8Array[],
  atSeconds: number,
): Readonly<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>> => {
  const timestamp = String(atSeconds)
  const sign = (secret: Uint8Array): string =>
    `v1,${createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64")}`
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": secrets.map(sign).join(" "),
  }
}

/** A secret as receivers are given it. */
export const secretText = (secret: Uint8Array): string => `whsec_${Buffer.from(secret).toString("base64")}`
