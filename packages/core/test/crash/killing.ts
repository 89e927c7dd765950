/** Kills players at random moments and looks at the database after each kill: what the tests and the proof share. */
import { setTimeout as pause } from "node:timers/promises"
import { COMMANDS_PER_ROUND } from "./business.ts"
import { type Acknowledged, contentHash, damageOf, type RawDatabase } from "./database.ts"
import { type Player, playersAt, type Target, toldBy } from "./player.ts"
import { keyOf, undisturbed } from "./undisturbed.ts"

/** What to kill, and how often. */
export interface KillingOptions {
  readonly kills: number
  /** No more kills after this long. */
  readonly seconds?: number
  /** A number from 0 to 1, the same in every run of one seed. */
  readonly random: () => number
  /** A new database for this many kills, so that looking at all of it stays quick. */
  readonly killsPerDatabase?: number
  readonly newDatabase: () => Promise<{ readonly target: Target; readonly open: () => Promise<RawDatabase> }>
  /** Kills something else than the player, about when it is told to, and gives what it was. */
  readonly killElsewhere?: () => Promise<string>
}

/** What came of it. */
export interface Killed {
  readonly kills: number
  /** How many kills hit what. */
  readonly victims: Readonly<Record<string, number>>
  readonly answered: number
  /** How many kills hit each command between its start and its answer. */
  readonly inFlight: Readonly<Record<string, number>>
  readonly lost: number
  readonly halfApplied: number
  readonly unsound: number
  /** Refusals of the storage that reached the player, each sent again. */
  readonly refused: Readonly<Record<string, number>>
  readonly untyped: readonly string[]
  /** Databases whose journal or whose rows differ from those of a run without a crash. */
  readonly different: number
  readonly databases: number
}

/** The first player reads its program and builds the tables within about this time. */
const MOST_MILLISECONDS_TO_OPEN = 800
/** Most commands take less. */
const MOST_MILLISECONDS_OF_A_COMMAND = 25

interface Tally {
  kills: number
  lost: number
  halfApplied: number
  unsound: number
  answered: number
  readonly victims: Record<string, number>
  readonly inFlight: Record<string, number>
  readonly refused: Record<string, number>
  readonly untyped: string[]
}

/** Runs it all. */
export const killing = async (options: KillingOptions): Promise<Killed> => {
  const { kills, killsPerDatabase = 40, seconds = Number.POSITIVE_INFINITY } = options
  const endsAt = performance.now() + seconds * 1_000
  const tally: Tally = {
    ...{ kills: 0, lost: 0, halfApplied: 0, unsound: 0, answered: 0 },
    ...{ victims: {}, inFlight: {}, refused: {}, untyped: [] },
  }
  const ended: { readonly rounds: number; readonly head: string; readonly content: string }[] = []
  while (tally.kills < kills && performance.now() < endsAt && tally.untyped.length === 0) {
    const most = Math.min(killsPerDatabase, kills - tally.kills)
    ended.push(await killOn(options, tally, { most, endsAt }))
  }
  const expected = await undisturbed(ended.map(({ rounds }) => rounds))
  const different = ended.filter(({ rounds, head, content }) => {
    const whole = expected.get(rounds)
    return whole?.head !== head || whole.content !== content
  })
  return { ...tally, different: different.length, databases: ended.length }
}

/** One database: kills, then a player that plays to the end of the last round. */
const killOn = async (
  { newDatabase, random, killElsewhere }: KillingOptions,
  tally: Tally,
  { most, endsAt }: { readonly most: number; readonly endsAt: number },
) => {
  const { target, open } = await newDatabase()
  const start = await playersAt(target)
  const answered: Acknowledged[] = []
  let next = start()
  for (let kill = 0; kill < most && performance.now() < endsAt; kill += 1) {
    const player = next
    // The next one reads its program meanwhile.
    next = start()
    const victim = await killedOnce(player, nextOf(answered), { random, killElsewhere, isFirst: kill === 0 })
    hear(player, victim, tally, answered)
    const raw = await open()
    add(tally, await damageOf(raw, answered))
    await raw.close()
  }
  const last = nextOf(answered).round
  next.play(last, last)
  await next.ended
  hear(next, null, tally, answered)
  const end = next.lines().find((line) => line.startsWith("end ")) ?? "end false -"
  const [, isWhole, head = "-"] = end.split(" ")
  const raw = await open()
  add(tally, await damageOf(raw, answered))
  const content = await contentHash(raw)
  await raw.close()
  return { rounds: last + 1, head: isWhole === "true" ? head : "broken", content }
}

interface Next {
  readonly round: number
  readonly command: number
}

/** The command that comes after all that were answered. */
const nextOf = (answered: readonly Acknowledged[]): Next => {
  const [round = 0, command = -1] = (answered.at(-1)?.key.split("/") ?? []).map(Number)
  if (command === COMMANDS_PER_ROUND - 1) return { round: round + 1, command: 0 }
  return { round, command: command + 1 }
}

interface Moment {
  readonly random: () => number
  readonly killElsewhere: KillingOptions["killElsewhere"] | undefined
  readonly isFirst: boolean
}

/** Lets the player come to any command, then kills it or what it needs; a player that lives on is killed after that. */
const killedOnce = async (player: Player, next: Next, { random, killElsewhere, isFirst }: Moment) => {
  await player.said("loaded")
  player.play(next.round)
  // Some are killed while they open the firm, the first one perhaps while it builds the tables.
  if (isFirst || random() < 0.1) {
    await pause(random() * MOST_MILLISECONDS_TO_OPEN)
  } else {
    const command = Math.floor(random() * COMMANDS_PER_ROUND)
    const round = command < next.command ? next.round + 1 : next.round
    await player.said(`> ${keyOf(round, command)} `)
    await pause(random() * MOST_MILLISECONDS_OF_A_COMMAND)
  }
  let victim = "player"
  if (killElsewhere && !isFirst && random() < 0.5) {
    victim = await killElsewhere()
    const before = player.lines().length
    for (let waited = 0; waited < 600 && player.process.exitCode === null; waited += 1) {
      if (
        player
          .lines()
          .slice(before)
          .filter((line) => line.startsWith("=")).length > 2
      )
        break
      await pause(50)
    }
  }
  player.process.kill("SIGKILL")
  await player.ended
  return victim
}

const hear = (player: Player, victim: string | null, tally: Tally, answered: Acknowledged[]): void => {
  const told = toldBy(player.lines())
  answered.push(...told.answered)
  tally.answered += told.answered.length
  tally.untyped.push(...told.untyped)
  for (const [tag, count] of Object.entries(told.refused)) tally.refused[tag] = (tally.refused[tag] ?? 0) + count
  if (victim === null) return
  tally.kills += 1
  tally.victims[victim] = (tally.victims[victim] ?? 0) + 1
  if (told.inFlight !== null) tally.inFlight[told.inFlight] = (tally.inFlight[told.inFlight] ?? 0) + 1
}

const add = (tally: Tally, damage: Awaited<ReturnType<typeof damageOf>>): void => {
  // What is lost or broken once is so at every later look, too: the worst look counts.
  tally.lost = Math.max(tally.lost, damage.lost)
  tally.halfApplied = Math.max(tally.halfApplied, damage.halfApplied)
  if (!damage.isSound) tally.unsound += 1
}
