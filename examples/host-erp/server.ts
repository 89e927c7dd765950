/** A server for the ERP: it listens, and one worker per process does what follows from commits. */
import { type ServerType, serve } from "@hono/node-server"
import { appOf } from "./app.ts"
import type { Erp } from "./erp.ts"

/** A server that listens. */
export interface Server {
  readonly url: string
  /** Lets running requests and the worker end, and closes the ERP. */
  stop(): Promise<void>
}

/** How to serve. */
export interface Serving {
  /** 0, the default, is any free port. */
  readonly port?: number
  /** Whether a worker runs here too, as it does by default; it may as well be a process of its own. */
  readonly isWorking?: boolean
}

/** Serves the ERP on this machine. */
export const listen = async (erp: Erp, { port = 0, isWorking = true }: Serving = {}): Promise<Server> => {
  const leaving = new AbortController()
  const work = isWorking ? erp.engine.work({ signal: leaving.signal, pollMilliseconds: 100 }) : undefined
  const { server, url } = await new Promise<{ readonly server: ServerType; readonly url: string }>((resolve) => {
    const server = serve({ fetch: appOf(erp).fetch, port, hostname: "127.0.0.1" }, (at) =>
      resolve({ server, url: `http://${at.address}:${at.port}` }),
    )
  })
  return {
    url,
    stop: async () => {
      await new Promise((resolve) => server.close(resolve))
      leaving.abort()
      await work
      await erp.close()
    },
  }
}
