/** Kills and stops workers while bookings come in, then counts every effect: what the test and the proof share. */
import { setTimeout as pause } from "node:timers/promises"
import { isRefusal } from "@anbud/core"
import { openFirm } from "./firm.ts"
import { type WorkerProcess, workerProcesses } from "./workerProcess.ts"

/** How much to do. */
export interface KillingOptions {
  /** A file, or the address of a PostgreSQL with the schema in its query. */
  readonly target: string
  readonly bookings: number
  readonly kills: number
  /** No more kills after this long. */
  readonly seconds?: number
  /** Of so many turns one is a stop and no kill, for longer than the lease; then the worker goes on. 0 for none. */
  readonly turnsPerStop: number
  /** By how much the clock of a worker may be wrong, to either side. */
  readonly clockOffMilliseconds: number
  /** A number from 0 to 1, the same in every run of one seed. */
  readonly random: () => number
}

/** What came of it. */
export interface Killed {
  readonly kills: number
  readonly stops: number
  /** What the workers had done before they were killed. */
  readonly doneByWorkers: number
  readonly effects: number
  /** What was given up, because so many workers were killed while they ran it, and was then tried again by hand. */
  readonly retried: number
  readonly missing: readonly string[]
  readonly doubled: readonly string[]
  /** Jobs and events that nobody ended. */
  readonly stuck: number
  readonly isJournalWhole: boolean
}

const LEASE_MILLISECONDS = 700
/** Work that does not get less for so long is stuck. */
const STUCK_MILLISECONDS = 120_000
type Firm = Awaited<ReturnType<typeof openFirm>>

/** Runs it all; two workers are always at work. */
export const killing = async (options: KillingOptions): Promise<Killed> => {
  const firm = await openFirm(options.target)
  try {
    const ada = firm.as({ tenant: "acme", user: "ada" })
    const room = await ada.rooms.rooms.create({ name: "Hall", seats: options.bookings })
    const booked: string[] = []
    const booking = (async () => {
      for (let index = 0; index < options.bookings; index += 1) {
        const key = { idempotencyKey: `booking ${index}` }
        const call = () => ada.rooms.book({ room: room.id, by: `Guest ${index}` }, key)
        booked.push((await untilThere(call)).id)
        await pause(20)
      }
    })()
    const killed = await killWorkers(options, () => firm.health())
    await booking
    await settle(firm)
    const retried = await retryParked(firm)
    if (retried > 0) await settle(firm)
    return { ...(await counted(firm, booked, killed)), retried }
  } finally {
    await firm.close()
  }
}

/** A stopped process may hold the file; a call that waited too long is safe to repeat. */
const untilThere = async <T>(call: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!isRefusal(error) || error._tag !== "Contention") throw error
    }
  }
}

interface Workers {
  readonly killed: readonly WorkerProcess[]
  readonly stops: number
}

const killWorkers = async (options: KillingOptions, health: Firm["health"]): Promise<Workers> => {
  const { target, kills, seconds = 600, turnsPerStop, clockOffMilliseconds, random } = options
  const startAt = await workerProcesses()
  const start = (): WorkerProcess => {
    const off = Math.round((2 * random() - 1) * clockOffMilliseconds)
    return startAt({ target, leaseMilliseconds: LEASE_MILLISECONDS, clockOffMilliseconds: off })
  }
  const killed: WorkerProcess[] = []
  let stops = 0
  const workers: [WorkerProcess, WorkerProcess] = [start(), start()]
  const endsAt = Date.now() + seconds * 1_000
  for (let turn = 0; killed.length < kills && Date.now() < endsAt; turn += 1) {
    const index = turn % 2 === 0 ? 0 : 1
    const worker = workers[index]
    await worker.working
    await untilBusy(health)
    await pause(random() * 40)
    if (turnsPerStop > 0 && turn % turnsPerStop === 0) {
      await stopped(worker)
      stops += 1
      continue
    }
    worker.process.kill("SIGKILL")
    await worker.ended
    killed.push(worker)
    workers[index] = start()
  }
  for (const worker of workers) {
    worker.process.kill("SIGKILL")
    await worker.ended
    killed.push(worker)
  }
  return { killed, stops }
}

/** A worker that is killed while nothing runs proves nothing: wait until something does. */
const untilBusy = async (health: Firm["health"]): Promise<void> => {
  for (let tries = 0; tries < 40; tries += 1) {
    const { jobs, outbox } = await health()
    if (jobs.running + outbox.running > 0) return
    await pause(10)
  }
}

/** Stops a worker for longer than its lease, then lets it go on with what others have long taken over. */
const stopped = async (worker: WorkerProcess): Promise<void> => {
  worker.process.kill("SIGSTOP")
  await pause(LEASE_MILLISECONDS * 3)
  worker.process.kill("SIGCONT")
}

const settle = async (firm: Firm): Promise<void> => {
  const stop = new AbortController()
  const work = firm.work({ signal: stop.signal, pollMilliseconds: 25, leaseMilliseconds: LEASE_MILLISECONDS })
  let least = Number.POSITIVE_INFINITY
  let giveUpAt = 0
  for (;;) {
    const { jobs, outbox } = await firm.health()
    const left = jobs.waiting + jobs.running + outbox.waiting + outbox.running
    if (left < least) giveUpAt = Date.now() + STUCK_MILLISECONDS
    least = Math.min(least, left)
    if (left === 0 || Date.now() > giveUpAt) break
    await pause(50)
  }
  stop.abort()
  await work
}

/** Does what a person does who finds work that was given up; gives how much. */
const retryParked = async ({ jobs, events }: Firm): Promise<number> => {
  let retried = 0
  for (const desk of [jobs, events])
    for (const { id, failure } of await desk.list({ tenant: "acme" })) {
      if (failure?.tag !== "LeaseLost") throw new Error(`${id} was given up: ${JSON.stringify(failure)}`)
      await desk.retry({ tenant: "acme", id })
      retried += 1
    }
  return retried
}

const counted = async (
  firm: Firm,
  booked: readonly string[],
  { killed, stops }: Workers,
): Promise<Omit<Killed, "retried">> => {
  const ada = firm.as({ tenant: "acme", user: "ada" })
  const found = new Map<string, number>()
  for await (const { about } of ada.rooms.letters.each({ limit: 1_000 })) found.set(about, (found.get(about) ?? 0) + 1)
  const expected = booked.flatMap((id) => [`remind ${id}`, `tidy one ${id}`, `tidy two ${id}`, `booked ${id}`])
  const seats = [...found.keys()].filter((about) => about.startsWith("seat "))
  const { jobs, outbox } = await firm.health()
  const { broken } = await firm.journal.verify({ tenant: "acme" })
  return {
    kills: killed.length,
    stops,
    doneByWorkers: killed.flatMap(({ lines }) => lines()).filter((line) => line.endsWith(" done")).length,
    effects: [...found.values()].reduce((sum, count) => sum + count, 0),
    missing: [
      ...expected.filter((about) => !found.has(about)),
      ...Array.from({ length: booked.length - seats.length }, () => "seat"),
    ],
    doubled: [...found].filter(([, count]) => count > 1).map(([about]) => about),
    stuck: jobs.waiting + jobs.running + jobs.parked + outbox.waiting + outbox.running + outbox.parked,
    isJournalWhole: broken === null,
  }
}
