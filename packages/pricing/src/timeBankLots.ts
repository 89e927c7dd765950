/**
 * Time-bank lots: prepaid hours and what a draw on them is worth. Seconds and minor units, both integers.
 */
import { dayNumber } from "./dayNumber.ts"
import { compareIds } from "./identifier.ts"
import { ok, type Result, refuse } from "./result.ts"
import { roundProduct } from "./rounding.ts"

/** Hours bought at one price. */
export interface Lot {
  readonly id: string
  readonly seconds: number
  /** What the whole lot cost. */
  readonly priceMinor: number
  /** A local date, inclusive; never expires unless given. */
  readonly expiresOn?: string
  readonly boughtOn: string
  /** Used so far; its value is recognised with it. */
  readonly drawnSeconds: number
  readonly recognisedMinor: number
}

/** What is taken of one lot: seconds, and their value in minor units. */
export interface LotDraw {
  readonly lotId: string
  readonly seconds: number
  readonly valueMinor: number
}

/** What a draw takes of each lot, and the lots after it. */
export interface Draw {
  readonly draws: readonly LotDraw[]
  /** The lots after the draw, in the order they were given. */
  readonly lots: readonly Lot[]
  /** With policy `spill`: to be billed elsewhere. */
  readonly spilledSeconds: number
  /** What the spilled seconds cost at `overageHourMinor`, in minor units. */
  readonly overageMinor: number
}

/** The lots hold less than asked for. */
export interface BankEmpty {
  readonly _tag: "BankEmpty"
  readonly requestedSeconds: number
  readonly availableSeconds: number
}
/** Seconds that are no positive safe integer, a day that is none, or a lot with such numbers or drawn beyond its end. */
export interface InvalidDraw {
  readonly _tag: "InvalidDraw"
  readonly path: string
}

/** How many seconds to draw, for work on which local date. */
export interface DrawRequest {
  readonly seconds: number
  /** The date of the work: lots that expired before it are left alone. */
  readonly on: string
  /** What happens when the lots are too small. Default `block`. */
  readonly overdraft?: "block" | "spill"
  /** The price of an hour that the lots do not cover, in minor units. Default 0. */
  readonly overageHourMinor?: number
}

/**
 * Draws seconds from `lots`: the earliest expiry first, then the oldest, then by id; a draw may split over lots.
 *
 * Values are cumulative: a lot that is used up has recognised exactly its price, whatever the size of the draws.
 *
 * Refuses with `InvalidDraw`, `BankEmpty`.
 *
 * @example drawFromLots([lot], { seconds: 9000, on: "2025-03-03" }) // 2.5 h of a lot of 100 h at 900.00: 2 250.00
 */
export const drawFromLots = (
  lots: readonly Lot[],
  { seconds, on, overdraft = "block", overageHourMinor = 0 }: DrawRequest,
): Result<Draw, InvalidDraw | BankEmpty> => {
  if (!Number.isSafeInteger(seconds) || seconds <= 0) return refuse({ _tag: "InvalidDraw", path: "seconds" })
  if (dayNumber(on) === undefined) return refuse({ _tag: "InvalidDraw", path: "on" })
  if (!Number.isSafeInteger(overageHourMinor)) return refuse({ _tag: "InvalidDraw", path: "overageHourMinor" })
  const broken = lots.findIndex((lot) => !isLot(lot))
  if (broken >= 0) return refuse({ _tag: "InvalidDraw", path: `lots[${broken}]` })
  const usable = lots.filter(({ expiresOn }) => expiresOn === undefined || expiresOn >= on).sort(byExpiry)
  const availableSeconds = usable.reduce((sum, lot) => sum + lot.seconds - lot.drawnSeconds, 0)
  if (availableSeconds < seconds && overdraft === "block") {
    return refuse({ _tag: "BankEmpty", requestedSeconds: seconds, availableSeconds })
  }
  let open = seconds
  const draws: LotDraw[] = []
  const after = new Map(lots.map((lot) => [lot.id, lot]))
  for (const lot of usable) {
    const taken = Math.min(open, lot.seconds - lot.drawnSeconds)
    if (taken === 0) continue
    const { draw, left } = drawn(lot, taken)
    draws.push(draw)
    after.set(lot.id, left)
    open -= taken
  }
  const overageMinor = roundProduct(overageHourMinor, open, secondsOfAnHour, false)
  if (!Number.isSafeInteger(overageMinor)) return refuse({ _tag: "InvalidDraw", path: "overageHourMinor" })
  return ok({ draws, lots: lots.map(({ id }) => after.get(id)!), spilledSeconds: open, overageMinor })
}

const secondsOfAnHour = 3600

/** What a lot has recognised when `drawn` of its seconds are used. */
const recognisedAt = (lot: Lot, drawn: number): number =>
  drawn === lot.seconds ? lot.priceMinor : roundProduct(lot.priceMinor, drawn, lot.seconds, false)

/** What a draw takes of a lot, and the lot after it. */
const drawn = (lot: Lot, seconds: number): { readonly draw: LotDraw; readonly left: Lot } => {
  const drawnSeconds = lot.drawnSeconds + seconds
  const recognisedMinor = recognisedAt(lot, drawnSeconds)
  const draw = { lotId: lot.id, seconds, valueMinor: recognisedMinor - lot.recognisedMinor }
  return { draw, left: { ...lot, drawnSeconds, recognisedMinor } }
}

const isLot = (lot: Lot): boolean =>
  [lot.seconds, lot.priceMinor, lot.drawnSeconds, lot.recognisedMinor].every(Number.isSafeInteger) &&
  Number.isSafeInteger(lot.priceMinor - lot.recognisedMinor) &&
  lot.seconds > 0 &&
  lot.drawnSeconds >= 0 &&
  lot.drawnSeconds <= lot.seconds

const never = "9999-99-99"

const byExpiry = (left: Lot, right: Lot): number =>
  compareIds(left.expiresOn ?? never, right.expiresOn ?? never) ||
  compareIds(left.boughtOn, right.boughtOn) ||
  compareIds(left.id, right.id)

/**
 * What expires with the lots whose last day is before `on`: their open seconds, and the value that is released.
 *
 * A lot with numbers that `drawFromLots` would refuse is left alone.
 *
 * @example expireLots(lots, "2026-01-01") // draws, one per expired lot
 */
export const expireLots = (lots: readonly Lot[], on: string): readonly LotDraw[] =>
  lots
    .filter((lot) => isLot(lot) && lot.expiresOn !== undefined && lot.expiresOn < on && lot.drawnSeconds < lot.seconds)
    .map(({ id, seconds, drawnSeconds, priceMinor, recognisedMinor }) => ({
      lotId: id,
      seconds: seconds - drawnSeconds,
      valueMinor: priceMinor - recognisedMinor,
    }))

/** What becomes of expired hours that a customer may keep. */
export interface RollOver {
  /** The last day of the hours that are kept, inclusive; for ever unless given. */
  readonly expiresOn?: string
  /** The most of each lot's seconds that are kept; the rest expires. Default all. */
  readonly atMostSeconds?: number
}

/** The lots after hours were kept: the old ones as they are, with the kept hours taken out of them, and the new ones. */
export interface RolledOver {
  readonly draws: readonly LotDraw[]
  readonly lots: readonly Lot[]
}

/**
 * Keeps open hours of the lots whose last day is before `on`: each becomes a lot of its own, worth what those hours were
 * worth, named after the old one. What is not kept stays in the old lot for `expireLots`.
 *
 * Refuses with `InvalidDraw`.
 *
 * @example rollOverLots(lots, "2026-01-01", { expiresOn: "2026-03-31", atMostSeconds: 36_000 }) // ten hours of each
 */
export const rollOverLots = (
  lots: readonly Lot[],
  on: string,
  { expiresOn, atMostSeconds = Number.MAX_SAFE_INTEGER }: RollOver,
): Result<RolledOver, InvalidDraw> => {
  if (dayNumber(on) === undefined) return refuse({ _tag: "InvalidDraw", path: "on" })
  if (expiresOn !== undefined && (dayNumber(expiresOn) === undefined || expiresOn < on))
    return refuse({ _tag: "InvalidDraw", path: "expiresOn" })
  if (!Number.isSafeInteger(atMostSeconds) || atMostSeconds < 0)
    return refuse({ _tag: "InvalidDraw", path: "atMostSeconds" })
  const broken = lots.findIndex((lot) => !isLot(lot))
  if (broken >= 0) return refuse({ _tag: "InvalidDraw", path: `lots[${broken}]` })
  const draws: LotDraw[] = []
  const after = lots.flatMap((lot) => {
    const kept = Math.min(lot.seconds - lot.drawnSeconds, atMostSeconds)
    if (lot.expiresOn === undefined || lot.expiresOn >= on || kept === 0) return [lot]
    const { draw, left } = drawn(lot, kept)
    draws.push(draw)
    const { expiresOn: _, ...same } = lot
    const fresh = { seconds: kept, priceMinor: draw.valueMinor, boughtOn: on, drawnSeconds: 0, recognisedMinor: 0 }
    return [left, { ...same, ...fresh, id: `${lot.id}/${on}`, ...(expiresOn === undefined ? {} : { expiresOn }) }]
  })
  return ok({ draws, lots: after })
}
