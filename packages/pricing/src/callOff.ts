/**
 * Call-offs: orders under a framework agreement, checked against the quantities that it agreed on.
 */
import type { DecimalInput } from "./decimal.ts"
import { millionthsText, readMillionths } from "./millionths.ts"
import { ok, type Result, refuse } from "./result.ts"

/** What an agreement says of one article: how much in all, how much was called before, and how strict it is. */
export interface AgreedLine {
  readonly id: string
  readonly agreedQuantity: DecimalInput
  /** Called off so far; returns are negative. */
  readonly calledQuantity: DecimalInput
  /** What calling more than agreed, and more than the tolerance, means. Default `block`. */
  readonly overrun?: "allow" | "warn" | "block"
  /** How far beyond the agreed quantity nobody minds, in parts per million of it. Default 0. */
  readonly tolerancePpm?: number
}

/** How much of which line is called off now. */
export interface CalledLine {
  readonly lineId: string
  readonly quantity: DecimalInput
}

/** A line after the call-off, in decimal text. */
export interface CallOffLine {
  readonly lineId: string
  readonly agreedQuantity: string
  /** With this call-off. */
  readonly calledQuantity: string
  /** Negative when more is called than agreed. */
  readonly remainingQuantity: string
  /** How much is called beyond what was agreed and the tolerance; 0 where nobody minds. */
  readonly overrunQuantity: string
  readonly level: "ok" | "warn" | "block"
}

/** All lines that are called off, in the order of the agreement, and the gravest level of them. */
export interface CallOff {
  readonly lines: readonly CallOffLine[]
  readonly level: "ok" | "warn" | "block"
}

/** A quantity, tolerance or line that cannot be read or found; `path` says which: `called[1].lineId`. */
export interface InvalidCallOff {
  readonly _tag: "InvalidCallOff"
  readonly path: string
  readonly reason: "notADecimal" | "notPositive" | "unknownLine" | "duplicateId" | "notAPolicy"
}

/**
 * What a call-off leaves of an agreement, and whether it may be made. Several calls of one line count together; the
 * tolerance is cut to whole millionths of the unit.
 *
 * Refuses with `InvalidCallOff`.
 *
 * @example callOff([{ id: "filter", agreedQuantity: "100", calledQuantity: "90", tolerancePpm: 50_000 }],
 *   [{ lineId: "filter", quantity: "16" }]) // 106 of 105 allowed: overrun 1, block
 */
export const callOff = (
  agreed: readonly AgreedLine[],
  called: readonly CalledLine[],
): Result<CallOff, InvalidCallOff> => {
  const lines = new Map<string, Agreed>()
  for (const [at, line] of agreed.entries()) {
    const read = readAgreed(line, `agreed[${at}]`)
    if (!read.ok) return read
    if (lines.has(line.id)) return refuse(invalid(`agreed[${at}].id`, "duplicateId"))
    lines.set(line.id, read.value)
  }
  for (const [at, { lineId, quantity }] of called.entries()) {
    const line = lines.get(lineId)
    if (line === undefined) return refuse(invalid(`called[${at}].lineId`, "unknownLine"))
    const more = readMillionths(quantity)
    if (more === undefined) return refuse(invalid(`called[${at}].quantity`, "notADecimal"))
    line.now = (line.now ?? 0n) + more
  }
  const result = [...lines.values()].flatMap((line) => (line.now === undefined ? [] : [afterCall(line, line.now)]))
  const level = levels.findLast((each) => result.some((line) => line.level === each)) ?? "ok"
  return ok({ lines: result, level })
}

const levels = ["ok", "warn", "block"] as const

/** An agreed line in millionths. */
interface Agreed {
  readonly id: string
  readonly agreed: bigint
  readonly called: bigint
  readonly allowed: bigint
  readonly overrun: "allow" | "warn" | "block"
  /** Called off now; undefined until something is. */
  now?: bigint
}

const readAgreed = (line: AgreedLine, path: string): Result<Agreed, InvalidCallOff> => {
  const { overrun = "block", tolerancePpm = 0 } = line
  const agreed = readMillionths(line.agreedQuantity)
  const called = readMillionths(line.calledQuantity)
  if (agreed === undefined) return refuse(invalid(`${path}.agreedQuantity`, "notADecimal"))
  if (agreed <= 0n) return refuse(invalid(`${path}.agreedQuantity`, "notPositive"))
  if (called === undefined) return refuse(invalid(`${path}.calledQuantity`, "notADecimal"))
  if (!Number.isSafeInteger(tolerancePpm)) return refuse(invalid(`${path}.tolerancePpm`, "notADecimal"))
  if (tolerancePpm < 0) return refuse(invalid(`${path}.tolerancePpm`, "notPositive"))
  if (!policies.includes(overrun)) return refuse(invalid(`${path}.overrun`, "notAPolicy"))
  const allowed = agreed + (agreed * BigInt(tolerancePpm)) / 1_000_000n
  return ok({ id: line.id, agreed, called, allowed, overrun })
}

const policies: readonly string[] = ["allow", "warn", "block"]

const afterCall = ({ id, agreed, called, allowed, overrun }: Agreed, now: bigint): CallOffLine => {
  const all = called + now
  // What is given back makes an overrun smaller: nobody is kept from that.
  const isOver = all > allowed && now > 0n && overrun !== "allow"
  return {
    lineId: id,
    agreedQuantity: millionthsText(agreed),
    calledQuantity: millionthsText(all),
    remainingQuantity: millionthsText(agreed - all),
    overrunQuantity: isOver ? millionthsText(all - allowed) : "0",
    level: isOver ? (overrun === "warn" ? "warn" : "block") : "ok",
  }
}

const invalid = (path: string, reason: InvalidCallOff["reason"]): InvalidCallOff => ({
  _tag: "InvalidCallOff",
  path,
  reason,
})
