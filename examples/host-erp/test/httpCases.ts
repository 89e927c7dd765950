/** The ERP over HTTP, on whatever database. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import type { Database } from "../database.ts"
import { openErp } from "../erp.ts"
import { listen } from "../server.ts"
import { tell } from "../story.ts"

const OUTPUT = join(import.meta.dirname, "..", "output.txt")

/** The cases, each on an empty database of its own. */
export const httpCases = (makeDatabase: () => Promise<Database>): void => {
  test("the story: what the ERP and the engine write together is there together, refusals are answers", async () => {
    const { database, erp, url, stop } = await opened(makeDatabase)
    onTestFinished(stop)
    const lines: string[] = []
    await tell({ url, database, engine: erp.engine, print: (line) => lines.push(line) })
    expect(`${lines.join("\n")}\n`).toBe(readFileSync(OUTPUT, "utf8"))
  })

  describe("one ERP", () => oneErp(makeDatabase))
}

const oneErp = (makeDatabase: () => Promise<Database>): void => {
  let site: Awaited<ReturnType<typeof opened>>
  beforeAll(async () => {
    site = await opened(makeDatabase)
  })
  afterAll(() => site?.stop())

  test("twenty requests for one order at once are one order, and of ten for one quote one gets it", async () => {
    const { ask, offer } = site
    const quote = await offer("K1")
    const twins = Array.from({ length: 20 }, () => ask("PUT", "/orders/W-1", { quote, acceptedBy: "Per" }))
    const answers = await Promise.all(twins)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body["engineOrder"])).size).toBe(1)
    const other = await offer("K1")
    const rivals = Array.from({ length: 10 }, (_, n) =>
      ask("PUT", `/orders/R-${n}`, { quote: other, acceptedBy: "Per" }),
    )
    const codes = (await Promise.all(rivals)).map(({ status, body }) => body["code"] ?? status).sort()
    expect(codes).toEqual([200, ...Array.from({ length: 9 }, () => "ALREADY_DECIDED")])
  })

  test("an order that the ERP refuses after the engine has accepted leaves nothing, and may be placed again", async () => {
    const { ask, offer, database } = site
    const quote = await offer("K2")
    const limit = (minor: number) =>
      database.transaction(({ run }) => run("update erp_customer set credit_minor = $1 where number = 'K2'", [minor]))
    await limit(1)
    const place = () => ask("PUT", "/orders/W-2", { quote, acceptedBy: "Per Lund" })
    expect(await place()).toMatchObject({
      status: 402,
      body: { code: "CREDIT_EXCEEDED", params: { creditMinor: 1 } },
    })
    expect(await ask("GET", `/quotes/${quote}`)).toMatchObject({ body: { status: "sent" } })
    await limit(10_000_000)
    expect(await place()).toMatchObject({ status: 200, body: { number: "W-2", customer: "K2" } })
    expect(await ask("GET", `/quotes/${quote}`)).toMatchObject({ body: { status: "accepted" } })
  })

  test("what is no request says so, in the caller's language", async () => {
    const { url, ask } = site
    const headers = { "x-user": "anna", "accept-language": "sv" }
    const swedish = await fetch(`${url}/quotes`, {
      method: "POST",
      headers,
      body: `{"customer":"K9","title":"x","pumps":1}`,
    })
    expect([swedish.status, await swedish.json()]).toMatchObject([404, { message: "K9 finns inte." }])
    const broken = await fetch(`${url}/quotes`, { method: "POST", headers, body: "{" })
    expect([broken.status, await broken.json()]).toEqual([400, { code: "NOT_JSON" }])
    expect(await ask("PUT", "/nowhere", {})).toMatchObject({ status: 404, body: { code: "NO_ROUTE" } })
    expect(await ask("POST", "/quotes", { customer: "K1", title: "x", pumps: "1" })).toMatchObject({
      status: 422,
      body: { code: "NOT_VALID", params: { field: "pumps" } },
    })
    expect(await ask("PUT", "/orders/W-9", { quote: "no id", acceptedBy: "Per" })).toMatchObject({ status: 422 })
  })
}

const opened = async (makeDatabase: () => Promise<Database>) => {
  const database = await makeDatabase()
  const erp = await openErp(database)
  const { url, stop } = await listen(erp)
  const ask = async (method: string, path: string, given?: object) => {
    const body = given === undefined ? {} : { body: JSON.stringify(given) }
    const response = await fetch(`${url}${path}`, { method, headers: { "x-user": "anna" }, ...body })
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> }
  }
  const offer = async (customer: string): Promise<unknown> => {
    await ask("POST", "/customers", { number: customer, name: "Brf Granen", creditMinor: 10_000_000 })
    const { body } = await ask("POST", "/quotes", { customer, title: "A pump", pumps: 1 })
    return body["id"]
  }
  return { database, erp, url, stop, ask, offer }
}
