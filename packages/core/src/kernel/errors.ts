/**
 * Refusals: the expected ways in which a call says no, as plain tagged errors with the numbers that explain them.
 *
 * This file imports nothing but sentences, so that a pure decision can refuse. A refusal is defined once, with its parameters and
 * its messages; the code is derived from the tag. Anything else that is thrown is a bug, not a refusal.
 */
import { inSwedish } from "./swedish.ts"

/** The type of one parameter of a refusal; every field is one. */
export interface Param<V> {
  readonly _value?: V
}

/** The parameters of a refusal: name to type. */
export type Params = Readonly<Record<string, Param<unknown>>>

/** The values of a refusal's parameters. */
export type ParamValues<P extends Params> = {
  readonly [K in keyof P]: P[K] extends Param<infer V> ? V : never
}

/** Puts a sentence that stands among the parameters, in English, into the language of a message. */
export type Translate = (sentence: string) => string

/** A text in which `{name}` stands for the parameter of that name, or a function of the parameters. */
export type Message<V = never> = string | ((params: V, translate: Translate) => string)

/** A message per language. */
export interface Messages<V = never> {
  readonly en: Message<V>
  readonly sv: Message<V>
}

/** A refusal: `_tag` for programs, `code` for logs and HTTP, `params` for the numbers, `message` for people. */
export interface Refusal<Tag extends string = string, V = Readonly<Record<string, unknown>>> extends Error {
  readonly _tag: Tag
  readonly code: string
  readonly status: number
  readonly params: V
}

/** What `refusal` makes: call `new` to refuse, `is` to recognise. */
export interface RefusalClass<Tag extends string = string, V = never> {
  new (params: V): Refusal<Tag, V>
  readonly tag: Tag
  readonly code: string
  readonly status: number
  readonly messages: Messages
  readonly paramNames: readonly string[]
  /** What each parameter is: the fields with which the refusal was defined. */
  readonly paramFields: Params
  is(value: unknown): value is Refusal<Tag, V>
}

/** Any refusal class, for lists of them. */
export interface AnyRefusalClass {
  new (params: never): Refusal
  readonly tag: string
  readonly code: string
  readonly status: number
  readonly messages: Messages
  readonly paramNames: readonly string[]
  /** What each parameter is: the fields with which the refusal was defined. */
  readonly paramFields: Params
}

/** The refusal a class makes. */
export type RefusalOf<C> = C extends { new (...args: never): infer R } ? R : never

/**
 * Defines a refusal: its tag, its parameters, its messages in each language and its HTTP status (409 by default).
 *
 * @example
 * const QuoteExpired = refusal("QuoteExpired", { quote: text(), validUntil: date() },
 *   { en: "Quote {quote} expired on {validUntil}.", sv: "Offert {quote} gick ut {validUntil}." })
 * throw new QuoteExpired({ quote: "Q-1001", validUntil: "2026-03-29" })
 */
export const refusal = <Tag extends string, P extends Params>(
  tag: Tag,
  params: P,
  messages: Messages<ParamValues<P>>,
  status = 409,
): RefusalClass<Tag, ParamValues<P>> => {
  const code = codeOf(tag)
  return class extends Error implements Refusal<Tag, ParamValues<P>> {
    static readonly tag = tag
    static readonly code = code
    static readonly status = status
    static readonly messages = messages
    static readonly paramNames = Object.keys(params)
    static readonly paramFields = params
    static is(value: unknown): value is Refusal<Tag, ParamValues<P>> {
      return isRefusal(value) && value._tag === tag
    }
    readonly _tag: Tag = tag
    readonly code: string = code
    readonly status: number = status
    readonly params: ParamValues<P>
    constructor(values: ParamValues<P>) {
      super(fill(messages.en, values))
      this.params = values
      Object.defineProperty(this, "name", { value: tag })
    }
  }
}

/** Whether a thrown value is a refusal of ours (from any copy of this package). */
export const isRefusal = (value: unknown): value is Refusal =>
  value instanceof Error && typeof (value as Partial<Refusal>)._tag === "string" && "params" in value

/**
 * The message of a refusal in a locale: Swedish for `sv…`, English otherwise.
 *
 * @example messageOf(expired, "sv-SE") // "Offert Q-1001 gick ut 2026-03-29."
 */
export const messageOf = (error: Refusal, locale: string): string => {
  const messages = (error.constructor as Partial<AnyRefusalClass>).messages
  if (!messages) return error.message
  return locale.startsWith("sv") ? fill(messages.sv, error.params, inSwedish) : fill(messages.en, error.params)
}

/** `QuoteExpired` → `QUOTE_EXPIRED`. */
export const codeOf = (tag: string): string => tag.replace(/(?<!^)([A-Z])/g, "_$1").toUpperCase()

const asItIs: Translate = (sentence) => sentence

const fill = (message: Message, values: unknown, translate: Translate = asItIs): string =>
  typeof message === "function"
    ? message(values as never, translate)
    : filled(message, values as Readonly<Record<string, unknown>>, translate)

/** A rule is a sentence; other texts are values. */
const filled = (template: string, values: Readonly<Record<string, unknown>>, translate: Translate): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    return name === "rule" && typeof value === "string" ? translate(value) : shown(value, translate)
  })

/** How many items of a list a message shows; the parameters hold them all. */
const SHOWN = 5

const shown = (value: unknown, translate: Translate): string => {
  if (Array.isArray(value)) {
    const more = value.length > SHOWN ? [`… (${value.length})`] : []
    return [...value.slice(0, SHOWN).map((item) => shown(item, translate)), ...more].join("; ")
  }
  if (isIssue(value)) return [value.path, translate(value.message)].filter((part) => part !== "").join(" ")
  return typeof value === "string" ? value : value === undefined ? "?" : JSON.stringify(value)
}

const isIssue = (value: unknown): value is { readonly path: string; readonly message: string } =>
  typeof value === "object" && value !== null && "path" in value && "message" in value
