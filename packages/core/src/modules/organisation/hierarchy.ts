/** Hierarchies: records of one kind that lie above and below one another, such as units and groups. Pure. */

/** A record with the one above it. */
export interface Placed {
  readonly id: string
  readonly above: string | null
}

/** These records and all below them. */
export const withBelow = (from: readonly string[], all: readonly Placed[]): readonly string[] => {
  const found = new Set(from)
  // Each round finds the next level; a circle ends the rounds too, since nothing new is found.
  for (let size = -1; size !== found.size; ) {
    size = found.size
    for (const { id, above } of all) if (above !== null && found.has(above)) found.add(id)
  }
  return [...found]
}

/** These records and all above them. */
export const withAbove = (from: readonly string[], all: readonly Placed[]): readonly string[] => {
  const aboveOf = new Map(all.map(({ id, above }) => [id, above]))
  const found = new Set<string>()
  for (const start of from)
    for (let at: string | null = start; at !== null && !found.has(at); at = aboveOf.get(at) ?? null) found.add(at)
  return [...found]
}
