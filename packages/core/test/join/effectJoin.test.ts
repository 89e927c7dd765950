/** Joining on the Effect face: the work is an Effect, and its failures and its interruption leave nothing behind. */
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, standard } from "@anbud/core"
import Database from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { expect, test } from "vitest"
import { closing, TENANT, temporaryFile } from "../workshop.ts"

const company = (number: string) => ({ number, name: `Firm ${number}`, country: "SE", currency: "SEK" })

const openHost = async () => {
  const file = temporaryFile()
  const engine = closing(
    await createEngine({ store: sqlite({ file, writeTimeoutMilliseconds: 300 }), plugins: standard }),
  )
  await engine.tenants.create(TENANT)
  const database = new Database(file)
  const numbers = async () => {
    const { items } = await engine.as({ tenant: TENANT.id, user: "anna" }).parties.companies.list()
    return items.map(({ number }) => number)
  }
  return { engine, database, numbers, anna: engine.effect.as({ tenant: TENANT.id, user: "anna" }) }
}

test("what the work gives comes out, and is there when the host has committed", async () => {
  const { anna, database, numbers, engine } = await openHost()
  database.exec("begin immediate")
  const name = await Effect.runPromise(
    anna.join(database, (s) =>
      Effect.gen(function* () {
        const { id } = yield* s.parties.companies.create(company("K1"))
        yield* s.parties.companies.patch({ id, set: { nickname: "One" } })
        return (yield* s.parties.companies.get(id)).nickname
      }),
    ),
  )
  database.exec("commit")
  expect([name, await numbers()]).toEqual(["One", ["K1"]])
  expect(await engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ broken: null })
})

test("a refusal of a call and a failure of the host's own are in the error channel, and nothing is left", async () => {
  const { anna, database, numbers } = await openHost()
  database.exec("begin immediate")
  const tags = await Effect.runPromise(
    anna
      .join(database, (s) =>
        Effect.gen(function* () {
          yield* s.parties.companies.create(company("K1"))
          yield* s.parties.companies.create(company("K1"))
        }),
      )
      .pipe(Effect.catchTag("UniqueTaken", (refused) => Effect.succeed(refused.params.columns))),
  )
  const own = await Effect.runPromiseExit(
    anna.join(database, (s) =>
      s.parties.companies.create(company("K2")).pipe(Effect.andThen(Effect.fail("out of stock" as const))),
    ),
  )
  database.exec("commit")
  expect(tags).toEqual(["number"])
  expect(own).toEqual(Exit.fail("out of stock"))
  expect(await numbers()).toEqual([])
})

test("without a transaction of the host it is NoTransaction, and a bug stays a defect", async () => {
  const { anna, database, numbers } = await openHost()
  const none = await Effect.runPromiseExit(
    anna
      .join(database, (s) => s.parties.companies.create(company("K1")))
      .pipe(Effect.catchTag("NoTransaction", (refused) => Effect.succeed(refused.code))),
  )
  expect(none).toEqual(Exit.succeed("NO_TRANSACTION"))
  database.exec("begin immediate")
  const bug = await Effect.runPromiseExit(anna.join(database, () => Effect.die(new TypeError("a bug"))))
  expect(Exit.isFailure(bug) && Exit.hasDies(bug)).toBe(true)
  database.exec("rollback")
  expect(await numbers()).toEqual([])
})

test("an interrupted join undoes what it did", async () => {
  const { anna, database, numbers } = await openHost()
  const controller = new AbortController()
  database.exec("begin immediate")
  const exit = await Effect.runPromiseExit(
    anna.join(database, (s) =>
      s.parties.companies.create(company("K1")).pipe(
        Effect.tap(() => Effect.sync(() => controller.abort())),
        Effect.andThen(Effect.never),
      ),
    ),
    { signal: controller.signal },
  )
  expect(Exit.hasInterrupts(exit)).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 50))
  database.exec("commit")
  expect(await numbers()).toEqual([])
})
