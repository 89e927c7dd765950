/** Kills the ERP's server at one statement after the other, while clients use it, and looks at the rows each time. */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { openErp } from "../../erp.ts"
import { listen } from "../../server.ts"
import { client, type Heard, type Whereabouts } from "./clients.ts"
import { factsAt } from "./facts.ts"
import { databaseAt, type KillPoint, type Place } from "./place.ts"

/** What came of it. */
export interface Killings {
  readonly kills: number
  readonly problems: readonly string[]
  readonly orders: number
  /** Orders that were answered. */
  readonly answered: number
  /** Requests that were asked again, because the server died before it answered. */
  readonly repeats: number
  /** Requests that were found to have been carried out before the server died. */
  readonly found: number
  /** How often it was killed at which kind of statement. */
  readonly statements: Readonly<Record<string, number>>
}

/** How to kill. */
export interface Killing {
  readonly place: Place
  /** The server as one file. */
  readonly child: string
  readonly kills: number
  readonly random: () => number
  readonly log: (text: string) => void
}

/** A sale takes about so many statements, and there are two clients. */
const MAX_STATEMENT = 260
/** One kill in so many comes at a commit, where the outcome hangs in the balance; each sale has three. */
const COMMITS = 3
const MAX_COMMIT = 6
/** One kill in so many comes while the server opens. */
const OPENINGS = 8
/** Far longer than a start and a sale take on a busy machine. */
const TOO_LONG_MILLISECONDS = 300_000

/** Kills so many times; then the server runs undisturbed until every event is handled. */
export const killing = async ({ place, child, kills, random, log }: Killing): Promise<Killings> => {
  const heard: Heard = { placed: new Set(), repeats: 0, found: 0 }
  const problems: string[] = []
  const statements: Record<string, number> = {}
  const at = whereabouts()
  let isOver = false
  const clients = Promise.all(["A", "B"].map((name) => client(name, at, heard, () => isOver))).catch(
    (error: unknown) => {
      problems.push(String(error))
      log(`${place.kind}: a client has given up: ${error}\n`)
    },
  )
  for (let kill = 1; kill <= kills; kill++) {
    const point = killPoint(kill, random)
    const verb = await runUntilKilled(child, place, point, at)
    const { problems: wrong, orders } = await factsAt(place)
    const lost = [...heard.placed].filter((number) => !orders.has(number))
    const found = [...wrong, ...lost.map((number) => `order ${number} was answered and is lost`)]
    const where = `kill ${kill}, ${point.moment} ${verb} (${point.number} of its ${point.of} from ${point.from})`
    problems.push(...found.map((problem) => `${where}: ${problem}`))
    statements[`${point.moment} ${verb}`] = (statements[`${point.moment} ${verb}`] ?? 0) + 1
    log(`${place.kind} ${where}: ${orders.size} orders${found.length > 0 ? `, ${found.join("; ")}` : ""}\n`)
  }
  isOver = true
  const { orders, problem } = await finish(place, at, clients)
  if (problem !== null) problems.push(problem)
  return {
    kills,
    problems,
    orders,
    answered: heard.placed.size,
    repeats: heard.repeats,
    found: heard.found,
    statements,
  }
}

const killPoint = (kill: number, random: () => number): KillPoint => {
  const from = kill > 1 && kill % OPENINGS === 0 ? "start" : "request"
  const of = kill % COMMITS === 0 && from === "request" ? "commits" : "statements"
  const number = 1 + Math.floor(random() * (of === "commits" ? MAX_COMMIT : MAX_STATEMENT))
  return { from, of, number, moment: random() < 0.5 ? "before" : "sent" }
}

/** Runs the server until it is gone, and gives the verb of the statement at which it was killed. */
const runUntilKilled = async (child: string, place: Place, point: KillPoint, at: Arrivals): Promise<string> => {
  const args = [child, JSON.stringify(place), JSON.stringify(point)]
  const server = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
  const ended = new Promise<string | null>((resolve) => server.on("close", (_code, signal) => resolve(signal)))
  const timer = setTimeout(() => server.kill("SIGTERM"), TOO_LONG_MILLISECONDS)
  let last = ""
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.startsWith("http:")) at.arrive(line)
    last = line
  }
  const signal = await ended
  clearTimeout(timer)
  at.leave()
  if (signal !== "SIGKILL") throw new Error(`the server was not killed but ended with ${signal} after "${last}"`)
  return last
}

/** Runs the server undisturbed until its clients are served and every event is handled: once per order. */
const finish = async (
  place: Place,
  at: Arrivals,
  clients: Promise<unknown>,
): Promise<{ readonly orders: number; readonly problem: string | null }> => {
  const erp = await openErp(databaseAt(place))
  const server = await listen(erp)
  at.arrive(server.url)
  await clients
  while ((await erp.engine.health()).outbox.waiting > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  const database = databaseAt(place)
  const [row] = await database.transaction(({ run }) => run(DISPATCHED))
  await server.stop()
  await database.close()
  const [orders, dispatched, together] = ["orders", "dispatched", "together"].map((name) => Number(row?.[name]))
  const isWhole = orders === dispatched && orders === together
  return { orders: orders ?? 0, problem: isWhole ? null : `of ${orders} orders ${together} were dispatched` }
}

const DISPATCHED = `
  select (select count(*) from erp_order) as orders, (select count(*) from erp_dispatch) as dispatched,
    (select count(*) from erp_order join erp_dispatch using (engine_order)) as together`

interface Arrivals extends Whereabouts {
  arrive(url: string): void
  leave(): void
}

/** Where the server is: who asks while it is nowhere waits for the next one. */
const whereabouts = (): Arrivals => {
  let isThere = false
  let resolve = (_url: string): void => undefined
  const next = (): Promise<string> =>
    new Promise((arrived) => {
      resolve = arrived
    })
  let url = next()
  return {
    get url() {
      return url
    },
    arrive: (found) => {
      isThere = true
      resolve(found)
    },
    leave: () => {
      // A server that died before it arrived is still waited for, in its successor.
      if (isThere) url = next()
      isThere = false
    },
  }
}
