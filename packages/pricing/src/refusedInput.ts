/**
 * Inputs that cannot be used: the check for a percentage, and the issues for a percentage or a decimal turned down.
 */
import { lastRead } from "./decimal.ts"
import type { Issue } from "./issue.ts"

const wholePpm = 1_000_000

/** Whether `value` is an integer from 0 to 1 000 000. */
export const isPpm = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= wholePpm

/** The issue for a percentage outside its bounds. */
export const percentOutOfRange = (path: string, got: unknown): Issue => ({
  _tag: "PercentOutOfRange",
  path,
  severity: "error",
  got,
  min: 0,
  max: wholePpm,
})

/** The issue for what `readDecimal` just turned down. */
export const inexact = (path: string, got: unknown): Issue => ({
  _tag: "InexactInput",
  path,
  severity: "error",
  got: typeof got === "string" || typeof got === "number" ? String(got).slice(0, 40) : typeof got,
  reason: lastRead.reason,
})
