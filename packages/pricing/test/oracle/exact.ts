/**
 * Exact fractions for the oracle: schoolbook arithmetic on bigints. Imports nothing of the engine, on purpose.
 */
export interface Exact {
  readonly n: bigint
  readonly d: bigint
}

export const exact = (n: bigint, d = 1n): Exact => (d < 0n ? { n: -n, d: -d } : { n, d })

/** "-12.50" as a fraction; only for texts the generators make. */
export const exactOf = (text: string | number): Exact => {
  const [whole, decimals = ""] = String(text).split(".")
  return { n: BigInt(`${whole}${decimals}`), d: 10n ** BigInt(decimals.length) }
}

export const add = (a: Exact, b: Exact): Exact => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d })
export const mul = (a: Exact, b: Exact): Exact => ({ n: a.n * b.n, d: a.d * b.d })
export const div = (a: Exact, b: Exact): Exact => exact(a.n * b.d, a.d * b.n)

const abs = (value: bigint): bigint => (value < 0n ? -value : value)

/** Half away from zero, the way it is taught: add a half to the size and cut. */
export const round = ({ n, d }: Exact): bigint => {
  const size = (2n * abs(n) + d) / (2n * d)
  return n < 0n ? -size : size
}

export const floor = ({ n, d }: Exact): bigint => (n >= 0n ? n / d : -((-n + d - 1n) / d))

/** Largest remainders by sorting everything, ties by weight, then id. Weights not negative, their sum positive. */
export const hamilton = (
  total: bigint,
  weights: readonly { readonly id: string; readonly weight: bigint }[],
): ReadonlyMap<string, bigint> => {
  const sum = weights.reduce((all, { weight }) => all + weight, 0n)
  const size = abs(total)
  const rows = weights.map(({ id, weight }) => ({
    id,
    weight,
    share: (size * weight) / sum,
    rest: (size * weight) % sum,
  }))
  let left = size - rows.reduce((all, { share }) => all + share, 0n)
  rows.sort((a, b) => {
    if (a.rest !== b.rest) return a.rest > b.rest ? -1 : 1
    if (a.weight !== b.weight) return a.weight > b.weight ? -1 : 1
    return a.id < b.id ? -1 : 1
  })
  for (const row of rows) {
    if (left === 0n) break
    row.share += 1n
    left -= 1n
  }
  return new Map(rows.map(({ id, share }) => [id, total < 0n ? -share : share]))
}
