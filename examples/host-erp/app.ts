/** The ERP over HTTP: each request is a session of its user, and whatever is refused becomes an answer. */
import { isRefusal, messageOf } from "@anbud/core"
import { type Context, Hono } from "hono"
import { type Erp, type ErpSession, FIRM } from "./erp.ts"
import { NotValid } from "./refusals.ts"

/** The routes of the ERP. */
export const appOf = (erp: Erp): Hono => {
  const app = new Hono()
  const session = (c: Context): ErpSession =>
    erp.engine.as({ tenant: FIRM.id, user: c.req.header("x-user") ?? "", locale: localeOf(c) })

  app.post("/customers", async (c) => {
    const customer = await given(c, { number: "text", name: "text", creditMinor: "whole" })
    return c.json(await erp.register(session(c), customer), 201)
  })
  app.post("/quotes", async (c) => {
    const offer = await given(c, { customer: "text", title: "text", pumps: "whole" })
    return c.json(await erp.offer(session(c), offer), 201)
  })
  app.get("/quotes/:id", async (c) => c.json(await session(c).quotes.quotes.get(c.req.param("id") as never)))
  app.put("/orders/:number", async (c) => {
    const order = await given(c, { quote: "text", acceptedBy: "text" })
    return c.json(await erp.place(session(c), { ...order, number: c.req.param("number") }))
  })

  app.notFound((c) => c.json({ code: "NO_ROUTE" }, 404))
  app.onError((error, c) => {
    if (isRefusal(error)) {
      const { code, params, status } = error
      return c.json({ code, message: messageOf(error, localeOf(c)), params }, status as 409)
    }
    if (error instanceof SyntaxError) return c.json({ code: "NOT_JSON" }, 400)
    // Anything else is a bug: it is logged, and the caller learns nothing of it.
    console.error(error)
    return c.json({ code: "INTERNAL" }, 500)
  })
  return app
}

const localeOf = (c: Context): string => c.req.header("accept-language") ?? "en"

type Shape = Readonly<Record<string, "text" | "whole">>
type Given<S extends Shape> = { readonly [K in keyof S]: S[K] extends "text" ? string : number }

/** The fields of a body that the ERP looks at itself; the engine checks what it is given. */
const given = async <const S extends Shape>(c: Context, shape: S): Promise<Given<S>> => {
  const body = (await c.req.json()) as Readonly<Record<string, unknown>> | null
  for (const [field, kind] of Object.entries(shape)) {
    const value = body?.[field]
    const fits = kind === "text" ? typeof value === "string" && value !== "" : Number.isSafeInteger(value)
    if (!fits) throw new NotValid({ field, expected: kind === "text" ? "a text" : "a whole number" })
  }
  return body as Given<S>
}
