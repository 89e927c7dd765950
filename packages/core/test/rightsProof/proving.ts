/** Proving: round after round a user gets roles at random, and all that is asked is compared with the oracle. */
import type { Store } from "@anbud/core"
import { derived } from "../../src/facets/derived.ts"
import { compileModel } from "../../src/kernel/model.ts"
import { recordsOf } from "../../src/kernel/records.ts"
import type { Actor } from "../../src/kernel/rights.ts"
import { authority } from "../../src/modules/organisation/authority.ts"
import { drawRights, oneOf, seeded } from "./draw.ts"
import { filterQuestions } from "./filters.ts"
import type { Given } from "./oracle.ts"
import { type Answer, changeQuestions, historyQuestion, namingQuestions, readQuestions } from "./questions.ts"
import { openWorld, type Player, plugins, type Told, type World } from "./world.ts"

/** A case in which the engine and the oracle differ. */
export interface Difference extends Answer {
  readonly round: number
  readonly user: string
  readonly rights: readonly Given[]
}

/** What was compared. */
export interface Compared {
  readonly rounds: number
  readonly cases: number
  /** Cases whose answer was neither empty nor a refusal: a proof of nothing but refusals would be none. */
  readonly granted: number
  readonly differences: readonly Difference[]
}

/** A fault of the proof's own: what the engine is told otherwise than the oracle, or what its store does wrong. */
export interface Planted extends Told {
  readonly rights?: (rights: readonly Given[]) => readonly Given[]
  readonly store?: (store: Store) => Store
}

/** What everybody has: what the questions are asked by. */
const BASE: readonly Given[] = ["organisation.*", "board.bits", "board.items", "board.totals"]
const FILTERS_PER_ROUND = 4

/** How much to compare. */
export interface Comparing {
  readonly seed: number
  readonly cases: number
  readonly planted?: Planted
  /** How many differences are enough to see what is wrong. */
  readonly most?: number
}

/** Compares until there are so many cases or differences; closes the store. */
export const compare = async (store: Store, { seed, cases, planted = {}, most = 20 }: Comparing): Promise<Compared> => {
  const world = await openWorld(planted.store?.(store) ?? store, `rights/${seed}`, planted)
  const random = seeded(seed)
  const differences: Difference[] = []
  let [rounds, asked, granted] = [0, 0, 0]
  const isEnough = (): boolean => asked >= cases || differences.length >= most
  try {
    for (; !isEnough(); rounds += 1) {
      const player = oneOf(random, world.players)
      const rights = await dress(world, player, drawRights(random), planted.rights)
      const { id, unit, groups } = player
      const asker = {
        world,
        session: world.as(player.login),
        me: { id, unit, groups, rights, trees: world.trees },
        random,
      }
      const actor = await actorOf(world, player)
      const answers = [
        ...(await readQuestions(asker)),
        ...(await namingQuestions(asker)),
        await historyQuestion(asker),
        ...(await changeQuestions(asker)),
      ]
      for (let n = 0; n < FILTERS_PER_ROUND; n += 1) answers.push(...(await filterQuestions(asker, actor)))
      asked += answers.length
      granted += answers.filter(({ expected }) => expected !== "" && !REFUSALS.has(expected)).length
      for (const answer of answers)
        if (answer.found !== answer.expected) differences.push({ round: rounds, user: player.login, rights, ...answer })
    }
    return { rounds, cases: asked, granted, differences }
  } finally {
    await world.engine.close()
  }
}

const REFUSALS: ReadonlySet<string> = new Set(["Forbidden", "NotFound", "InvalidInput"])

/** Gives the user's two roles these rights; gives what they hold together, as the oracle is to know it. */
const dress = async (
  { anna }: World,
  { roles: [first, second] }: Player,
  [one, two]: readonly [readonly Given[], readonly Given[]],
  told: Planted["rights"] = (rights) => rights,
): Promise<readonly Given[]> => {
  const { roles } = anna.organisation
  const all = [...BASE, ...one]
  await roles.patch({ id: first as never, set: { grants: [...BASE, ...told(one)] as never } })
  await roles.patch({ id: second as never, set: { grants: told(two) as never } })
  return [...all, ...two]
}

const model = compileModel(plugins, derived)

/** The user as the authority finds it, for the questions that are asked below the session. */
const actorOf = ({ store, tenant }: World, { login }: Player): Promise<Actor> =>
  store.read(async (reader) => {
    const actor = await authority.find(recordsOf(model, derived, reader, tenant), login, "login")
    if (!actor) throw new Error(`${login} is nobody`)
    return actor
  })
