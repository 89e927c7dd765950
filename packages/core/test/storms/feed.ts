/** Readers of the change feed beside many writers: each must get every change once, in order. */
import { count, type Office, type Outcomes } from "./office.ts"

/** What the readers got. */
export interface Fed {
  readonly outcomes: Outcomes
  readonly commands: number
  /** Changes that a reader did not get, got twice or got out of order, of all readers. */
  readonly missed: number
  readonly read: number
}

const POLL_MILLISECONDS = 20
/** A reader that is further behind than this gets no more. */
const MOST_MILLISECONDS_BEHIND = 120_000

/** Lets so many write for so long, while so many read. */
export const feedUnderLoad = async (
  office: Office,
  { writers, readers, seconds, name }: { writers: number; readers: number; seconds: number; name: string },
): Promise<Fed> => {
  const outcomes: Outcomes = {}
  const stop = new AbortController()
  const seen: number[][] = Array.from({ length: readers }, () => [])
  const after = await office.session(0).headCursor()
  let lastSeq = 0
  const read = async (reader: number): Promise<void> => {
    const follow = { after, signal: stop.signal, pollMilliseconds: POLL_MILLISECONDS }
    try {
      for await (const { seq } of office.session(reader).changes(follow)) {
        seen[reader]?.push(seq)
        if (seq === lastSeq) return
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error
    }
  }
  const reading = Array.from({ length: readers }, (_, reader) => read(reader))
  const endsAt = performance.now() + seconds * 1_000
  const seqs: number[] = []
  const write = async (writer: number): Promise<void> => {
    const { parties } = office.session(writer)
    for (let turn = 0; performance.now() < endsAt; turn += 1) {
      const number = `${name}-${writer}-${turn}`
      const given = { number, name: number, country: "SE", currency: "SEK" } as const
      const outcome = await parties.companies.create(given).result()
      count(outcomes, outcome.ok ? "done" : outcome.error._tag)
      if (outcome.ok) seqs.push(Number(outcome.seq))
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  // One more, so that every reader has something to end with.
  const given = { number: `${name}-last`, name: "Last", country: "SE", currency: "SEK" } as const
  const last = await office.session(0).parties.companies.create(given).result()
  if (!last.ok) throw last.error
  lastSeq = Number(last.seq)
  seqs.push(lastSeq)
  const patience = setTimeout(() => stop.abort(), MOST_MILLISECONDS_BEHIND)
  await Promise.all(reading.map((one, reader) => (seen[reader]?.at(-1) === lastSeq ? undefined : one)))
  clearTimeout(patience)
  stop.abort()
  await Promise.all(reading)
  const expected = seqs.toSorted((a, b) => a - b)
  const missed = seen.reduce(
    (sum, got) => sum + Math.abs(expected.length - got.length) + expected.filter((seq, at) => got[at] !== seq).length,
    0,
  )
  return { outcomes, commands: expected.length, missed, read: seen.flat().length }
}
