/**
 * Strangers: every call, with the ids and names of another tenant's records, says what it says with ids and names that
 * nobody has. Each text in each input takes its turn.
 */
import type { Session, Standard, Store } from "@anbud/core"
import { type Call, callsOf, type Input, type Known } from "./calls.ts"
import { hintsFor, knownIn, partsOfBranch, withFirst } from "./hints.ts"
import { branch, openHouse } from "./house.ts"

/** A call that tells a stranger's record from none. */
export interface Told {
  readonly call: string
  readonly at: string
  readonly stranger: string
  readonly nobody: string
}

/** What was asked of whom. */
export interface Asked {
  readonly calls: number
  readonly questions: number
  /** Calls that, with records of one's own, are done or refused for what they say: the rest would prove little. */
  readonly sensible: number
  readonly told: readonly Told[]
  /** Answers in which something of the other tenant stands that was not given. */
  readonly leaked: readonly string[]
}

/** A store that does not keep tenants apart: what the first tenant has not, it takes from the other. */
export const leaking = (store: Store): Store => ({
  ...store,
  read: (work) =>
    store.read((reader) =>
      work({
        ...reader,
        select: async (query) => {
          const own = await reader.select(query)
          return own.length > 0 || query.tenant !== MARK.own ? own : reader.select({ ...query, tenant: MARK.other })
        },
      }),
    ),
})

// Not of digits alone: a key is made of a label's letters, and of none where it has none.
const NOBODY = "01953abc-dead-7bee-8fed-00facade0bad"
const MARK = { own: "ownish", other: "others" } as const
/** As long as the other's mark, and nobody's. */
const NO_MARK = "nobody"

/** Opens two tenants in one store and asks the first everything, or every so-manieth question; closes the store. */
export const askAsStranger = async (store: Store, every = 1): Promise<Asked> => {
  const house = await openHouse(store, Object.values(MARK))
  const as = (tenant: string) => house.engine.as({ tenant, user: "anna" })
  const mine = await branch(as(MARK.own), { mark: MARK.own, cost: 100_00, seconds: 7200 })
  // More of them, so that there are numbers that only the other tenant has.
  await branch(as(MARK.other), { mark: `${MARK.other}-one`, cost: 100_00, seconds: 7200 })
  await branch(as(MARK.other), { mark: MARK.other, cost: 100_00, seconds: 7200 })
  await as(MARK.own).customFields.define({ entity: "company", labels: { en: "Own" }, kind: "text" })
  await as(MARK.other).customFields.define({ entity: "company", labels: { en: "Other" }, kind: "text" })
  const known = withBatch(withFirst(await knownIn(house, MARK.own), mine), await batchIn(as(MARK.own)))
  const other = withBatch(await knownIn(house, MARK.other), await batchIn(as(MARK.other)))
  const calls = callsOf(as(MARK.own), known, hintsFor(MARK.own, mine, partsOfBranch(known)))
  const theirs = new Set([
    ...Object.values(other.ids).flat(),
    ...other.texts.filter((text) => text.includes(MARK.other)),
  ])
  const own = new Set(Object.values(known.ids).flat())
  const entityOf = new Map(Object.entries(known.ids).flatMap(([name, ids]) => ids.map((id) => [id, name] as const)))
  const asked = { calls: calls.length, questions: 0, sensible: 0, told: [] as Told[], leaked: [] as string[] }
  /** What of the other tenant may stand in place of a text, with what stands for nobody. */
  const pairsFor = (leaf: string): readonly (readonly [string, string])[] => {
    const entity = entityOf.get(leaf)
    if (entity !== undefined) return (other.ids[entity] ?? []).slice(-1).map((id) => [id, NOBODY] as const)
    const marked = leaf.includes(MARK.own) ? leaf.replaceAll(MARK.own, MARK.other) : `${MARK.other}-K`
    return [
      [marked, marked.replaceAll(MARK.other, NO_MARK)],
      [String(other.ids["company"]?.at(-1)), NOBODY],
    ]
  }
  let turn = 0
  try {
    for (const call of calls) {
      if (call.kind !== "change") asked.sensible += isSensible((await saidOf(call, call.input, own, [])).said) ? 1 : 0
      for (const [at, leaf] of textsIn(call.input))
        for (const [stranger, nobody] of pairsFor(leaf)) {
          turn += 1
          if (turn % every !== 0) continue
          const texts = [stranger, nobody]
          const [first, second] = [replaced(call.input, at, stranger), replaced(call.input, at, nobody)]
          // What would be done is no question of whose record it names, and must not change what is asked next.
          if (call.before && !(await isRefused(call.before, [first, second]))) continue
          const [one, two] = [await saidOf(call, first, own, texts), await saidOf(call, second, own, texts)]
          asked.questions += 1
          if (one.said !== two.said) asked.told.push({ call: call.name, at, stranger: one.said, nobody: two.said })
          for (const text of theirs)
            if (!stranger.includes(text) && !text.includes(stranger) && one.raw.includes(text))
              asked.leaked.push(`${call.name}: ${text}`)
        }
    }
    return asked
  } finally {
    await house.engine.close()
  }
}

/** A batch of the tenant's that has ended. */
const batchIn = async (anna: Session<Standard>): Promise<string> => {
  const { companies } = anna.parties
  const { items } = await companies.list({ limit: 1 })
  const { id } = await companies.batches.massUpdate({
    ids: items.map((company) => company.id),
    set: { paymentTermDays: 20 },
    refused: "skip",
  })
  await companies.batches.wait(id)
  return id
}

const withBatch = <K extends Known>(known: K, batch: string): K => ({ ...known, ids: { ...known.ids, batch: [batch] } })

const isRefused = async (make: Call["make"], inputs: readonly Input[]): Promise<boolean> => {
  for (const input of inputs)
    if (
      await make(input).then(
        () => true,
        () => false,
      )
    )
      return false
  return true
}

interface Said {
  readonly said: string
  readonly raw: string
}

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** What a call says, without what was given and without the ids of records that it has just made. */
const saidOf = async (call: Call, input: Input, own: ReadonlySet<string>, texts: readonly string[]): Promise<Said> => {
  const answer = await call
    .make(input)
    .catch((error: { readonly _tag?: string; readonly params?: unknown; readonly message?: string }) => {
      if (typeof error._tag !== "string") throw error
      return [error._tag, error.params, error.message]
    })
  const raw = JSON.stringify(answer) ?? ""
  // A key is made of a label's letters.
  const given = [
    ...texts,
    ...texts.map((text) =>
      text
        .toLowerCase()
        .replace(/[^a-z0-9]/g, "")
        .replace(/^\d+/, "")
        .slice(0, 30),
    ),
  ]
  const said = given.filter((text) => text !== "").reduce((all, text) => all.replaceAll(text, "GIVEN"), raw)
  return { said: said.replaceAll(ID, (id) => (own.has(id) ? id : "NEW")), raw }
}

/** Refusals of a call that was not understood: a question in such a call reaches nothing. */
const isSensible = (said: string): boolean => !/^\["(?:InvalidInput|ImportRejected)"/.test(said)

/** Every text in an input, with its place. */
const textsIn = (value: unknown, at = ""): readonly (readonly [string, string])[] => {
  if (typeof value === "string") return [[at, value]]
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([name, part]) => textsIn(part, at === "" ? name : `${at}/${name}`))
}

const replaced = (value: unknown, at: string, text: string): Input => {
  const [name = "", ...rest] = at.split("/")
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  copy[name] = rest.length === 0 ? text : replaced(copy[name], rest.join("/"), text)
  return copy as Input
}
