/** What is asked of the engine itself, and inside a host's transaction, keeps tenants apart as sessions do. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import { command, createEngine, fixedClock, fixedIds, isRefusal, job, plugin, standard } from "@anbud/core"
import Database from "better-sqlite3"
import { beforeAll, expect, test } from "vitest"

const NOBODY = "01953abc-dead-7bee-8fed-00facade0bad"
const fail = job<Record<string, never>>("fail", async () => Promise.reject(new Error("never works")), {
  maxAttempts: 1,
})
const ask = command({
  input: {},
  refuses: [],
  decide: async (ctx) => {
    ctx.enqueue(fail, {})
    return { changes: [], outcome: {} }
  },
  answer: async () => "asked",
})
const chores = plugin("chores", { needs: [], entities: [], commands: { ask }, jobs: [fail] })

const openHouse = async () => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-strangers-"))
  const file = join(folder, "firm.db")
  const plugins = { ...standard, chores }
  const clock = fixedClock("2025-03-14T08:00:00.000Z")
  const engine = await createEngine({ store: sqlite({ file }), plugins, clock, ids: fixedIds("strangers") })
  const furnished = async (id: string) => {
    await engine.tenants.create({ id, name: id, currency: "SEK", zone: "UTC", admin: "ada" })
    const ada = engine.as({ tenant: id, user: "ada" })
    const company = await ada.parties.companies.create({
      number: id,
      name: `Firm ${id}`,
      country: "SE",
      currency: "SEK",
    })
    const person = await ada.parties.persons.create({
      number: `ada@${id}.se`,
      name: `Ada ${id}`,
      email: `ada@${id}.se`,
    })
    await ada.chores.ask({})
    return { ada, company: company.id, person: person.id, cursor: await ada.headCursor() }
  }
  const own = await furnished("ownish")
  const other = await furnished("others")
  const idle = new AbortController()
  await engine.work({ pollMilliseconds: 10, signal: idle.signal, onProgress: stopAfter(2, idle) })
  return { engine, folder, file, own, other }
}

const stopAfter = (count: number, idle: AbortController) => {
  let done = 0
  return (): void => {
    done += 1
    if (done === count) idle.abort()
  }
}

let house: Awaited<ReturnType<typeof openHouse>>
beforeAll(async () => {
  house = await openHouse()
  return async () => {
    await house.engine.close()
    rmSync(house.folder, { recursive: true })
  }
})

/** What a call says with a text, without that text. */
const said = async (call: (text: string) => PromiseLike<unknown>, text: string): Promise<string> => {
  try {
    return JSON.stringify(await call(text)).replaceAll(text, "GIVEN")
  } catch (error) {
    if (!isRefusal(error)) throw error
    return JSON.stringify([error._tag, error.params, error.message]).replaceAll(text, "GIVEN")
  }
}

test("row 62: a job of another tenant that was given up is none, and stays", async () => {
  const { engine } = house
  const [theirs] = await engine.jobs.list({ tenant: "others" })
  const id = theirs?.id ?? ""
  for (const call of [engine.jobs.retry, engine.jobs.discard]) {
    const ofOwn = (text: string) => call({ tenant: "ownish", id: text })
    expect(await said(ofOwn, id)).toBe(await said(ofOwn, NOBODY))
  }
  expect(await engine.jobs.list({ tenant: "others" })).toEqual([theirs])
  expect((await engine.jobs.list({ tenant: "ownish" })).map((each) => each.id)).not.toContain(id)
  expect(await engine.health({ tenant: "ownish" })).toMatchObject({ jobs: { parked: 1 } })
})

test("row 62: nobody is erased who belongs to another tenant", async () => {
  const { engine, other } = house
  const erase = (subject: string) =>
    engine.journal.erase({ tenant: "ownish", subject, ground: "asked", reason: "a letter" })
  expect(await said(erase, other.person)).toBe(await said(erase, NOBODY))
  expect(await other.ada.parties.persons.get(other.person as never)).toMatchObject({ name: "Ada others" })
})

test("row 62: an export, a verification and a rebuilt search are of one tenant", async () => {
  const { engine, other } = house
  const chunks: string[] = []
  await engine.export({ tenant: "ownish", format: "jsonl" }, ({ text }) => void chunks.push(text))
  const text = chunks.join("")
  expect(text).toContain("Firm ownish")
  for (const theirs of ["others", other.company, other.person]) expect(text).not.toContain(theirs)
  const [own, head] = [
    await engine.journal.verify({ tenant: "ownish" }),
    await engine.journal.head({ tenant: "ownish" }),
  ]
  expect(own).toMatchObject({ head: { seq: head.seq }, broken: null })
  expect(await engine.search.rebuild({ tenant: "ownish" })).toEqual({ records: 3 })
})

test("row 62: a cursor of another tenant's changes is one that was made up, and the feed tells of one's own", async () => {
  const { own, other } = house
  const follow = async (after: string) => {
    for await (const _ of own.ada.changes({ after, until: "head" })) return "read"
    return "nothing"
  }
  expect(await said(follow, other.cursor)).toBe(await said(follow, `${other.cursor.slice(0, -4)}AAAA`))
  const seen: unknown[] = []
  for await (const change of own.ada.changes({ until: "head" })) seen.push(change)
  expect(JSON.stringify(seen)).toContain("Firm ownish")
  expect(JSON.stringify(seen)).not.toContain("others")
})

test("row 62: inside a host's transaction another tenant's record is a missing one", async () => {
  const { file, own, other } = house
  const database = new Database(file)
  database.exec("begin immediate")
  const calls = await own.ada.join(database, async (s) => {
    const get = (id: string) => s.parties.companies.get(id as never)
    const patch = (id: string) => s.parties.companies.patch({ id: id as never, set: { nickname: "Mine" } })
    const quote = (customer: string) =>
      s.quotes.create({ title: "T", customer, currency: "SEK", seller: NOBODY, lines: [] })
    const pairs: (readonly [string, string])[] = []
    for (const call of [get, patch, quote]) pairs.push([await said(call, other.company), await said(call, NOBODY)])
    return pairs
  })
  database.exec("rollback")
  database.close()
  for (const [stranger, nobody] of calls) expect(stranger).toBe(nobody)
  expect(calls.map(([stranger]) => stranger.slice(0, 12))).toContain('["NotFound",')
})
