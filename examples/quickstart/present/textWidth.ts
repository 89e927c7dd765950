/**
 * How wide a text is in a terminal, and how to make foreign text safe to print there.
 */
import { safeText } from "./safeText.ts"

const takesNoSpace = /^(?:\p{Mn}|\p{Me}|\p{Cf})$/u
const emoji = /^\p{Emoji_Presentation}$/u

/** `text` on one line, without anything that could steer a terminal. */
export const printable = (text: string): string => safeText(text.replaceAll(/[\t\n\r]+/g, " "))

/** Columns that `text` takes: combining marks none, East Asian wide characters and emoji two. */
export const textWidth = (text: string): number => {
  let width = 0
  let isJoined = false
  for (const char of text) {
    if (!isJoined) width += takesNoSpace.test(char) ? 0 : isWide(char) ? 2 : 1
    // What follows a zero-width joiner is drawn into the character before it.
    isJoined = char === "\u200D"
  }
  return width
}

/** `text` cut to at most `width` columns; a cut is shown by an ellipsis. */
export const cutToWidth = (text: string, width: number): string => {
  if (textWidth(text) <= width) return text
  let cut = ""
  for (const char of text) {
    if (textWidth(`${cut}${char}`) > width - 1) break
    cut += char
  }
  return `${cut.trimEnd()}…`
}

/** `text` in lines of at most `width` columns, broken between words; a longer word is broken where it must. */
export const wrapToWidth = (text: string, width: number): string[] => {
  const lines: string[] = []
  let line = ""
  for (const word of text.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`
    if (textWidth(joined) <= width) line = joined
    else {
      if (line !== "") lines.push(line)
      line = word
      while (textWidth(line) > width) {
        const head = headOfWidth(line, width)
        lines.push(head)
        line = line.slice(head.length)
      }
    }
  }
  return [...lines, line]
}

const headOfWidth = (text: string, width: number): string => {
  let head = ""
  for (const char of text) {
    if (head !== "" && textWidth(`${head}${char}`) > width) break
    head += char
  }
  return head
}

// East Asian Wide and Fullwidth blocks (Unicode Standard Annex 11), coarse enough to need no table.
const wideRanges = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
] as const

const isWide = (char: string): boolean => {
  const code = char.codePointAt(0) ?? 0
  return emoji.test(char) || wideRanges.some(([from, to]) => code >= from && code <= to)
}
