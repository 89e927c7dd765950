/**
 * Foreign text made safe to show: it keeps its characters but can no longer steer what shows it.
 */

// Control characters can move a terminal's cursor, direction marks can make a sum read backwards, and half a
// surrogate pair is not a character: a customer's name may hold any of them.
const steering = /(?![\n\t])[\p{Cc}\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]|\p{Cs}/gu

/** `text` with everything that could steer a screen, a printer or a parser replaced by U+FFFD; line breaks and tabs stay. */
export const safeText = (text: string): string => text.replaceAll(steering, "\uFFFD")
