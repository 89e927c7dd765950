/** Lists in an engine: a plugin whose commands append to lists and read them, so that histories can be taken of it. */
import {
  command,
  createEngine,
  entity,
  type FaceOf,
  json,
  lock,
  type Plugin,
  patch,
  plugin,
  query,
  type Store,
  standard,
  text,
} from "@anbud/core"
import { FIRM } from "../crash/business.ts"
import type { Step } from "./history.ts"

/** A list of numbers. */
export const List = entity("list", { name: text({ unique: true }), items: json<readonly number[]>() })

/** What is asked of a transaction: a number to append, or null to read. */
export interface Asked {
  readonly list: string
  readonly append: number | null
}

const locked = (asked: readonly Asked[]) => asked.map(({ list }) => lock(List, list as never))

/** Appends and reads, with all lists locked, as commands should. */
const run = command({
  input: { asked: json<readonly Asked[]>() },
  refuses: [],
  locks: ({ asked }) => locked(asked),
  decide: async (ctx, { asked }) => {
    const rows = new Map<string, Awaited<ReturnType<typeof ctx.read.get<typeof List>>>>()
    const items = new Map<string, readonly number[]>()
    const steps: Step[] = []
    for (const { list, append } of asked) {
      const row = rows.get(list) ?? (await ctx.read.get(List, list as never))
      rows.set(list, row)
      const now = items.get(list) ?? row.items
      items.set(list, append === null ? now : [...now, append])
      steps.push(append === null ? { do: "read", list, seen: now } : { do: "append", list, value: append })
    }
    const changes = [...rows].flatMap(([list, row]) => {
      const after = items.get(list) ?? []
      return after.length > row.items.length ? [patch(List, row, { items: after })] : []
    })
    return { changes, outcome: { steps: JSON.stringify(steps) } }
  },
  answer: async (_, { steps }) => JSON.parse(steps) as readonly Step[],
})

/** Reads lists in one snapshot, without a lock. */
const look = query({
  input: { lists: json<readonly string[]>() },
  refuses: [],
  answer: async (ctx, { lists }) => {
    const steps: Step[] = []
    for (const list of lists) steps.push({ do: "read", list, seen: (await ctx.read.get(List, list as never)).items })
    return steps
  },
})

const spec = plugin("lists", { entities: [List], collections: { lists: List }, commands: { run }, queries: { look } })
interface Lists extends FaceOf<typeof spec> {}
interface ListsPlugin extends Plugin<"lists", Lists> {}
const lists: ListsPlugin = spec

/** Opens an engine with lists. */
export const openLists = async (store: Store) => {
  const engine = await createEngine({ store, plugins: { organisation: standard.organisation, lists } })
  await engine.tenants.create(FIRM)
  return { engine, ada: engine.as({ tenant: FIRM.id, user: FIRM.admin }) }
}
