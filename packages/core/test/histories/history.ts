/**
 * Histories: what transactions did to lists of numbers. Every number is appended once in a whole history, so that what
 * a read shows tells which transactions it saw, and in which order they wrote.
 */

/** A step of a transaction: a number appended to a list, or the whole list read. */
export type Step =
  | { readonly do: "append"; readonly list: string; readonly value: number }
  | { readonly do: "read"; readonly list: string; readonly seen: readonly number[] }

/** One transaction. What neither committed nor failed for certain is `unknown`. */
export interface Transaction {
  readonly id: string
  readonly outcome: "committed" | "failed" | "unknown"
  readonly steps: readonly Step[]
  /** When it was asked for and when its answer came, on one clock. */
  readonly begunAt: number
  readonly endedAt: number
}

/** An impossibility in a history: what kind it is, and the transactions and numbers that show it. */
export interface Anomaly {
  readonly kind: AnomalyKind
  readonly says: string
}

/** Kinds in the words of Adya (G0, G1, G2) and, before them, those that need no cycle to be seen. */
export type AnomalyKind =
  /** A read does not show what its own transaction has read or written before. */
  | "internal"
  /** A number was read that nobody appended, or twice in one list. */
  | "garbage"
  /** A number of a transaction that failed was read. */
  | "G1a aborted read"
  /** A list was read in the middle of a transaction that appended more to it. */
  | "G1b intermediate read"
  /** Two reads show one list in orders that cannot both be. */
  | "incompatible order"
  /** A number that was committed is not in a list that was read after its transaction had ended. */
  | "lost append"
  /** Transactions wrote over one another in a ring. */
  | "G0 write cycle"
  /** Each of a ring saw or wrote after another. */
  | "G1c circular information flow"
  /** A ring with one transaction that did not see what it should have: a lost update, a read that is torn. */
  | "G-single"
  /** A ring with several such: a write skew. */
  | "G2 anti-dependency cycle"
  /** A ring that needs time: a transaction saw a state older than one that had been answered before it began. */
  | "stale"
