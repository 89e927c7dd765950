/**
 * Inputs that cannot be used: the issues for a percentage or a decimal turned down.
 */
import { lastRead } from "./decimal.ts"
import type { Issue } from "./issue.ts"
import { wholePpm } from "./ppm.ts"

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
