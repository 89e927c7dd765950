/**
 * Promises about shares that add up.
 */
import fc from "fast-check"
import type * as Pricing from "../src/index.ts"
import { hamilton } from "./oracle/exact.ts"
import { Broken, type Engine, expectThat, promise, sum } from "./promise.ts"

const weightList = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 3_000_000 })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((weights) => weights.map((weight, at) => ({ id: `w${String(at).padStart(2, "0")}`, weight })))
const amount = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }))

const minors = (engine: Engine, total: number, weights: readonly Pricing.Weight[]): ReadonlyMap<string, number> => {
  const shares = engine.allocate(total, weights)
  if (!shares.ok) throw new Broken(`allocate refused: ${shares.error._tag}`)
  return new Map(shares.value.map(({ id, minor }) => [id, minor]))
}

const isSame = (left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): boolean =>
  left.size === right.size && [...left].every(([id, minor]) => right.get(id) === minor)

export const allocation = [
  promise(
    "allocation equals the oracle, adds up, keeps the sign, gives nothing to zero",
    fc.tuple(amount, weightList),
    (engine, [total, weights]) => {
      if (weights.every(({ weight }) => weight === 0)) {
        expectThat(engine.allocate(total, weights).ok === (total === 0), "only zero goes over zero weights")
        return
      }
      const shares = minors(engine, total, weights)
      const oracle = hamilton(
        BigInt(total),
        weights.map(({ id, weight }) => ({ id, weight: BigInt(weight) })),
      )
      const whole = sum(weights.map(({ weight }) => weight))
      expectThat(sum(shares.values()) === total, "sum")
      for (const { id, weight } of weights) {
        const share = shares.get(id)!
        expectThat(BigInt(share) === oracle.get(id), `share of ${id}`)
        expectThat(share * total >= 0 && !Object.is(share, -0), "sign")
        expectThat(weight !== 0 || share === 0, "zero")
        expectThat(Math.abs(share * whole - total * weight) < whole || Math.abs(total) > 1e6, "within one unit")
      }
    },
  ),
  promise(
    "allocation goes by id, proportion and sign, not by place",
    fc.tuple(amount, weightList, fc.integer({ min: 1, max: 1_000 }), fc.integer()),
    (engine, [total, weights, factor, turn]) => {
      if (weights.every(({ weight }) => weight === 0)) return
      const shares = minors(engine, total, weights)
      const at = Math.abs(turn) % weights.length
      const turned = [...weights.slice(at), ...weights.slice(0, at)].reverse()
      expectThat(isSame(shares, minors(engine, total, turned)), "permutation")
      expectThat(
        isSame(
          shares,
          minors(
            engine,
            total,
            weights.map(({ id, weight }) => ({ id, weight: weight * factor })),
          ),
        ),
        "scale",
      )
      expectThat(
        isSame(
          shares,
          minors(
            engine,
            total,
            weights.map(({ id, weight }) => ({ id, weight: `${weight}.50`.replace(".50", "") })),
          ),
        ),
        "text",
      )
      const mirrored = minors(engine, -total, weights)
      for (const [id, share] of shares) expectThat(mirrored.get(id) === -share + 0, "negation")
      const byShares = weights.map(({ id }) => ({ id, weight: Math.abs(shares.get(id)!) }))
      if (total !== 0) expectThat(isSame(shares, minors(engine, total, byShares)), "idempotence")
    },
  ),
  promise(
    "splitting a line in two equal halves moves at most one unit elsewhere",
    fc.tuple(amount, weightList),
    (engine, [total, weights]) => {
      const [first, ...rest] = weights
      if (first === undefined || rest.every(({ weight }) => weight === 0)) return
      const doubled = rest.map(({ id, weight }) => ({ id, weight: weight * 2 }))
      const whole = minors(engine, total, [{ id: first.id, weight: first.weight * 2 }, ...doubled])
      const split = minors(engine, total, [
        { id: "x1", weight: first.weight },
        { id: "x2", weight: first.weight },
        ...doubled,
      ])
      for (const { id } of rest) expectThat(Math.abs(whole.get(id)! - split.get(id)!) <= 1, `moved ${id}`)
    },
  ),
]
