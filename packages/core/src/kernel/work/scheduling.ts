/**
 * Scheduling: each period of a scheduled job becomes one job. The table remembers, per tenant and job, the last period
 * and when the next one is due; it only ever moves forward, so a clock that jumps back brings nothing twice.
 */
import type { Instant } from "../field.ts"
import type { Machine } from "../machine.ts"
import { recordsOf } from "../records.ts"
import { tenantOf } from "../standing.ts"
import type { StoredRow, Table, Transaction } from "../store.ts"
import { Tenant } from "../tenant.ts"
import type { Schedule } from "./job.ts"
import type { NewJob } from "./jobs.ts"
import { type DuePeriod, NEVER, nextPeriod, onlyPeriod } from "./schedule.ts"

/** How far each schedule has come in each tenant. */
export const SCHEDULE_TABLE = "job_schedule"

const text = (name: string): Table["columns"][number] => ({ name, type: "text", nullable: false })

/** The table of schedules. */
export const SCHEDULE_TABLES: readonly Table[] = [
  {
    name: SCHEDULE_TABLE,
    owner: "kernel",
    columns: [text("id"), text("since"), text("next_at")],
    primaryKey: ["id"],
    uniques: [],
    foreignKeys: [],
    indexes: [["id", "next_at"]],
  },
]

/**
 * Begins the schedules that a tenant does not know yet: their first period is the first that is due from now on.
 * Gives how many tenants began one.
 */
export const beginSchedules = async (machine: Machine): Promise<number> => {
  const { schedules } = machine.model.wiring.work
  if (schedules.size === 0) return 0
  const missing = await machine.store.read(async (reader) => {
    const tenants = await reader.tenants({ table: Tenant.name })
    const unknown = new Map<string, string[]>()
    for (const kind of schedules.keys()) {
      const where = { op: "eq", column: "id", value: kind } as const
      const known = new Set(await reader.tenants({ table: SCHEDULE_TABLE, where }))
      for (const tenant of tenants) if (!known.has(tenant)) unknown.set(tenant, [...(unknown.get(tenant) ?? []), kind])
    }
    return unknown
  })
  for (const [tenant, kinds] of missing) await beginIn(machine, tenant, kinds)
  return missing.size
}

const beginIn = (machine: Machine, tenant: string, kinds: readonly string[]): Promise<void> =>
  machine.store.write(async (tx) => {
    const { zone } = await zoneOf(machine, tx, tenant)
    const now = machine.clock.now()
    // Another worker may have been faster: whoever waits for the tenant's lock finds its rows.
    const known = new Set((await tx.select({ table: SCHEDULE_TABLE, tenant })).map((row) => row["id"]))
    const rows = kinds
      .filter((kind) => !known.has(kind))
      .map((kind) => {
        const schedule = machine.model.wiring.work.schedules.get(kind) as Schedule
        return {
          id: kind,
          since: now,
          next_at: schedule.every === "once" ? now : nextPeriod(schedule, now, zone).dueAt,
        }
      })
    if (rows.length > 0) await tx.insert(SCHEDULE_TABLE, tenant, rows)
  })

const zoneOf = async (machine: Machine, tx: Transaction, tenant: string): Promise<Tenant> => {
  await tx.lock(Tenant.name, tenant, [tenant])
  return tenantOf(recordsOf(machine.model, machine.derived, tx, tenant), tenant)
}

/** Periods per schedule and transaction: what a long outage has left is caught up in several. */
const MOST_PERIODS = 100

/** Makes jobs of the periods that are due, oldest first; gives how many. */
export const makeScheduledJobs = async (machine: Machine): Promise<number> => {
  const { schedules } = machine.model.wiring.work
  if (schedules.size === 0) return 0
  const now = machine.clock.now()
  const where = {
    op: "and",
    of: [
      { op: "in", column: "id", values: [...schedules.keys()] },
      { op: "lte", column: "next_at", value: now },
    ],
  } as const
  const tenants = await machine.store.read((reader) => reader.tenants({ table: SCHEDULE_TABLE, where }))
  let made = 0
  for (const tenant of tenants) {
    made += await machine.store.write(async (tx) => {
      const { zone } = await zoneOf(machine, tx, tenant)
      const due = await tx.select({ table: SCHEDULE_TABLE, tenant, where })
      return makeJobs(machine, tx, { tenant, zone, now }, due)
    })
  }
  return made
}

const makeJobs = async (
  machine: Machine,
  tx: Transaction,
  { tenant, zone, now }: { readonly tenant: string; readonly zone: string; readonly now: Instant },
  due: readonly StoredRow[],
): Promise<number> => {
  let made = 0
  for (const row of due) {
    const kind = String(row["id"])
    const schedule = machine.model.wiring.work.schedules.get(kind) as Schedule
    const { periods, next } = duePeriods(schedule, String(row["next_at"]) as Instant, now, zone)
    const jobs = periods.map((period) => jobOf(machine, kind, period))
    await machine.jobs.add(tx, tenant, jobs)
    await tx.update(SCHEDULE_TABLE, tenant, [{ id: kind, expectedVersion: null, set: { next_at: next } }])
    made += jobs.length
  }
  return made
}

const justBefore = (at: Instant): Instant => new Date(Date.parse(at) - 1).toISOString() as Instant

/** The periods that are due by now, and when the one after them is. */
const duePeriods = (
  schedule: Schedule,
  dueAt: Instant,
  now: Instant,
  zone: string,
): { readonly periods: readonly DuePeriod[]; readonly next: Instant } => {
  if (schedule.every === "once") return { periods: [onlyPeriod(dueAt, zone)], next: NEVER }
  const periods: DuePeriod[] = []
  // The row says when the next one is due; the period of that instant is the first after the moment before it.
  let period = nextPeriod(schedule, justBefore(dueAt), zone)
  for (; period.dueAt <= now && periods.length < MOST_PERIODS; period = nextPeriod(schedule, period.dueAt, zone))
    periods.push(period)
  return { periods, next: period.dueAt }
}

/** One stream per schedule: a period begins when the one before it is done or parked. */
const jobOf = (machine: Machine, kind: string, { period, dueOn, dueAt }: DuePeriod): NewJob => ({
  id: machine.ids.next(dueAt),
  kind,
  key: period,
  stream: kind,
  place: Date.parse(dueAt),
  dueAt,
  actsFor: "system",
  body: { payload: { period, dueOn } },
})
