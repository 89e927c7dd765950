/** The kernel's rules on the life of a command, by their numbers in the design. */
import { sqlite } from "@anbud/adapter-sqlite"
import {
  before,
  command,
  createEngine,
  entity,
  inTransaction,
  integer,
  type Lock,
  lock,
  patch,
  plugin,
  query,
  refusal,
  StorageFailed,
  text,
} from "@anbud/core"
import * as Effect from "effect/Effect"
import { describe, expect, test } from "vitest"
import { organisation } from "../src/modules/organisation/organisation.ts"
import { closing, TENANT } from "./workshop.ts"

const Jar = entity("jar", { name: text({ unique: true }), coins: integer() })
const Empty = refusal("JarEmpty", { jar: text() }, { en: "{jar} is empty.", sv: "{jar} är tom." })

/** What a test makes the code inside a command do. */
let inside: Record<"before" | "decide" | "inTransaction" | "query", () => unknown>
const nothing = (): void => undefined

const take = command({
  input: { jar: Jar.id },
  refuses: [Empty],
  locks: (input) => [lock(Jar, input.jar)],
  decide: async (ctx, input) => {
    await inside.decide()
    const jar = await ctx.read.get(Jar, input.jar)
    if (jar.coins === 0) return new Empty({ jar: jar.name })
    return { changes: [patch(Jar, jar, { coins: jar.coins - 1 })], outcome: { jar: jar.id } }
  },
  answer: (read, { jar }) => read.get(Jar, jar),
})
/** Calls `take` for each jar in turn: the locks come late, one by one. */
const takeEach = command({
  input: { jars: text() },
  refuses: [],
  decide: async (ctx, { jars }) => {
    for (const jar of jars.split(",")) await ctx.call(take, { jar: jar as never })
    return { changes: [], outcome: {} }
  },
  answer: async () => null,
})
const look = query({
  input: {},
  refuses: [],
  answer: async (ctx) => {
    await inside.query()
    return ctx.read.count(Jar)
  },
})
const jars = plugin("jars", {
  entities: [Jar],
  collections: { jars: Jar },
  commands: { take, takeEach },
  queries: { look },
})
const watching = plugin("watching", {
  needs: ["jars"],
  entities: [],
  hooks: [
    before(take, async () => void (await inside.before())),
    inTransaction(take, async () => void (await inside.inTransaction())),
  ],
})
const plugins = { organisation, jars, watching }

const opened = async () => {
  inside = { before: nothing, decide: nothing, inTransaction: nothing, query: nothing }
  const engine = closing(await createEngine({ store: sqlite({ file: ":memory:" }), plugins }))
  await engine.tenants.create(TENANT)
  const who = { tenant: TENANT.id, user: "anna" }
  const anna = engine.as(who)
  const jar = await anna.jars.jars.create({ name: "A", coins: 3 })
  const seq = async () => (await engine.journal.head({ tenant: TENANT.id })).seq
  return { engine, anna, jar, seq, effects: engine.effect.as(who) }
}
type Opened = Awaited<ReturnType<typeof opened>>

describe("rule 12: one order of steps", () => {
  test("hooks before, locks, decision, hooks in the transaction, seal; and none of it for an input that is none", async () => {
    const { anna, jar, seq } = await opened()
    const steps: string[] = []
    inside = {
      before: () => steps.push("before"),
      decide: () => steps.push("decide"),
      inTransaction: () => steps.push("inTransaction"),
      query: nothing,
    }
    await expect(anna.jars.take({ jar: 7 } as never)).rejects.toMatchObject({ _tag: "InvalidInput" })
    expect([steps, await seq()]).toEqual([[], 2])
    await anna.jars.take({ jar: jar.id })
    expect([steps, await seq()]).toEqual([["before", "decide", "inTransaction"], 3])
  })
})

describe("rule 13: locks in one order, late ones by starting again", () => {
  const fill = async ({ anna }: Opened, count: number) => {
    const ids: string[] = []
    for (let n = 0; n < count; n++) ids.push((await anna.jars.jars.create({ name: `J${n}`, coins: 9 })).id)
    return ids.sort()
  }

  test("late locks that rank after what is held are taken as they come", async () => {
    const firm = await opened()
    let decisions = 0
    const ids = await fill(firm, 6)
    inside.decide = () => {
      decisions += 1
    }
    await firm.anna.jars.takeEach({ jars: ids.join(",") })
    expect(decisions).toBe(6)
  })

  test("three that rank before are taken first in three new starts; a fourth is Contention, and nothing is stored", async () => {
    const firm = await opened()
    const ids = (await fill(firm, 5)).reverse()
    await firm.anna.jars.takeEach({ jars: ids.slice(0, 4).join(",") })
    const tooMany = { jars: ids.join(",") }
    const call = () => firm.anna.jars.takeEach(tooMany, { idempotencyKey: "k" }).result()
    expect(await call()).toMatchObject({ ok: false, replayed: false, error: { _tag: "Contention" } })
    expect(await call()).toMatchObject({ ok: false, replayed: false, error: { _tag: "Contention" } })
  })

  test("a declared lock of a record that is not there holds nothing up", async () => {
    const locks: readonly Lock[] = [lock(Jar, "01953000-0000-7000-8000-000000000000" as never)]
    expect(locks).toHaveLength(1)
    const { anna } = await opened()
    const gone = anna.jars.take({ jar: "01953000-0000-7000-8000-000000000000" as never })
    await expect(gone).rejects.toMatchObject({ _tag: "NotFound" })
  })
})

describe("rule 14: what is stored of a call that did not do it", () => {
  test("a refusal leaves no seq and no entry, only its outcome, and is replayed even when it would now succeed", async () => {
    const { anna, jar, seq } = await opened()
    await anna.jars.jars.patch({ id: jar.id, set: { coins: 0 } })
    const at = await seq()
    const call = () => anna.jars.take({ jar: jar.id }, { idempotencyKey: "k" }).result()
    expect(await call()).toMatchObject({ ok: false, replayed: false, error: { _tag: "JarEmpty" } })
    expect(await seq()).toBe(at)
    await anna.jars.jars.patch({ id: jar.id, set: { coins: 5 } })
    expect(await call()).toMatchObject({ ok: false, replayed: true, error: { _tag: "JarEmpty", params: { jar: "A" } } })
    expect(await anna.jars.take({ jar: jar.id })).toMatchObject({ coins: 4 })
  })

  test.each(["before", "decide", "inTransaction"] as const)(
    "a failure that passes, in %s, stores nothing: the same key does it later",
    async (where) => {
      const { anna, jar, seq } = await opened()
      const at = await seq()
      inside[where] = () => {
        throw new StorageFailed({ reason: "the disk is full" })
      }
      const call = () => anna.jars.take({ jar: jar.id }, { idempotencyKey: "k" }).result()
      expect(await call()).toMatchObject({ ok: false, error: { _tag: "StorageFailed" } })
      expect(await seq()).toBe(at)
      inside[where] = nothing
      expect(await call()).toMatchObject({ ok: true, replayed: false, value: { coins: 2 } })
      expect(await call()).toMatchObject({ ok: true, replayed: true, value: { coins: 2 } })
    },
  )

  test("a replay reads the answer again, as it is now", async () => {
    const { anna, jar } = await opened()
    const call = () => anna.jars.take({ jar: jar.id }, { idempotencyKey: "k" }).result()
    expect(await call()).toMatchObject({ value: { coins: 2 } })
    await anna.jars.jars.patch({ id: jar.id, set: { coins: 100 } })
    expect(await call()).toMatchObject({ replayed: true, value: { coins: 100 } })
  })
})

describe("rule 20: a preview shows what the command would do, and does nothing", () => {
  test("no hook in the transaction, no entry, no claim", async () => {
    const { anna, jar, seq } = await opened()
    const at = await seq()
    inside.inTransaction = () => {
      throw new Error("not in a preview")
    }
    const { changes } = await anna.jars.take.preview({ jar: jar.id })
    expect(changes).toMatchObject([{ record: jar.id, before: { coins: 3 }, after: { coins: 2 } }])
    expect([await seq(), (await anna.jars.jars.get(jar.id)).coins]).toEqual([at, 3])
  })
})

const file = {
  file: "j.csv",
  text: "name;coins\nB;1",
  key: ["name"],
  columns: { name: "name", coins: "coins" },
} as const
/** Every sort of call on the session outside. */
const CALLS: Readonly<Record<string, (firm: Opened) => unknown>> = {
  query: ({ anna }) => anna.jars.look({}),
  command: ({ anna, jar }) => anna.jars.take({ jar: jar.id }),
  preview: ({ anna, jar }) => anna.jars.take.preview({ jar: jar.id }),
  create: ({ anna }) => anna.jars.jars.create({ name: "Z", coins: 0 }),
  get: ({ anna, jar }) => anna.jars.jars.get(jar.id),
  list: ({ anna }) => anna.jars.jars.list(),
  history: ({ anna, jar }) => anna.jars.jars.history(jar.id),
  import: ({ anna }) => anna.jars.jars.import(file),
  each: async ({ anna }) => {
    for await (const _ of anna.jars.jars.each()) break
  },
  "effect query": ({ effects }) => Effect.runPromise(effects.jars.look({})),
  "effect command": ({ effects, jar }) => Effect.runPromise(effects.jars.take({ jar: jar.id })),
  "journal.head": ({ engine }) => engine.journal.head({ tenant: TENANT.id }),
  "journal.verify": ({ engine }) => engine.journal.verify({ tenant: TENANT.id }),
  "tenants.create": ({ engine }) => engine.tenants.create({ ...TENANT, id: "other" }),
}

describe("rule 24: the session outside, called inside", () => {
  const places = ["before", "decide", "inTransaction"] as const
  test.each(Object.keys(CALLS))(
    "%s is UseContext in a hook before, a decision and a hook in the transaction",
    async (name) => {
      const firm = await opened()
      for (const place of places) {
        inside[place] = () => CALLS[name]?.(firm)
        const outcome = await firm.anna.jars.take({ jar: firm.jar.id }).catch((error: unknown) => error)
        expect([place, String(outcome)]).toEqual([place, expect.stringMatching(/UseContext|inside a transaction/)])
        inside[place] = nothing
      }
      expect(await firm.anna.jars.jars.get(firm.jar.id)).toMatchObject({ coins: 3, version: 1 })
    },
  )

  test.each(Object.keys(CALLS))("%s is UseContext in a query", async (name) => {
    const firm = await opened()
    inside.query = () => CALLS[name]?.(firm)
    const outcome = await firm.anna.jars.look({}).catch((error: unknown) => error)
    expect(String(outcome)).toMatch(/UseContext|inside a transaction/)
  })

  test("a hook that is an Effect is inside as well", async () => {
    const firm = await opened()
    inside.before = () => Effect.runPromise(Effect.promise(async () => CALLS["query"]?.(firm)))
    await expect(firm.anna.jars.take({ jar: firm.jar.id })).rejects.toMatchObject({ _tag: "UseContext" })
  })

  test("what is refused inside hangs nothing: the engine goes on, and another engine may be called", async () => {
    const firm = await opened()
    const state = inside
    const other = await opened()
    inside = { ...state, decide: () => other.anna.jars.look({}) }
    expect(await firm.anna.jars.take({ jar: firm.jar.id })).toMatchObject({ coins: 2 })
  })
})
