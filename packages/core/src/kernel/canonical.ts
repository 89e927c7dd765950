/**
 * Canonical bytes: one text per value (RFC 8785), so that equal values have equal hashes on every machine.
 *
 * Only what the engine stores is accepted: text, safe integers, booleans, null, arrays and plain objects.
 */
import { createHash, createHmac } from "node:crypto"

/** A value with canonical bytes. */
export type Canonical =
  | string
  | number
  | boolean
  | null
  | readonly Canonical[]
  | { readonly [key: string]: Canonical | undefined }

/**
 * The canonical JSON text of a value: keys in code-unit order, no white space, `undefined` keys left out.
 *
 * A number that is not a safe integer is a bug and throws: amounts and quantities never reach here as fractions.
 *
 * @example canonical({ b: 1, a: ["x", null] }) // '{"a":["x",null],"b":1}'
 */
export const canonical = (value: Canonical): string => {
  if (typeof value === "string") return quoted(value)
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Error(`Not a safe integer in canonical bytes: ${value}`)
    return value === 0 ? "0" : String(value)
  }
  if (value === null || typeof value === "boolean") return String(value)
  if (isList(value)) return `[${value.map(canonical).join(",")}]`
  let members = ""
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (member !== undefined) members += `${members === "" ? "" : ","}${quoted(key)}:${canonical(member)}`
  }
  return `{${members}}`
}

/** Short texts without anything to escape, as most are, are quoted faster by hand. */
const quoted = (text: string): string => (text.length < SHORT && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text))
const SHORT = 200
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/

/** SHA-256 in hexadecimal over a purpose label and a text, so that a hash for one purpose is never valid for another. */
export const digest = (purpose: string, content: string): string =>
  createHash("sha256").update(`anbud/${purpose}\n`).update(content).digest("hex")

/** HMAC-SHA-256 in hexadecimal of a text under a salt: a commitment that nobody can guess once the salt is gone. */
export const commitment = (salt: string, content: string): string =>
  createHmac("sha256", salt).update(content).digest("hex")

const isList = (value: Canonical): value is readonly Canonical[] => Array.isArray(value)
