/** The engine behind HTTP: one engine per process, one session per request, refusals as status and code. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { type Engine, isRefusal, messageOf, type Standard } from "@anbud/core"

interface Answer {
  readonly status: number
  readonly body: unknown
}

type Session = ReturnType<Engine<Standard>["as"]>

/** Who asks. Here a header says it; a host takes it from its own sign-in. */
const signedIn = ({ headers }: IncomingMessage): { readonly user: string; readonly locale: string } => ({
  user: String(headers["x-user"] ?? ""),
  locale: String(headers["accept-language"] ?? "en"),
})

const routes: Readonly<Record<string, (session: Session, body: never, key?: string) => Promise<unknown>>> = {
  "POST /companies": (session, body, key) =>
    session.parties.companies.create(body, key === undefined ? {} : { idempotencyKey: key }),
  "GET /companies": (session) => session.parties.companies.list({ limit: 20 }),
}

const answer = async (engine: Engine<Standard>, request: IncomingMessage): Promise<Answer> => {
  const route = routes[`${request.method} ${request.url}`]
  if (route === undefined) return { status: 404, body: { code: "NO_ROUTE" } }
  const { user, locale } = signedIn(request)
  try {
    const session = engine.as({ tenant: "acme", user, locale })
    const key = request.headers["idempotency-key"]
    const body = (await bodyOf(request)) as never
    return { status: 200, body: await route(session, body, typeof key === "string" ? key : undefined) }
  } catch (error) {
    if (isRefusal(error)) {
      const { status, code, params } = error
      return { status, body: { code, message: messageOf(error, locale), params } }
    }
    if (error instanceof SyntaxError) return { status: 400, body: { code: "NOT_JSON" } }
    // Anything else is a bug: it is logged, and the caller learns nothing of it.
    console.error(error)
    return { status: 500, body: { code: "INTERNAL" } }
  }
}

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString("utf8"))
}

/** A server on the engine. */
export const serve = (engine: Engine<Standard>): Server =>
  createServer((request, response) => {
    void answer(engine, request).then((given) => send(response, given))
  })

const send = (response: ServerResponse, { status, body }: Answer): void => {
  response.writeHead(status, { "content-type": "application/json" })
  response.end(JSON.stringify(body))
}
