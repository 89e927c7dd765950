/**
 * Plain copy: what a caller gave, read exactly once into plain values, before anything looks at it. Objects with a
 * prototype of their own, getters, symbols, functions, dangerous keys and depth beyond reason are refused.
 */
import type { InputIssue } from "../kernel/refusals.ts"

/** The copy, or the first thing that is not plain. */
export type Copied = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly issue: InputIssue }

const MAX_DEPTH = 64
const MAX_LENGTH = 100_000
const MAX_TEXT = 1_000_000
const DANGEROUS = new Set(["__proto__", "constructor", "prototype"])

class NotPlain {
  readonly issue: InputIssue
  constructor(path: string, message: string) {
    this.issue = { path, message }
  }
}

/** Copies a plain value of JSON; `undefined` members are left out. */
export const plainCopy = (input: unknown): Copied => {
  try {
    return { ok: true, value: copy(input, "", 0) }
  } catch (error) {
    if (error instanceof NotPlain) return { ok: false, issue: error.issue }
    throw error
  }
}

/** Element by element: a list may bring an iterator, getters or names of its own. */
const copyList = (list: readonly unknown[], path: string, depth: number): readonly unknown[] => {
  if (Object.getPrototypeOf(list) !== Array.prototype) throw new NotPlain(path, "must be a plain list")
  const { length } = list
  if (length > MAX_LENGTH) throw new NotPlain(path, `must not have more than ${MAX_LENGTH} elements`)
  if (Reflect.ownKeys(list).length > length + 1) throw new NotPlain(path, "must be a list without names of its own")
  const result: unknown[] = []
  for (let index = 0; index < length; index += 1) {
    const at = `${path}[${index}]`
    const descriptor = Object.getOwnPropertyDescriptor(list, index)
    if (!descriptor || !("value" in descriptor)) throw new NotPlain(at, "must be a value, not a gap or a getter")
    result.push(copy(descriptor.value, at, depth + 1))
  }
  return result
}

const copy = (value: unknown, path: string, depth: number): unknown => {
  if (depth > MAX_DEPTH) throw new NotPlain(path, `must not be nested more than ${MAX_DEPTH} deep`)
  if (typeof value === "string" && value.length > MAX_TEXT)
    throw new NotPlain(path, `must not exceed ${MAX_TEXT} characters`)
  if (typeof value === "number" && !Number.isFinite(value)) throw new NotPlain(path, "must be a finite number")
  if (value === null || typeof value === "string" || typeof value === "boolean") return value
  if (typeof value === "number") return value === 0 ? 0 : value
  if (Array.isArray(value)) return copyList(value, path, depth)
  if (typeof value !== "object")
    throw new NotPlain(path, value === undefined ? "is missing" : `must be plain data, not a ${typeof value}`)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new NotPlain(path, "must be a plain object")
  const result: Record<string, unknown> = {}
  for (const key of Reflect.ownKeys(value)) {
    const at = path === "" ? String(key) : `${path}.${String(key)}`
    if (typeof key === "symbol" || DANGEROUS.has(key)) throw new NotPlain(at, "is not a name for a value")
    const descriptor = Object.getOwnPropertyDescriptor(value, key)
    if (!descriptor || !("value" in descriptor)) throw new NotPlain(at, "must be a value, not a getter")
    if (descriptor.value !== undefined) result[key] = copy(descriptor.value, at, depth + 1)
  }
  return result
}
