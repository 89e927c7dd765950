/** Keys: the names by which custom fields are stored and read, made from labels that may hold anything. */

const MAX_LENGTH = 30
/** Names that every object has already. */
const TAKEN = new Set(Object.getOwnPropertyNames(Object.prototype))

/**
 * A key that no other field has: the Latin letters and digits of the label, or `field`, with a number if it is taken.
 *
 * @example keyFrom("Macchinari (nr)", new Set()) // "macchinarinr"
 * @example keyFrom("__proto__", new Set(["proto"])) // "proto2"
 */
export const keyFrom = (label: string, known: ReadonlySet<string>): string => {
  const plain = label
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
  const word = plain.replace(/^[0-9]+/, "").slice(0, MAX_LENGTH) || "field"
  for (let count = 1; ; count += 1) {
    const key = count === 1 ? word : `${word}${count}`
    if (!known.has(key) && !TAKEN.has(key)) return key
  }
}
