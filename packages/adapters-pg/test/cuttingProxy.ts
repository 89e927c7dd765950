/** A proxy in front of PostgreSQL that cuts the connection at a commit: before the server hears of it, or after. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net"

/** Whether the next commit is cut off, if at all. */
export type Cut = "before" | "after" | null

/** A proxy for one test. */
export interface CuttingProxy {
  readonly url: string
  cut: Cut
  /** How often it has cut. */
  cuts: number
  /** How many further connections it refuses once it has cut. */
  refuses: number
  close(): Promise<void>
}

/** Starts a proxy to the server behind `url`. */
export const cuttingProxy = async (url: string): Promise<CuttingProxy> => {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const proxy = { url, cut: null as Cut, cuts: 0, refuses: 0 }
  const server = createServer((client) => {
    if (proxy.cuts > 0 && proxy.refuses > 0) {
      proxy.refuses -= 1
      client.destroy()
      return
    }
    const upstream = connect(Number(target.port), target.hostname)
    const both = [client, upstream]
    const end = (): void => {
      for (const socket of both) socket.destroy()
    }
    let isCut = false
    for (const socket of both) {
      sockets.add(socket)
      socket.on("error", end).on("close", end)
    }
    client.on("data", (data) => {
      const isCommit = data.includes("commit\0")
      if (!isCommit || proxy.cut === null) {
        upstream.write(data)
        return
      }
      proxy.cuts += 1
      if (proxy.cut === "before") end()
      else upstream.write(data)
      isCut = proxy.cut === "after"
      proxy.cut = null
    })
    // The answer to the commit is swallowed: it was carried out, and nobody hears of it.
    upstream.on("data", (data) => (isCut ? end() : client.write(data)))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  target.port = target.port || "5432"
  const own = new URL(url)
  own.hostname = "127.0.0.1"
  own.port = String((server.address() as AddressInfo).port)
  return Object.assign(proxy, {
    url: own.href,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
