/** The part of a test runner that the contracts use; vitest fits, and so does anything of the same shape. */

/** What may be said of a value. */
export interface Expectation {
  toBe(expected: unknown): void
  toEqual(expected: unknown): void
  toContain(expected: unknown): void
  toBeGreaterThanOrEqual(expected: number): void
}

/** Looks at a value. */
export type Expect = (value: unknown) => Expectation

/** A test runner. */
export interface Runner {
  describe(title: string, body: () => void): void
  it(title: string, body: () => Promise<void>): void
  readonly expect: Expect
}
