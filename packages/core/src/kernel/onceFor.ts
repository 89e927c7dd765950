/** What follows from a definition alone, worked out once for each: every record asks for it. */

/**
 * The same function, which works only once for each object; what it gives must follow from the object alone.
 *
 * @example const amountsOf = onceFor((fields: Fields) => Object.entries(fields).filter(isAmount))
 */
export const onceFor = <K extends object, T>(work: (about: K) => T): ((about: K) => T) => {
  const known = new WeakMap<K, { readonly value: T }>()
  return (about) => {
    const found = known.get(about)
    if (found) return found.value
    const value = work(about)
    known.set(about, { value })
    return value
  }
}
