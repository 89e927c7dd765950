/** Identifiers: names that fit both databases. */
import { createHash } from "node:crypto"

const MAX_BYTES = 63
const HASH_LENGTH = 8

/**
 * The name itself, or its beginning and a hash of the whole when it is longer than 63 bytes, which is where
 * PostgreSQL cuts silently and would make two names one.
 *
 * @example identifier("a".repeat(70)) // 54 times a, "_", 8 hexadecimal digits
 */
export const identifier = (name: string): string => {
  const bytes = Buffer.from(name, "utf8")
  if (bytes.length <= MAX_BYTES) return name
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, HASH_LENGTH)
  return `${wholeCodePoints(bytes.subarray(0, MAX_BYTES - HASH_LENGTH - 1))}_${hash}`
}

// A cut inside a character leaves a replacement character at the end, which is dropped.
const wholeCodePoints = (bytes: Buffer): string => bytes.toString("utf8").replace(/\uFFFD+$/, "")
