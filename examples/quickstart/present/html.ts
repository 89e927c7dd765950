/**
 * HTML that cannot be forgotten to escape: every text put into an `html` template is escaped, markup is not a text.
 */
import { safeText } from "./safeText.ts"

const markup: unique symbol = Symbol("markup")

/** A piece of markup. Only `html` makes one, so data read from a file can never pass for it. */
export interface Html {
  readonly [markup]: string
}

export type HtmlValue = Html | string | number | undefined | readonly HtmlValue[]

/**
 * A template whose texts are escaped, for elements and for quoted attributes alike; lists are joined and
 * `undefined` is nothing.
 *
 * @example html`<td title="${title}">${text}</td>`
 */
export const html = (parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html => ({
  [markup]: parts.map((part, at) => (at === 0 ? part : `${rendered(values[at - 1])}${part}`)).join(""),
})

/** Text of our own that must stand as it is: a style sheet. Never call it with anybody's data. */
export const ownMarkup = (text: string): Html => ({ [markup]: text })

/** The finished text of a piece of markup. */
export const htmlText = (value: Html): string => value[markup]

/** `12 345,50` that never breaks across lines. */
export const unbroken = (text: string): string => text.replaceAll(" ", "\u00A0")

const rendered = (value: HtmlValue): string => {
  if (value === undefined) return ""
  if (typeof value === "string") return escaped(value)
  if (typeof value === "number") return escaped(String(value))
  return isList(value) ? value.map(rendered).join("") : value[markup]
}

// Narrows a readonly array, which Array.isArray alone does not.
const isList = (value: Html | readonly HtmlValue[]): value is readonly HtmlValue[] => Array.isArray(value)

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

const escaped = (text: string): string => safeText(text).replaceAll(/[&<>"']/g, (char) => entities[char] ?? char)
