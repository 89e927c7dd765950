/**
 * Ports: what a host supplies or replaces. Each has a working default, and a fixed one for examples and tests.
 */
import { randomBytes } from "node:crypto"
import type { Instant } from "./field.ts"

/** Tells the time; the engine asks it once per command. */
export interface Clock {
  /** The present instant, with milliseconds. */
  now(): Instant
}

/** Makes ids and salts. */
export interface Ids {
  /** A new UUIDv7 for a record made at that instant. */
  next(at: Instant): string
  /** 64 hexadecimal digits that nobody can guess. */
  salt(): string
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date().toISOString() as Instant }

/** Ids and salts from the machine's random source. */
export const randomIds: Ids = {
  next: (at) => uuidFrom(at, randomBytes(10).toString("hex")),
  salt: () => randomBytes(32).toString("hex"),
}

/**
 * A clock that stands still until `set` moves it: for examples and tests.
 *
 * @example const clock = fixedClock("2025-03-14T08:00:00.000Z")
 */
export const fixedClock = (at: Instant): Clock & { set(at: Instant): void } => {
  let present = at
  return {
    now: () => present,
    set: (next) => {
      present = next
    },
  }
}

/** Builds a UUIDv7 from an instant and 20 hexadecimal digits. */
export const uuidFrom = (at: Instant, random: string): string => {
  const time = Date.parse(at).toString(16).padStart(12, "0")
  const variant = ((Number.parseInt(random.slice(3, 4), 16) & 0x3) | 0x8).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`
}
