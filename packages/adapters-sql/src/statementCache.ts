/** A bounded cache: the entry that was used longest ago makes room. */

/** Returns the cached value of a key, or makes and keeps it. */
export type Cached<T> = (key: string, make: () => T) => T

/** A cache of at most `size` entries. */
export const cache = <T>(size: number): Cached<T> => {
  const entries = new Map<string, T>()
  return (key, make) => {
    const known = entries.get(key)
    const value = known ?? make()
    // A map iterates in order of insertion, so inserting again marks the entry as used last.
    if (known !== undefined) entries.delete(key)
    entries.set(key, value)
    if (entries.size > size) entries.delete(entries.keys().next().value ?? key)
    return value
  }
}
