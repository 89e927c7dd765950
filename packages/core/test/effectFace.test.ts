/** The Effect face: the same calls, refusals in the error channel, bugs as defects, interruption as a signal. */
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, standard } from "@anbud/core"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import { afterAll, beforeAll, expect, test } from "vitest"

const engine = await createEngine({ store: sqlite({ file: ":memory:" }), plugins: standard })
beforeAll(() => engine.tenants.create({ id: "acme", name: "Acme", currency: "SEK", zone: "UTC", admin: "ada" }))
afterAll(() => engine.close())
const ada = engine.effect.as({ tenant: "acme", user: "ada" })

test("a command succeeds with its value", async () => {
  const company = await Effect.runPromise(
    ada.parties.companies.create({ number: "K1", name: "Brf Granen", country: "SE", currency: "SEK" }),
  )
  expect(company.name).toBe("Brf Granen")
  const same = await Effect.runPromise(ada.parties.companies.get(company.id))
  expect(same).toEqual(company)
})

test("a refusal is in the error channel, typed by the command", async () => {
  const reversed = ada.quotes.decline({ quote: "0190-nobody", reason: "dear" }).pipe(
    Effect.catchTag("NotFound", (refused) => Effect.succeed(refused.params.entity)),
    Effect.result,
  )
  const result = await Effect.runPromise(reversed)
  expect(Result.isSuccess(result) && result.success).toBe("quote")
})

test("an unknown user is refused", async () => {
  const exit = await Effect.runPromiseExit(engine.effect.as({ tenant: "acme", user: "eve" }).organisation.me({}))
  expect(Exit.isFailure(exit) && JSON.stringify(exit.cause)).toContain("UnknownUser")
})

test("an interrupted command writes nothing", async () => {
  const controller = new AbortController()
  controller.abort()
  const exit = await Effect.runPromiseExit(
    ada.parties.companies.create({ number: "K2", name: "Late", country: "SE", currency: "SEK" }),
    { signal: controller.signal },
  )
  expect(Exit.hasInterrupts(exit)).toBe(true)
  const page = await Effect.runPromise(ada.parties.companies.list({ where: { number: "K2" } }))
  expect(page.items).toEqual([])
})

test("each stays an async iterable", async () => {
  const numbers: string[] = []
  for await (const company of ada.parties.companies.each()) numbers.push(company.number)
  expect(numbers).toEqual(["K1"])
})

test("long work tells how far it is, and an interrupted fibre cancels its batch", async () => {
  const controller = new AbortController()
  const columns = { number: "number", name: "name", country: () => "SE", currency: () => "SEK" }
  const text = ["number;name", ...Array.from({ length: 1100 }, (_, n) => `B${n};Company ${n}`)].join("\n")
  const seen: number[] = []
  const onProgress = ({ done }: { readonly done: number }): void => {
    seen.push(done)
    if (done >= 400) controller.abort()
  }
  const exit = await Effect.runPromiseExit(
    ada.parties.companies.import({ file: "b.csv", text, key: ["number"], columns }, { onProgress }),
    { signal: controller.signal },
  )
  expect(Exit.hasInterrupts(exit)).toBe(true)
  expect(seen).toContain(200)
  // The fibre is gone at once; its batch takes back what it had written.
  while ((await Effect.runPromise(ada.parties.companies.count())) > 1) await Effect.runPromise(Effect.sleep(5))
})
