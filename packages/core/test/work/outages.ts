/**
 * Outages: schedules over some years, of tenants in many zones, whose workers are away for hours or weeks, and whose clock
 * now and then jumps back. What the test and the proof share.
 */
import { sqlite } from "@anbud/adapter-sqlite"
import {
  createEngine,
  daily,
  fixedClock,
  type HandlerContext,
  type Instant,
  type JobPeriod,
  monthly,
  plugin,
  standard,
  weekly,
} from "@anbud/core"
import { type RoomsPlugin, rooms, write } from "./roomsPlugin.ts"

/** How much of it. */
export interface OutageOptions {
  readonly tenants: number
  readonly months: number
  /** A number from 0 to 1, the same in every run of one seed. */
  readonly random: () => number
}

/** What came of it. */
export interface Outages {
  readonly schedules: number
  /** Periods that lie wholly between the beginning and the end. */
  readonly expected: number
  readonly missing: readonly string[]
  readonly doubled: readonly string[]
  /** Periods that came before their day. */
  readonly early: readonly string[]
  readonly clockJumpsBack: number
  readonly longestOutageDays: number
  readonly isJournalWhole: boolean
}

/** Far apart, with changes of clocks on both sides of the equator, one at midnight and one of half an hour. */
const ZONES = [
  "Europe/Stockholm",
  "America/New_York",
  "Australia/Lord_Howe",
  "America/Santiago",
  "Pacific/Apia",
  "Asia/Kathmandu",
  "Africa/Cairo",
  "UTC",
]
const START = Date.parse("2025-01-15T12:00:00.000Z")
const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Monthly ones on each of these days, a weekly one on each of these, and one that is daily. */
const DAYS_OF_MONTH = [1, 2, 7, 14, 15, 28, 29, 30, 31]
const WEEKDAYS = ["monday", "thursday", "sunday"] as const

const note =
  (name: string) =>
  async (ctx: HandlerContext, { period }: JobPeriod): Promise<void> => {
    await ctx.finish(write, { about: `${name} ${period}`, words: "once" })
  }

const SCHEDULES = [
  ...DAYS_OF_MONTH.map((day) => monthly(`month${day}`, day, note(`month${day}`), { at: "02:30" })),
  ...WEEKDAYS.map((on) => weekly(`week${on}`, on, note(`week${on}`), { at: "00:00" })),
  daily("day", note("day"), { at: "23:30" }),
]

const ticking = plugin("ticking", { needs: ["rooms"], entities: [], jobs: SCHEDULES })

const open = async (onIdle: () => void) => {
  const clock = fixedClock(new Date(START).toISOString() as Instant)
  const engine = await createEngine({
    store: sqlite({ file: ":memory:" }),
    clock,
    plugins: { organisation: standard.organisation, rooms: rooms as RoomsPlugin, ticking },
    log: (_, event) => {
      if (event === "worker.idle") onIdle()
    },
  })
  return { engine, clock }
}

/** Runs it all. */
export const outages = async ({ tenants, months, random }: OutageOptions): Promise<Outages> => {
  let idle = (): void => undefined
  const { engine, clock } = await open(() => idle())
  const names = Array.from({ length: tenants }, (_, index) => `firm-${index}`)
  try {
    for (const [index, id] of names.entries()) {
      const zone = ZONES[index % ZONES.length] ?? "UTC"
      await engine.tenants.create({ id, name: id, currency: "SEK", zone, admin: "ada" })
    }
    const workOff = async (): Promise<void> => {
      const stop = new AbortController()
      let done = 0
      let before = -1
      idle = () => {
        if (done === before) stop.abort()
        before = done
      }
      await engine.work({ signal: stop.signal, pollMilliseconds: 1, concurrency: 8, onProgress: () => void done++ })
    }
    await workOff()
    const end = START + months * 30.4 * DAY
    let now = START
    let clockJumpsBack = 0
    let longestOutage = 0
    while (now < end) {
      // Mostly some hours or days, sometimes weeks in which nobody works.
      const away = random() < 0.1 ? random() * 60 * DAY : random() * 5 * DAY
      longestOutage = Math.max(longestOutage, away)
      now = Math.min(end, now + away)
      clock.set(new Date(now).toISOString() as Instant)
      await workOff()
      if (random() > 0.2) continue
      clock.set(new Date(now - random() * 10 * DAY).toISOString() as Instant)
      clockJumpsBack += 1
      await workOff()
      clock.set(new Date(now).toISOString() as Instant)
    }
    await workOff()
    const found = { clockJumpsBack, longestOutageDays: Math.round(longestOutage / DAY) }
    return { ...found, schedules: tenants * SCHEDULES.length, ...(await counted(engine, names, end)) }
  } finally {
    await engine.close()
  }
}

type Firm = Awaited<ReturnType<typeof open>>["engine"]

const counted = async (engine: Firm, tenants: readonly string[], end: number) => {
  const missing: string[] = []
  const doubled: string[] = []
  const early: string[] = []
  let expected = 0
  let isJournalWhole = true
  const { wanted, possible } = periodsUntil(end)
  for (const tenant of tenants) {
    const times = new Map<string, number>()
    const ada = engine.as({ tenant, user: "ada" })
    for await (const { about } of ada.rooms.letters.each({ limit: 1_000 }))
      times.set(about, (times.get(about) ?? 0) + 1)
    expected += wanted.size
    for (const period of wanted) if (!times.has(period)) missing.push(`${tenant} ${period}`)
    for (const [period, count] of times) {
      if (count > 1) doubled.push(`${tenant} ${period}`)
      if (!possible.has(period)) early.push(`${tenant} ${period}`)
    }
    isJournalWhole &&= (await engine.journal.verify({ tenant })).broken === null
  }
  return { expected, missing, doubled, early, isJournalWhole }
}

/**
 * The periods, counted day by day and without the engine: those that every zone must have had, and beside them those
 * whose day is the first or the last, which some zones have had.
 */
const periodsUntil = (end: number): { readonly wanted: Set<string>; readonly possible: Set<string> } => {
  const wanted = new Set<string>()
  const possible = new Set<string>()
  const last = Math.floor(end / DAY)
  const first = Math.floor(START / DAY)
  for (let day = first - 1; day <= last + 1; day += 1) {
    for (const period of periodsOn(new Date(day * DAY))) {
      possible.add(period)
      if (day > first + 1 && day < last - 1) wanted.add(period)
    }
  }
  return { wanted, possible }
}

const periodsOn = (date: Date): readonly string[] => {
  const text = date.toISOString().slice(0, 10)
  const [month, number] = [text.slice(0, 7), date.getUTCDate()]
  const isLast = new Date(date.getTime() + DAY).getUTCDate() === 1
  const days = DAYS_OF_MONTH.filter((day) => day === number || (isLast && day > number))
  const weekday = WEEKDAYS.filter((name) => [4, 7, 1][["thursday", "sunday", "monday"].indexOf(name)] === isoDay(date))
  return [
    `day ${text}`,
    ...days.map((day) => `month${day} ${month}`),
    ...weekday.map((name) => `week${name} ${isoWeek(date)}`),
  ]
}

const isoDay = (date: Date): number => date.getUTCDay() || 7

/** The week that holds the first Thursday of a year is its first. */
const isoWeek = (date: Date): string => {
  const monday = new Date(date.getTime() - (isoDay(date) - 1) * DAY)
  const year = new Date(monday.getTime() + 3 * DAY).getUTCFullYear()
  const fourth = new Date(Date.UTC(year, 0, 4))
  const firstMonday = fourth.getTime() - (isoDay(fourth) - 1) * DAY
  return `${year}-W${String(1 + Math.round((monday.getTime() - firstMonday) / (7 * DAY))).padStart(2, "0")}`
}
