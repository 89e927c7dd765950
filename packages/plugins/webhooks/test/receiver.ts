/** A receiver of webhooks: a real HTTP server that verifies what it is sent as a customer's would. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Webhook } from "standardwebhooks"
import { onTestFinished } from "vitest"

/** What a receiver has had. */
export interface Received {
  readonly id: string
  readonly signatures: number
  readonly type: string
  readonly data: { readonly entity: string; readonly id: string; readonly version: number; readonly seq: number }
  readonly path: string
}

/** A server that answers with what `answer` says, 204 by default, and keeps what it took. */
export const openReceiver = async (answer: (at: Received) => number | "never" = () => 204) => {
  const taken: Received[] = []
  const refused: string[] = []
  /** With `always` it answers that, whatever it is sent. */
  const receiver = { url: "", secrets: [] as readonly string[], taken, refused, attempts: 0, always: 0 }
  const server = createServer((request, response) => {
    let body = ""
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on("end", () => {
      receiver.attempts += 1
      if (receiver.always > 0) return response.writeHead(receiver.always, { location: "/elsewhere" }).end()
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      // A receiver knows one secret: the newest that it was given.
      const [secret = ""] = receiver.secrets
      try {
        const { type, data } = new Webhook(secret).verify(body, headers) as Pick<Received, "type" | "data">
        const signatures = String(headers["webhook-signature"]).split(" ").length
        const got = { id: String(headers["webhook-id"]), signatures, type, data, path: request.url ?? "" }
        const status = answer(got)
        if (status === "never") return
        if (status < 300) taken.push(got)
        response.writeHead(status).end("x")
      } catch (error) {
        refused.push(String(error))
        response.writeHead(400).end()
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => void server.close())
  onTestFinished(() => server.closeAllConnections())
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  return receiver
}
