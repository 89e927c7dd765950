/**
 * Random: a seeded stream of numbers (sfc32), the same on every machine.
 */

/** Gives whole numbers from 0 to `below − 1`. */
export type Draw = (below: number) => number

/** A stream for a seed and a purpose, so that a draw added in one place does not shift the draws of another. */
export const streamOf = (seed: number, purpose: number): (() => number) => {
  let a = seed | 0
  let b = purpose | 0
  let c = 0x9e3779b9 | 0
  let counter = 1
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  for (let round = 0; round < 12; round++) next()
  return () => next() / 4294967296
}

/** Whole numbers from a stream. */
export const drawFrom =
  (stream: () => number): Draw =>
  (below) =>
    Math.floor(stream() * below)
