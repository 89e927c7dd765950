/**
 * Zone: offsets of one IANA zone, read from Intl once per span and kept as a table of transitions.
 *
 * Rules for wall times that a transition touches: a time in the spring gap means the transition itself;
 * a time in the autumn overlap means its first occurrence.
 */
import { DAY, type Minute } from "./instant.ts"

export interface Zone {
  readonly name: string
  /** `offsets[i]` (minutes east of UTC) holds from `starts[i]` until `starts[i + 1]`. */
  readonly starts: readonly Minute[]
  readonly offsets: readonly number[]
}

/** Zones by name and span: a pure result that takes Intl 10 to 20 ms to give. */
const known = new Map<string, Zone>()

/**
 * The zone's table for the days `fromDay` to `toDay` (and a month around them), or undefined if Intl does not know it.
 *
 * Probes weekly and bisects each change to the minute; a pair of changes within one week that cancel out is missed
 * (none is on record since 1970).
 */
export const zoneOf = (name: string, fromDay: number, toDay: number): Zone | undefined => {
  const from = Math.floor(fromDay / 366) * 366 - 31
  const to = Math.ceil(toDay / 366) * 366 + 31
  const key = `${name} ${from} ${to}`
  const found = known.get(key)
  if (found !== undefined) return found
  const offsetAt = offsetReader(name)
  if (offsetAt === undefined) return undefined
  const starts: Minute[] = [Number.MIN_SAFE_INTEGER]
  const offsets: number[] = [offsetAt(from * DAY)]
  for (let day = from; day < to; day += 7) {
    let low = day * DAY
    const high = low + 7 * DAY
    while (offsetAt(high) !== offsets[offsets.length - 1]) {
      const before = offsets[offsets.length - 1]!
      const change = firstChange(offsetAt, low, high, before)
      starts.push(change)
      offsets.push(offsetAt(change))
      low = change
    }
  }
  const zone = { name, starts, offsets }
  if (known.size < 256) known.set(key, zone)
  return zone
}

/** Minutes east of UTC at an instant. */
export const offsetAt = (zone: Zone, minute: Minute): number => {
  let index = zone.starts.length - 1
  while (index > 0 && zone.starts[index]! > minute) index--
  return zone.offsets[index]!
}

/** Local wall time as minutes since 1970-01-01T00:00 on the local clock. */
export const toLocal = (zone: Zone, minute: Minute): number => minute + offsetAt(zone, minute)

/** Day number of the local date at an instant. */
export const localDay = (zone: Zone, minute: Minute): number => Math.floor(toLocal(zone, minute) / DAY)

/** The instant of a local wall time; gap and overlap as stated above. */
export const toUtc = (zone: Zone, local: number): Minute => {
  for (let index = 0; index < zone.starts.length; index++) {
    const at = local - zone.offsets[index]!
    const end = zone.starts[index + 1] ?? Number.MAX_SAFE_INTEGER
    if (at < end) return Math.max(at, zone.starts[index]!)
  }
  return local
}

/** The instant at which a local date starts. */
export const startOfDay = (zone: Zone, day: number): Minute => toUtc(zone, day * DAY)

const firstChange = (offset: (at: number) => number, from: number, to: number, before: number): number => {
  let low = from
  let high = to
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offset(middle) === before) low = middle
    else high = middle
  }
  return high
}

const offsetReader = (name: string): ((minute: Minute) => number) | undefined => {
  if (typeof name !== "string" || name.length === 0 || name.length > 64) return undefined
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      calendar: "gregory",
      numberingSystem: "latn",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    })
  } catch {
    return undefined
  }
  return (minute) => {
    const parts: Record<string, number> = {}
    for (const part of format.formatToParts(minute * 60_000)) parts[part.type] = Number(part.value)
    const { year = 0, month = 1, day = 1, hour = 0, minute: wall = 0 } = parts
    return Math.round(Date.UTC(year, month - 1, day, hour, wall) / 60_000) - minute
  }
}
