/** What a client of the ERP does, and what comes of it in the database. */
import type { Engine } from "@anbud/core"
import type { Database } from "./database.ts"
import { type ErpPlugins, FIRM } from "./erp.ts"

/** Where the story plays. */
export interface Stage {
  readonly url: string
  readonly database: Database
  readonly engine: Engine<ErpPlugins>
  readonly print: (line: string) => void
}

/** Sells pumps to two customers; the second one has not the credit for it. */
export const tell = async ({ url, database, engine, print }: Stage): Promise<void> => {
  const ask = async (call: string, body?: object, user = "anna"): Promise<Answer> => {
    const [method = "GET", path = "/"] = call.split(" ")
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { "x-user": user },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const answer = (await response.json()) as Answer
    print(`${call.replace(/[0-9a-f-]{36}/, "…").padEnd(18)} ${response.status} ${told(answer)}`)
    return answer
  }
  const counted = () => countsOf(database, engine)

  await ask("POST /customers", { number: "K1", name: "Brf Granen", creditMinor: 10_000_000 })
  await ask("POST /customers", { number: "K2", name: "Brf Björken", creditMinor: 100_000 })
  const granen = await ask("POST /quotes", { customer: "K1", title: "Two pumps", pumps: 2 })
  const bjorken = await ask("POST /quotes", { customer: "K2", title: "One pump", pumps: 1 })

  const order = { quote: granen.id, acceptedBy: "Per Lund" }
  await ask("PUT /orders/W-1", order)
  await ask("PUT /orders/W-1", order)
  await ask("PUT /orders/W-2", order)
  await ask("PUT /orders/W-1", { ...order, quote: bjorken.id })
  await ask("PUT /orders/W-2", { quote: bjorken.id, acceptedBy: "Eva Ek" })
  await ask(`GET /quotes/${bjorken.id}`)
  await ask("PUT /orders/W-3", { quote: bjorken.id })
  await ask("PUT /orders/W-3", order, "eve")

  while ((await counted()).dispatched === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  print(JSON.stringify(await counted()))
  const { broken } = await engine.journal.verify({ tenant: FIRM.id })
  print(`the journal is ${broken === null ? "whole" : "broken"}`)
}

interface Answer {
  readonly id?: string
  readonly code?: string
  readonly message?: string
  readonly name?: string
  readonly number?: string
  readonly status?: string
  readonly totalMinor?: number
}

const told = ({ code, message, number, name, status, totalMinor }: Answer): string =>
  [code, message, number, name, status, totalMinor].filter((part) => part !== undefined).join(" ")

const countsOf = async (database: Database, engine: Engine<ErpPlugins>) => {
  const count = (table: string) =>
    database.transaction(async ({ run }) => Number((await run(`select count(*) as n from ${table}`))[0]?.["n"]))
  const anna = engine.as({ tenant: FIRM.id, user: "anna" })
  return {
    ordersOfTheErp: await count("erp_order"),
    ordersOfTheEngine: await anna.orders.orders.count({}),
    dispatched: await count("erp_dispatch"),
  }
}
