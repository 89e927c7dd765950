/**
 * Nogoods: bounds on start times with the reason of each, and what is learned when they contradict each other.
 *
 * A literal is a bound on one start: `code = 2 · activity` means start ≥ value, `code = 2 · activity + 1` means
 * start ≤ value. A nogood is a list of literals that cannot all hold. Learning cuts at the first unique implication
 * point, as in lazy clause generation (Ohrimenko, Stuckey and Codish 2009; Schutt et al. 2011), but literals are
 * compared by value instead of being variables of their own.
 */

/** Returned when nothing contradicts. */
const NONE = -1

export class Bounds {
  readonly size: number
  /** Bounds as "at least": `at[2j]` is the least start, `at[2j + 1]` the greatest start negated. */
  readonly at: Int32Array
  /** Latest trail entry of each bound, or −1. */
  readonly last: Int32Array
  /** Trail: which bound, its value before, its earlier entry, and its reason's span in `arena`. */
  readonly code: number[] = []
  readonly old: number[] = []
  readonly earlier: number[] = []
  readonly reasonFrom: number[] = []
  readonly reasonTo: number[] = []
  /** Literals of reasons, two numbers each: code, value (both in "at least" form). */
  readonly arena: number[] = []
  /** Trail length at the start of each level. */
  readonly levels: number[] = []
  /** Literals of the latest contradiction. */
  readonly conflict: number[] = []
  readonly activity: Float64Array
  #bump = 1
  #head = 0
  readonly #nogoods: (Int32Array | undefined)[] = []
  readonly #watch: number[][]
  #learned = 0

  constructor(size: number) {
    this.size = size
    this.at = new Int32Array(2 * size)
    this.last = new Int32Array(2 * size).fill(-1)
    this.activity = new Float64Array(size)
    this.#watch = Array.from({ length: 2 * size }, () => [])
  }

  least(j: number): number {
    return this.at[2 * j]!
  }

  greatest(j: number): number {
    return -this.at[2 * j + 1]!
  }

  isFixed(j: number): boolean {
    return this.at[2 * j]! === -this.at[2 * j + 1]!
  }

  /** Opens a level and halves the search: `j` starts in the later half of its time, which is contradicted sooner. */
  decide(j: number): void {
    this.levels.push(this.code.length)
    this.#write(2 * j, Math.floor((this.least(j) + this.greatest(j)) / 2) + 1, this.arena.length)
  }

  /**
   * Raises a bound; its reason is what was pushed to `arena` since `from`. False if that contradicts the other bound:
   * then `conflict` holds the literals.
   */
  raise(code: number, value: number, from: number): boolean {
    if (value <= this.at[code]!) {
      this.arena.length = from
      return true
    }
    const other = code ^ 1
    if (value > -this.at[other]!) {
      this.conflict.length = 0
      for (let at = from; at < this.arena.length; at++) this.conflict.push(this.arena[at]!)
      this.conflict.push(other, 1 - value)
      this.arena.length = from
      return false
    }
    this.#write(code, value, from)
    return true
  }

  #write(code: number, value: number, from: number): void {
    this.old.push(this.at[code]!)
    this.earlier.push(this.last[code]!)
    this.last[code] = this.code.length
    this.code.push(code)
    this.reasonFrom.push(from)
    this.reasonTo.push(this.arena.length)
    this.at[code] = value
  }

  /** Takes back everything above `level`. */
  backTo(level: number): void {
    const length = this.levels[level]!
    this.levels.length = level
    while (this.code.length > length) {
      const code = this.code.pop()!
      this.at[code] = this.old.pop()!
      this.last[code] = this.earlier.pop()!
      this.arena.length = this.reasonFrom.pop()!
      this.reasonTo.pop()
    }
    this.#head = Math.min(this.#head, length)
  }

  /** Applies nogoods to every bound that has changed since the last call. */
  propagate(): boolean {
    while (this.#head < this.code.length) {
      const code = this.code[this.#head++]!
      if (!this.#visit(code)) return false
    }
    return true
  }

  #visit(code: number): boolean {
    const list = this.#watch[code]!
    const now = this.at[code]!
    let kept = 0
    // Most watches wait for more than what holds now: as long as all do, nothing in the list moves.
    while (kept < list.length && list[kept + 1]! > now) kept += 2
    for (let at = kept; at < list.length; at += 2) {
      const id = list[at]!
      const value = list[at + 1]!
      if (value > now) {
        list[kept++] = id
        list[kept++] = value
        continue
      }
      const nogood = this.#nogoods[id]
      if (nogood === undefined || this.#moveWatch(id, nogood, code, value)) continue
      list[kept++] = id
      list[kept++] = value
      if (this.#imply(nogood)) continue
      for (at += 2; at < list.length; at++) list[kept++] = list[at]!
      list.length = kept
      return false
    }
    list.length = kept
    return true
  }

  /** Looks for another literal that does not hold yet. The watched literals are the first two. */
  #moveWatch(id: number, nogood: Int32Array, code: number, value: number): boolean {
    if (nogood[0] === code && nogood[1] === value) swapLiterals(nogood, 0, 2)
    for (let n = 4; n < nogood.length; n += 2) {
      if (this.at[nogood[n]!]! >= nogood[n + 1]!) continue
      swapLiterals(nogood, 2, n)
      this.#watch[nogood[2]!]!.push(id, nogood[3]!)
      return true
    }
    return false
  }

  /** All but the first literal hold, so the first must not. */
  #imply(nogood: Int32Array): boolean {
    const from = this.arena.length
    for (let n = 2; n < nogood.length; n++) this.arena.push(nogood[n]!)
    return this.raise(nogood[0]! ^ 1, 1 - nogood[1]!, from)
  }

  /**
   * Learns from `conflict`, goes back to where the lesson first applies, and applies it.
   *
   * False when the contradiction needs no decision: then there is no solution.
   */
  learn(): boolean {
    const wanted = new Map<number, number>()
    let literals = this.conflict
    let entry = this.code.length
    const lesson: number[] = []
    for (;;) {
      const top = this.levels[this.levels.length - 1]
      if (top === undefined) return false
      for (let n = 0; n < literals.length; n += 2) this.#want(wanted, literals[n]!, literals[n + 1]!)
      entry = this.#latest(wanted)
      if (entry === NONE) return false
      if (entry < top) {
        // The contradiction was there before the last decision.
        this.backTo(this.levels.length - 1)
        literals = []
        continue
      }
      const code = this.code[entry]!
      const value = wanted.get(code)!
      wanted.delete(code)
      if (this.#latest(wanted) < top) {
        lesson.push(code, value)
        break
      }
      literals = this.arena.slice(this.reasonFrom[entry]!, this.reasonTo[entry]!)
    }
    for (const [code, value] of wanted) if (!this.#follows(wanted, code, value)) lesson.push(code, value)
    return this.#apply(lesson)
  }

  /** A literal may be left out of a lesson if the lesson's other literals already imply its reason. */
  #follows(wanted: ReadonlyMap<number, number>, code: number, value: number): boolean {
    const entry = this.#entryOf(code, value)
    const from = this.reasonFrom[entry]!
    const to = this.reasonTo[entry]!
    if (from === to) return false
    for (let at = from; at < to; at += 2) {
      const other = this.arena[at]!
      const needed = this.arena[at + 1]!
      if (this.#entryOf(other, needed) === NONE) continue
      const has = wanted.get(other)
      if (has === undefined || has < needed || other === code) return false
    }
    return true
  }

  #want(wanted: Map<number, number>, code: number, value: number): void {
    if (this.#entryOf(code, value) === NONE) return
    this.activity[code >> 1]! += this.#bump
    const known = wanted.get(code)
    if (known === undefined || known < value) wanted.set(code, value)
  }

  /** The trail entry that made a literal hold, or −1 if it holds from the start. */
  #entryOf(code: number, value: number): number {
    let entry = this.last[code]!
    while (entry !== NONE && this.old[entry]! >= value) entry = this.earlier[entry]!
    return entry >= (this.levels[0] ?? this.code.length) ? entry : NONE
  }

  #latest(wanted: ReadonlyMap<number, number>): number {
    let latest = NONE
    for (const [code, value] of wanted) latest = Math.max(latest, this.#entryOf(code, value))
    return latest
  }

  #apply(lesson: readonly number[]): boolean {
    const nogood = Int32Array.from(lesson)
    let back = NONE
    for (let n = 2; n < nogood.length; n += 2) {
      const entry = this.#entryOf(nogood[n]!, nogood[n + 1]!)
      if (entry <= back) continue
      back = entry
      swapLiterals(nogood, 2, n)
    }
    let level = 0
    while (level < this.levels.length && this.levels[level]! <= back) level++
    this.backTo(level)
    this.#bump *= 1.05
    if (this.#bump > 1e100) this.#rescale()
    if (nogood.length > 2) this.#keep(nogood)
    return this.#imply(nogood)
  }

  #keep(nogood: Int32Array): void {
    const id = this.#nogoods.length
    this.#nogoods.push(nogood)
    this.#watch[nogood[0]!]!.push(id, nogood[1]!)
    this.#watch[nogood[2]!]!.push(id, nogood[3]!)
    this.#learned++
  }

  #rescale(): void {
    for (let j = 0; j < this.size; j++) this.activity[j]! *= 1e-100
    this.#bump *= 1e-100
  }

  /** Forgets the longer half of the older nogoods when they have become many. Only at level 0. */
  forget(most: number): void {
    if (this.#learned <= most) return
    const ids = this.#nogoods.flatMap((nogood, id) => (nogood !== undefined && nogood.length > 6 ? [id] : []))
    ids.sort((a, b) => this.#nogoods[b]!.length - this.#nogoods[a]!.length || a - b)
    for (const id of ids.slice(0, Math.floor(ids.length / 2))) {
      this.#nogoods[id] = undefined
      this.#learned--
    }
  }
}

const swapLiterals = (nogood: Int32Array, a: number, b: number): void => {
  const code = nogood[a]!
  const value = nogood[a + 1]!
  nogood[a] = nogood[b]!
  nogood[a + 1] = nogood[b + 1]!
  nogood[b] = code
  nogood[b + 1] = value
}
