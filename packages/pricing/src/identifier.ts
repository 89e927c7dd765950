/**
 * Identifiers are compared by code point, so that every machine and every language breaks a tie alike.
 */

/** UTF-16 puts surrogates below U+E000; shifting both restores the order of the code points. */
const rank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)

/**
 * Negative if `left` comes first, positive if `right` does, 0 if they are the same.
 *
 * @example compareIds("a", "b") // -1
 */
export const compareIds = (left: string, right: string): number => {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const difference = rank(left.charCodeAt(at)) - rank(right.charCodeAt(at))
    if (difference !== 0) return difference < 0 ? -1 : 1
  }
  return Math.sign(left.length - right.length)
}
