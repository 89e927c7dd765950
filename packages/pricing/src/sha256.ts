/**
 * SHA-256 (FIPS 180-4) of a text in UTF-8, as hex. Here because a pure package has no crypto module that is the same,
 * and synchronous, in Node, a browser and a worker.
 */

/** The first 32 bits of the fractional parts of the cube roots (constants) and square roots (start) of primes. */
const primes = ((): readonly number[] => {
  const found: number[] = []
  for (let candidate = 2; found.length < 64; candidate++) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  }
  return found
})()

/** floor(fraction of prime^(1/degree) × 2^32), by exact integer roots: no floating point decides a bit of a hash. */
const rootBits = (prime: number, degree: 2n | 3n): number => {
  const scaled = BigInt(prime) << (32n * degree)
  let low = 0n
  let high = 1n << 40n
  while (low < high) {
    const middle = (low + high + 1n) >> 1n
    if (middle ** degree <= scaled) low = middle
    else high = middle - 1n
  }
  return Number(low & 0xffffffffn)
}

let constants: { readonly rounds: Uint32Array; readonly start: Uint32Array } | undefined

const constantsOnce = (): { readonly rounds: Uint32Array; readonly start: Uint32Array } => {
  constants ??= {
    rounds: Uint32Array.from(primes, (prime) => rootBits(prime, 3n)),
    start: Uint32Array.from(primes.slice(0, 8), (prime) => rootBits(prime, 2n)),
  }
  return constants
}

/**
 * The SHA-256 of `text` in UTF-8: 64 lower-case hex digits.
 *
 * @example sha256("abc") // "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
 */
export const sha256 = (text: string): string => {
  const message = new TextEncoder().encode(text)
  const blocks = Math.ceil((message.length + 9) / 64)
  const padded = new Uint8Array(blocks * 64)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  const bits = message.length * 8
  view.setUint32(padded.length - 8, Math.floor(bits / 2 ** 32))
  view.setUint32(padded.length - 4, bits >>> 0)
  const { rounds, start } = constantsOnce()
  const state = Uint32Array.from(start)
  const words = new Uint32Array(64)
  for (let at = 0; at < padded.length; at += 64) compress(view, at, rounds, words, state)
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("")
}

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

const compress = (view: DataView, at: number, rounds: Uint32Array, words: Uint32Array, state: Uint32Array): void => {
  for (let t = 0; t < 16; t++) words[t] = view.getUint32(at + t * 4)
  for (let t = 16; t < 64; t++) {
    const early = words[t - 15]!
    const late = words[t - 2]!
    const small = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
    const large = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
    words[t] = words[t - 16]! + small + words[t - 7]! + large
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let t = 0; t < 64; t++) {
    const choice = (e & f) ^ (~e & g)
    const one = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + rounds[t]! + words[t]!) | 0
    const two = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + one) | 0
    d = c
    c = b
    b = a
    a = (one + two) | 0
  }
  const after = [a, b, c, d, e, f, g, h]
  for (let at = 0; at < 8; at++) state[at] = state[at]! + after[at]!
}
