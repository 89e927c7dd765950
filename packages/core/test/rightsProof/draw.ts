/** Draws: what the roles of a user hold, at random and from a seed. */
import type { Given, Reach } from "./oracle.ts"
import { FIELDS } from "./world.ts"

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One of these. */
export const oneOf = <T>(random: () => number, of: readonly T[]): T => of[Math.floor(random() * of.length)] as T

/** Some of these, at least one, in their order. */
const someOf = <T>(random: () => number, of: readonly T[]): readonly T[] => {
  const some = of.filter(() => random() < 0.35)
  return some.length > 0 ? some : [oneOf(random, of)]
}

const REACHES: readonly Reach[] = ["own", "unit", "tree", "group", "all"]
const WRITES = ["create", "patch", "massUpdate"]
const ROOT_RIGHTS = ["read", "read", "read", ...WRITES].map((verb) => `board.sheets.${verb}`)
const WIDE = ["*", "board.*", "board.*", "board.sheets.*"]

const scoped = (random: () => number): { readonly scope?: Reach } =>
  random() < 0.25 ? {} : { scope: oneOf(random, REACHES) }

const limited = (
  random: () => number,
  fields: readonly string[],
  share: number,
): { readonly fields?: readonly string[] } => (random() < share ? { fields: someOf(random, fields) } : {})

const grant = (random: () => number): Given => {
  const draw = random()
  if (draw < 0.12) return oneOf(random, [...ROOT_RIGHTS, ...WIDE, "board.close", "board.labels.read"])
  if (draw < 0.22) return { may: "board.close", ...scoped(random) }
  if (draw < 0.32) return { may: "board.labels.read", ...scoped(random), ...limited(random, FIELDS.label, 0.4) }
  return { may: oneOf(random, [...ROOT_RIGHTS, ...WIDE]), ...scoped(random), ...limited(random, FIELDS.sheet, 0.3) }
}

const denial = (random: () => number): Given => {
  const draw = random()
  if (draw < 0.15) return { not: "board.close", ...scoped(random) }
  if (draw < 0.25) return { not: "board.labels.read", ...scoped(random), ...limited(random, FIELDS.label, 0.6) }
  if (draw < 0.4) return { not: "board.item.read", ...scoped(random), ...limited(random, FIELDS.item, 0.7) }
  if (draw < 0.5) return { not: "board.bit.read", ...scoped(random), ...limited(random, FIELDS.bit, 0.7) }
  return {
    not: oneOf(random, [...ROOT_RIGHTS, "board.sheets.*"]),
    ...scoped(random),
    ...limited(random, FIELDS.sheet, 0.75),
  }
}

/** What two roles hold: one to four grants and none to three denials, in any order. */
export const drawRights = (random: () => number): readonly [readonly Given[], readonly Given[]] => {
  const all = [
    ...Array.from({ length: 1 + Math.floor(random() * 4) }, () => grant(random)),
    ...Array.from({ length: Math.floor(random() * 4) }, () => denial(random)),
  ]
  const first = all.filter(() => random() < 0.5)
  return [first, all.filter((right) => !first.includes(right))]
}
