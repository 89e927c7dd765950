/**
 * What a promise is: a property over an engine, the real one or one with a planted fault.
 */
import fc from "fast-check"
import type * as Pricing from "../src/index.ts"

export type Engine = typeof Pricing

export interface Promised {
  readonly name: string
  readonly property: (engine: Engine) => fc.IProperty<never>
}

export class Broken extends Error {}

export const expectThat = (holds: boolean, what: string): void => {
  if (!holds) throw new Broken(what)
}

export const sum = (values: Iterable<number>): number => {
  let total = 0
  for (const value of values) total += value
  return total
}

export const promise = <Value>(
  name: string,
  arbitrary: fc.Arbitrary<Value>,
  holds: (engine: Engine, value: Value) => void,
): Promised => ({
  name,
  property: (engine) =>
    fc.property(arbitrary, (value) => {
      holds(engine, value)
    }) as unknown as fc.IProperty<never>,
})
