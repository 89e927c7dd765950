/** Twenty anomalies, each as it would look in a history, to be hidden among transactions that are in order. */
import type { AnomalyKind, Step, Transaction } from "./history.ts"

/** An anomaly: which kinds a checker may call it, and the transactions that show it, one line each. */
export interface Plant {
  readonly name: string
  readonly kinds: readonly AnomalyKind[]
  readonly transactions: readonly Transaction[]
}

const LINE = /^(\d+)-(\d+) (failed |unknown )?(.*)$/

/**
 * Transactions as text: from when to when, what became of it, its steps. `a+1` appends, `a=1,2` reads, `a=` reads an
 * empty list.
 */
const written = (name: string, kinds: readonly AnomalyKind[], ...lines: readonly string[]): Plant => ({
  name,
  kinds,
  transactions: lines.map((line, index) => {
    const [, begunAt, endedAt, outcome = "committed", steps = ""] = LINE.exec(line) ?? []
    return {
      id: `T${index + 1}`,
      outcome: outcome.trim() as Transaction["outcome"],
      begunAt: Number(begunAt),
      endedAt: Number(endedAt),
      steps: steps.split(" ").map(stepOf),
    }
  }),
})

const stepOf = (text: string): Step => {
  const [, list = "", sign, rest = ""] = /^(\w+)([+=])(.*)$/.exec(text) ?? []
  if (sign === "+") return { do: "append", list, value: Number(rest) }
  return { do: "read", list, seen: rest === "" ? [] : rest.split(",").map(Number) }
}

/** The anomalies. */
export const PLANTS: readonly Plant[] = [
  written("a read of what was rolled back", ["G1a aborted read"], "0-1 failed a+1", "2-3 a=1"),
  written("a later write on what was rolled back", ["G1a aborted read"], "0-1 failed a+1", "2-3 a+2", "4-5 a=1,2"),
  written(
    "a read in the middle of a transaction",
    ["G1b intermediate read", "G-single"],
    "0-9 a+1 a+2",
    "1-2 a=1",
    "10-11 a=1,2",
  ),
  written("a number that nobody wrote", ["garbage"], "0-1 a+1", "2-3 a=1,7"),
  written("a number of another list", ["garbage"], "0-1 a+1 b+2", "2-3 a=1,2", "4-5 b=2"),
  written("one append that was done twice", ["garbage"], "0-1 a+1", "2-3 a=1,1"),
  written("two orders of one list", ["incompatible order"], "0-9 a+1", "0-9 a+2", "10-11 a=1,2", "10-11 a=2,1"),
  written("a transaction that does not see what it wrote", ["internal"], "0-1 a+1 a=", "2-3 a=1"),
  written("a read that cannot be repeated", ["internal", "G-single"], "0-9 a= a=1", "1-2 a+1", "10-11 a=1"),
  written("an answered append that is gone", ["lost append"], "0-1 a+1", "2-3 a+2", "4-5 a=2"),
  written("an append lost by the answer of another", ["lost append"], "0-1 a+1", "2-3 a="),
  written("two that wrote over one another", ["G0 write cycle"], "0-9 a+1 b+2", "0-9 a+3 b+4", "10-11 a=1,3 b=4,2"),
  written(
    "three that wrote over one another",
    ["G0 write cycle"],
    ...["0-9 a+1 b+2", "0-9 b+3 c+4", "0-9 c+5 a+6", "10-11 a=6,1 b=2,3 c=4,5"],
  ),
  written("two that saw one another", ["G1c circular information flow"], "0-9 a+1 b=2", "0-9 b+2 a=1", "10-11 a=1 b=2"),
  written(
    "one that saw another and was written over by it",
    ["G1c circular information flow"],
    ...["0-9 a+1 b=2", "0-9 a+3 b+2", "10-11 a=1,3 b=2"],
  ),
  written("a lost update", ["G-single"], "0-9 a= a+1", "0-9 a= a+2", "10-11 a=1,2"),
  written("a torn read of two lists", ["G-single"], "0-9 a+1 b+2", "0-9 a=1 b=", "10-11 a=1 b=2"),
  written(
    "a long fork: two readers that saw two writers in two orders",
    ["G2 anti-dependency cycle"],
    ...["0-9 a+1", "0-9 b+2", "0-9 a=1 b=", "0-9 a= b=2", "10-11 a=1 b=2"],
  ),
  written("a write skew", ["G2 anti-dependency cycle"], "0-9 a= b+1", "0-9 b= a+2", "10-11 a=2 b=1"),
  written("an answer that was not seen by who asked later", ["stale"], "0-1 a+1", "2-3 a=", "4-5 a=1"),
]
