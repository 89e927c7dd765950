/** Takes histories of an engine: many at once, through two engines on one database, append to a few lists and read them. */
import type { Store } from "@anbud/core"
import { isRefusal } from "@anbud/core"
import type { Step, Transaction } from "./history.ts"
import { type Asked, openLists } from "./lists.ts"

/** How long a history is, and how many take part. */
export interface Taking {
  readonly newStore: () => Store
  readonly histories: number
  readonly transactions: number
  readonly workers: number
  readonly random: () => number
}

const LISTS = 4
const MOST_STEPS = 4
let values = 0

/** Takes histories, one after the other, each of lists of its own. */
export async function* takeHistories(options: Taking): AsyncGenerator<readonly Transaction[]> {
  const desks = [await openLists(options.newStore()), await openLists(options.newStore())]
  try {
    for (let taken = 0; taken < options.histories; taken += 1)
      yield await takeOne(
        desks.map(({ ada }) => ada),
        options,
        `${process.pid}-${taken}`,
      )
  } finally {
    for (const { engine } of desks) await engine.close()
  }
}

type User = Awaited<ReturnType<typeof openLists>>["ada"]

const takeOne = async (
  users: readonly User[],
  { transactions, workers, random }: Taking,
  name: string,
): Promise<readonly Transaction[]> => {
  const below = (limit: number): number => Math.floor(random() * limit)
  const [first] = users
  const lists: string[] = []
  for (let index = 0; index < LISTS; index += 1) {
    const made = await first?.lists.lists.create({ name: `${name}-${index}`, items: [] })
    if (made) lists.push(made.id)
  }
  const history: Transaction[] = []
  let left = transactions
  const work = async (worker: number): Promise<void> => {
    const user = users[worker % users.length] as User
    while (left-- > 0) {
      const asked = Array.from({ length: 1 + below(MOST_STEPS) }, (): Asked => {
        const list = lists[below(lists.length)] ?? ""
        return { list, append: below(2) === 0 ? null : ++values }
      })
      const isLook = below(4) === 0
      const begunAt = performance.now()
      const outcome = await outcomeOf(() =>
        isLook ? user.lists.look({ lists: [...new Set(asked.map(({ list }) => list))] }) : user.lists.run({ asked }),
      )
      history.push({ id: `${name}/${history.length}`, begunAt, endedAt: performance.now(), ...outcome(asked, isLook) })
    }
  }
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)))
  const begunAt = performance.now()
  const steps = (await first?.lists.look({ lists })) ?? []
  return [...history, { id: `${name}/last`, outcome: "committed", steps, begunAt, endedAt: performance.now() }]
}

type Noted = Pick<Transaction, "outcome" | "steps">

const outcomeOf = async (
  call: () => Promise<readonly Step[]>,
): Promise<(asked: readonly Asked[], isLook: boolean) => Noted> => {
  try {
    const steps = await call()
    return () => ({ outcome: "committed", steps })
  } catch (error) {
    if (!isRefusal(error)) throw error
    // What was refused has written nothing, except where the refusal says that nobody knows.
    const outcome = error._tag === "CommitUnknown" ? "unknown" : "failed"
    const appended = (asked: readonly Asked[]): readonly Step[] =>
      asked.flatMap(({ list, append }) => (append === null ? [] : [{ do: "append", list, value: append } as const]))
    return (asked, isLook) => ({ outcome, steps: isLook ? [] : appended(asked) })
  }
}
