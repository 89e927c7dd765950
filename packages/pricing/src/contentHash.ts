/**
 * The content of a quote as one canonical text and its hash: what an approval or a signature is bound to.
 */
import { compareIds } from "./identifier.ts"
import type { Quote } from "./quote.ts"
import { sha256 } from "./sha256.ts"

/**
 * The SHA-256 of everything in `quote` that can move an amount or that a reader sees; every change of it is another hash.
 *
 * Fields that are undefined and the order of keys make no difference; the order of lines does.
 *
 * @example contentHash(quote) === contentHash(structuredClone(quote))
 */
export const contentHash = (quote: Quote): string => sha256(contentText(quote))

/**
 * `value` as JSON with sorted keys, without undefined fields, −0 written as 0 and a bigint as text.
 *
 * @example contentText({ b: 1, a: "x" }) // {"a":"x","b":1}
 */
export const contentText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item) => contentText(item)).join(",")}]`
  if (typeof value === "bigint") return `"${value}n"`
  if (typeof value !== "object" || value === null) return JSON.stringify(value === undefined ? null : value)
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([left], [right]) => compareIds(left, right))
    .map(([key, field]) => `${JSON.stringify(key)}:${contentText(field)}`)
  return `{${fields.join(",")}}`
}

/** A recorded approval. */
export interface Approval {
  readonly contentHash: string
  readonly ruleIds: readonly string[]
  readonly approvedBy: string
}

/**
 * Whether `approval` still covers `ruleId` for `quote`: it dies with any change of the content.
 *
 * @example isApproved(quote, "margin", { contentHash: contentHash(quote), ruleIds: ["margin"], approvedBy: "eva" })
 */
export const isApproved = (quote: Quote, ruleId: string, approval: Approval): boolean =>
  approval.ruleIds.includes(ruleId) && approval.contentHash === contentHash(quote)
