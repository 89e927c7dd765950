/** One quote accepted by many at once: one wins, all others hear so. */
import { playRound, type Send } from "../crash/business.ts"
import { count, type Office, type Outcomes } from "./office.ts"

/** Lets so many accept the quote of a round at once; gives what they heard. */
export const acceptAtOnce = async (office: Office, round: number, many: number): Promise<Outcomes> => {
  const outcomes: Outcomes = {}
  let command = 0
  const send: Send = async (name, call) => {
    const key = `${round}/${command++}`
    if (name !== "quotes.accept") return call(office.session(0), { idempotencyKey: key })
    const calls = Array.from({ length: many }, (_, index) =>
      call(office.session(index), { idempotencyKey: `${key}/${index}` }).result(),
    )
    const heard = await Promise.all(calls)
    for (const one of heard) count(outcomes, one.ok ? "done" : one.error._tag)
    const winner = heard.find((one) => one.ok)
    if (!winner?.ok) throw new Error("Nobody has won")
    return winner.value
  }
  await playRound(round, send)
  const { items } = await office.session(0).orders.orders.list({ where: { quote: await lastQuote(office) } })
  count(outcomes, `orders ${items.length}`)
  return outcomes
}

const lastQuote = async (office: Office): Promise<string> => {
  const where = { status: "accepted" } as const
  const { items } = await office
    .session(0)
    .quotes.quotes.list({ where, order: [{ field: "number", descending: true }] })
  return items[0]?.id ?? ""
}
