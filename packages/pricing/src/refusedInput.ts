/**
 * Inputs that cannot be used: the issues for a percentage or a decimal turned down.
 */
import { lastRead } from "./decimal.ts"
import type { Issue } from "./issue.ts"
import { wholePpm } from "./ppm.ts"

/** The issue for a percentage outside its bounds. */
export const percentOutOfRange = (path: string, got: unknown, max = wholePpm): Issue => ({
  _tag: "PercentOutOfRange",
  path,
  severity: "error",
  got,
  min: 0,
  max,
})

/** The issue for an amount beyond ±(2^53 − 1), where it would no longer be exact. */
export const overflow = (path: string): Issue => ({ _tag: "MoneyOverflow", path, severity: "error" })

/** The issue for a number that should be a safe integer of minor units. */
export const notASafeInteger = (path: string, got: unknown): Issue => {
  lastRead.reason = "notASafeInteger"
  return inexact(path, got)
}

/** The path of the first of `fields` that is no safe integer, if one is not. */
export const unsafeField = (path: string, fields: Readonly<Record<string, unknown>>): string | undefined => {
  const found = Object.entries(fields).find(([, value]) => !Number.isSafeInteger(value))
  return found === undefined ? undefined : `${path}${found[0]}`
}

/** The issue for what `readDecimal` just turned down. */
export const inexact = (path: string, got: unknown): Issue => ({
  _tag: "InexactInput",
  path,
  severity: "error",
  got: typeof got === "string" || typeof got === "number" ? String(got).slice(0, 40) : typeof got,
  reason: lastRead.reason,
})
