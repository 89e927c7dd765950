/**
 * Hash: a short fingerprint of plain values. It tells equal inputs from different ones; it is no security device.
 */

import type { PlanningData } from "./data.ts"

/** Text of a plain value with the keys of every record sorted, so that key order does not matter. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  if (typeof value === "object" && value !== null) {
    const record = value as Readonly<Record<string, unknown>>
    const keys = Object.keys(record)
      .filter((key) => record[key] !== undefined)
      .sort()
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(record[key])}`).join(",")}}`
  }
  return JSON.stringify(value) ?? "null"
}

/** Fingerprints of lists, so that an edit hashes what it changed. */
const listHashes = new WeakMap<object, string>()

/**
 * The fingerprint of sorted planning data. `isEdit` trusts what is remembered of records that an edit left alone; a
 * first compilation reads every record anew, as a caller might have changed one in place.
 */
export const modelHash = (data: PlanningData, isEdit: boolean): string => {
  const lists = [data.calendars, data.resources, data.activities, data.precedences, data.bookings, data.opportunities]
  return hashText(
    [canonical([data.zone, data.horizon]), ...lists.map((list) => listHash(list ?? [], isEdit))].join(" "),
  )
}

const listHash = (rows: readonly object[], isEdit: boolean): string => {
  const known = isEdit ? listHashes.get(rows) : undefined
  if (known !== undefined) return known
  const hash = hashText(rows.map((row) => hashOf(row, isEdit)).join())
  listHashes.set(rows, hash)
  return hash
}

const hashes = new WeakMap<object, string>()

const hashOf = (record: object, isEdit: boolean): string => {
  const known = isEdit ? hashes.get(record) : undefined
  if (known !== undefined) return known
  const hash = hashText(canonical(record))
  hashes.set(record, hash)
  return hash
}

/** Sixteen hexadecimal digits of a text. */
export const hashText = (text: string): string => {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return hex(b >>> 0) + hex(a >>> 0)
}

const BYTES = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"))

const hex = (value: number): string =>
  BYTES[value >>> 24]! + BYTES[(value >>> 16) & 255]! + BYTES[(value >>> 8) & 255]! + BYTES[value & 255]!
