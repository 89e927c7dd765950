/** Properties as values, so that the tests and the long proof run the same ones. */
import fc from "fast-check"

export type Invariant = (options: { readonly seed: number; readonly numRuns: number }) => void

export const check = <Values extends readonly unknown[]>(
  arbitraries: { [Key in keyof Values]: fc.Arbitrary<Values[Key]> },
  predicate: (...values: Values) => void,
): Invariant => {
  const property = fc.property(
    ...(arbitraries as unknown as [fc.Arbitrary<unknown>]),
    predicate as unknown as (value: unknown) => void,
  )
  return (options) => fc.assert(property, options)
}

export const equal = (a: unknown, b: unknown, what: string): void => {
  if (JSON.stringify(a) !== JSON.stringify(b))
    throw new Error(`${what}: ${JSON.stringify(a)} is not ${JSON.stringify(b)}`)
}

export const holds = (fact: boolean, what: string): void => {
  if (!fact) throw new Error(what)
}

export const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0)
