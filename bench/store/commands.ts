/** Commands beside hand-written SQL that reads and writes the same, and beside the bare rows, on any database. */
import { createHash } from "node:crypto"
import { priceQuote } from "@anbud/pricing"
import { commandsOf, type Measured } from "../command/commands.ts"
import { adaOf, openWith, prepareFirm } from "../command/firm.ts"
import { journalBodies, KERNEL, withoutRepeats } from "../command/handWritten.ts"
import { isWrite, type Ran } from "../command/recorder.ts"
import type { BenchDatabase, Hand, House } from "./database.ts"
import { timed, twoPlaces } from "./timing.ts"

const SIDES = ["engine", "honest", "bare"] as const

/** How a command stands to the two programs beside it. */
export interface CommandFigures {
  readonly engineMilliseconds: number
  readonly toHonest: number
  readonly toBare: number
}

/** Each command in four houses that are furnished alike: one to listen to, one for each side. */
export const measureCommands = async (
  database: BenchDatabase,
  rounds: number,
): Promise<Readonly<Record<string, CommandFigures>>> => {
  const warmUp = Math.ceil(rounds / 3)
  const figures: Record<string, CommandFigures> = {}
  const houses = [database.house(), database.house(), database.house(), database.house()] as const
  const firm = await prepareFirm(houses[0].store(), rounds)
  for (const house of houses.slice(1)) await prepareFirm(house.store(), rounds)
  for (const [name, command] of Object.entries(commandsOf(firm))) {
    const recorded = await record(database, houses[0], command, rounds)
    figures[name] = await compare(houses, recorded, command, rounds, warmUp)
    console.log(`${database.name} ${name}: ${JSON.stringify(figures[name])}`)
  }
  return figures
}

type Houses = readonly [House, House, House, House]

const record = async (
  database: BenchDatabase,
  house: House,
  { call }: Measured,
  rounds: number,
): Promise<readonly (readonly Ran[])[]> => {
  const engine = await openWith(house.store())
  const ada = adaOf(engine)
  const recorded: (readonly Ran[])[] = []
  for (let round = 0; round < rounds; round++) {
    const tape = database.record()
    await call(ada, round)
    recorded.push(tape.stop())
  }
  await engine.close()
  return recorded
}

const compare = async (
  houses: Houses,
  recorded: readonly (readonly Ran[])[],
  { call, quote }: Measured,
  rounds: number,
  warmUp: number,
): Promise<CommandFigures> => {
  const engine = await openWith(houses[1].store())
  const ada = adaOf(engine)
  const [honestHand, bareHand] = [await houses[2].hand(), await houses[3].hand()]
  const honestRan = recorded.map(withoutRepeats)
  const bodies = honestRan.map(journalBodies)
  const bareRan = recorded.map((ran) => ran.filter((one) => isWrite(one) && !KERNEL.test(one.sql)))
  const side = {
    engine: (round: number) => call(ada, round),
    honest: async (round: number) => {
      if (quote) priceQuote(quote)
      for (const body of bodies[round] ?? []) createHash("sha256").update(JSON.stringify(body)).digest("hex")
      await replay(honestHand, houses[2], honestRan[round] ?? [])
    },
    bare: (round: number) => replay(bareHand, houses[3], bareRan[round] ?? []),
  }
  const spent = { engine: 0, honest: 0, bare: 0 }
  for (let round = 0; round < rounds; round++)
    for (const offset of SIDES.keys()) {
      const name = SIDES[(round + offset) % SIDES.length] ?? "engine"
      const time = await timed(() => side[name](round))
      if (round >= warmUp) spent[name] += time
    }
  await engine.close()
  for (const hand of [honestHand, bareHand]) await hand.close()
  return {
    engineMilliseconds: twoPlaces(spent.engine / (rounds - warmUp)),
    toHonest: twoPlaces(spent.engine / spent.honest),
    toBare: twoPlaces(spent.engine / spent.bare),
  }
}

const replay = async (hand: Hand, house: House, ran: readonly Ran[]): Promise<void> => {
  await hand.run("begin")
  for (const { sql, values } of ran) await hand.again(house.here(sql), values)
  await hand.run("commit")
}
