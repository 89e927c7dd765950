/** What comes once in each tenant: a migration of data that is done in steps and goes on where it was. */
import { sqlite } from "@anbud/adapter-sqlite"
import { command, entity, fixedClock, type Instant, integer, once, optional, patch, plugin, text } from "@anbud/core"
import { expect, test } from "vitest"
import { temporaryFile } from "../workshop.ts"
import { openRooms, START, TENANT, workOff } from "./rooms.ts"

const SHELVES = 100
const STEP = 40

/** The release of before: shelves have no height. */
const before = () => {
  const Shelf = entity("shelf", { label: text({ unique: true }) })
  return plugin("storage", { entities: [Shelf], collections: { shelves: Shelf } })
}

/** The next release: each shelf gets a height from its label, so many in a step. */
const after = (isDown: (step: number) => boolean, steps: string[]) => {
  const Shelf = entity("shelf", { label: text({ unique: true }), height: optional(integer()) })
  const fillSome = command({
    input: {},
    refuses: [],
    decide: async (ctx) => {
      const some = await ctx.read.find(Shelf, { height: null }, { limit: STEP })
      return {
        changes: some.map((shelf) => patch(Shelf, shelf, { height: shelf.label.length })),
        outcome: { filled: some.length },
      }
    },
    answer: async (_, { filled }) => filled,
  })
  const fillHeights = once("fillHeights", async (ctx) => {
    for (let step = 1; ; step += 1) {
      if (isDown(step)) throw new Error("the process is gone")
      const filled = await ctx.call(fillSome, {}, `step ${step}`)
      steps.push(`${ctx.tenant} ${step}: ${filled}`)
      if (Number(filled) === 0) return
    }
  })
  return plugin("storage", {
    entities: [Shelf],
    collections: { shelves: Shelf },
    commands: { fillSome },
    jobs: [fillHeights],
  })
}

interface Shelves {
  readonly storage: {
    readonly shelves: {
      import(file: object): Promise<unknown>
      list(query: object): Promise<{ readonly items: readonly { version: number; height: number; label: string }[] }>
    }
  }
}

test("a migration of data is done in steps, goes on after a crash, and comes once in each tenant and never again", async () => {
  const file = temporaryFile()
  const old = await openRooms({ storage: before() }, { store: sqlite({ file }) })
  const { shelves } = (old.ada as unknown as Shelves).storage
  const labels = Array.from({ length: SHELVES }, (_, n) => `shelf ${n}`)
  await shelves.import({
    file: "s.csv",
    text: ["label", ...labels].join("\n"),
    key: ["label"],
    columns: { label: "label" },
  })
  await old.engine.close()

  const steps: string[] = []
  const work = async (at: string, isDown: (step: number) => boolean) => {
    const clock = fixedClock(at as Instant)
    const next = await openRooms({ storage: after(isDown, steps) }, { store: sqlite({ file, schema: "apply" }), clock })
    const outcomes = await workOff(next.engine)
    const { items } = await (next.ada as unknown as Shelves).storage.shelves.list({ limit: 1000 })
    const verified = await next.engine.journal.verify({ tenant: TENANT.id })
    return { ...next, outcomes, items, verified }
  }
  const crashed = await work(START, (step) => step === 3)
  expect(crashed.outcomes).toEqual(["postponed"])
  expect(crashed.items.filter(({ height }) => height === null)).toHaveLength(SHELVES - 2 * STEP)
  await crashed.engine.close()

  const later = await work("2025-03-14T09:00:00.000Z", () => false)
  expect(later.outcomes).toEqual(["done"])
  expect(later.items.every(({ height, label, version }) => height === label.length && version === 2)).toBe(true)
  expect(steps).toEqual(["acme 1: 40", "acme 2: 40", "acme 1: 40", "acme 2: 40", "acme 3: 20", "acme 4: 0"])
  expect(later.verified.broken).toBeNull()
  await later.engine.tenants.create({ ...TENANT, id: "skog" })
  await later.engine.close()

  steps.length = 0
  const again = await work("2030-03-14T09:00:00.000Z", () => false)
  expect([again.outcomes, steps]).toEqual([["done"], ["skog 1: 0"]])
})
