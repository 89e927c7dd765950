/** Planning data: capacity's records as `@anbud/scheduling` reads them. */
import {
  type Booking,
  compile,
  isoOf,
  type Model,
  type Piece,
  type Plan,
  type Resource as Plannable,
  type PlanningData,
  plan,
  type QuoteWork,
  type Week,
} from "@anbud/scheduling"
import type { ChildRow } from "../../kernel/entity.ts"
import type { Instant, LocalDate } from "../../kernel/field.ts"
import { localDate } from "../../kernel/localDate.ts"
import type { Reads } from "../../kernel/reads.ts"
import { Order } from "../orders/entities.ts"
import { User } from "../organisation/entities.ts"
import { Project } from "../projects/entities.ts"
import { Absence, PublicHoliday, Reservation, ReservationSlot, Resource } from "./entities.ts"

/** First and last date, both inclusive. */
export interface Dates {
  readonly from: LocalDate
  readonly to: LocalDate
}

/** Everything that a plan of the firm's capacity is made from. */
export interface CapacityFacts {
  readonly now: Instant
  readonly today: LocalDate
  readonly zone: string
  /** The dates that the plan must show beside those from today on. */
  readonly shown: Dates | null
  readonly resources: readonly Resource[]
  /** The resources that are people, by login. */
  readonly people: ReadonlyMap<string, Resource>
  readonly absences: readonly ChildRow<typeof Absence>[]
  readonly holidays: readonly PublicHoliday[]
  readonly reservations: readonly Reservation[]
  readonly slots: readonly ChildRow<typeof ReservationSlot>[]
}

/** Loads the facts of a tenant's capacity; what an accepted quote has reserved for itself is no obstacle to it. */
export const loadCapacity = async (
  read: Reads,
  at: { readonly now: Instant; readonly today: LocalDate; readonly zone: string },
  quote: string | null,
  shown: Dates | null = null,
): Promise<CapacityFacts> => {
  const { resources, people } = await loadPeople(read)
  const own = quote === null ? null : await projectOf(read, quote)
  const reservations = (await read.find(Reservation)).filter(({ project }) => project === null || project !== own)
  return {
    now: at.now,
    today: at.today,
    zone: at.zone,
    shown,
    resources,
    people,
    absences: await read.children(
      Absence,
      resources.map(({ id }) => id),
    ),
    holidays: await read.find(PublicHoliday),
    reservations,
    slots: await read.children(
      ReservationSlot,
      reservations.map(({ id }) => id),
    ),
  }
}

/** Loads who can be planned. */
export const loadPeople = async (read: Reads): Promise<Pick<CapacityFacts, "resources" | "people">> => {
  const resources = await read.find(Resource)
  const users = await read.find(User, { id: { in: resources.map(({ user }) => user) } })
  const people = new Map(
    users.flatMap(({ id, login }) => resources.filter(({ user }) => user === id).map((own) => [login, own])),
  )
  return { resources, people }
}

const projectOf = async (read: Reads, quote: string): Promise<string | null> => {
  const order = await read.one(Order, { quote })
  return order ? ((await read.one(Project, { order: order.id }))?.id ?? null) : null
}

const HORIZON_YEARS = 2
const DAY = 86_400_000
/** The longest horizon that calendars are built for. */
const MOST_DAYS = 3650

/** The dates that calendars must be built for: what is shown, and from today on as far as anything is promised. */
export const windowOf = (today: LocalDate, shown: Dates | null): Dates => {
  const last = yearsAfter(today, HORIZON_YEARS)
  if (shown === null) return { from: today, to: last }
  return { from: shown.from < today ? shown.from : today, to: shown.to > last ? shown.to : last }
}

/** Whether calendars can be built for all of these dates. */
export const isPlannable = ({ from, to }: Dates): boolean => daysBetween(from, to) < MOST_DAYS

const daysBetween = (from: LocalDate, to: LocalDate): number => (Date.parse(to) - Date.parse(from)) / DAY

/**
 * The window, begun early enough to hold all of what is still going on: a reservation from Friday to Monday takes only
 * Monday's share on Monday, which a calendar without the Friday could not tell.
 */
const horizonOf = (facts: CapacityFacts, bookings: readonly Booking[]): Dates => {
  const { from, to } = windowOf(facts.today, facts.shown)
  const begun = bookings.reduce((least, booking) => {
    const date = localDate(booking.from as Instant, facts.zone)
    return date < least ? date : least
  }, from)
  const earliest = new Date(Date.parse(to) - (MOST_DAYS - 1) * DAY).toISOString().slice(0, 10) as LocalDate
  return { from: begun > earliest ? begun : earliest, to }
}

/** The facts as planning data; `activities` are planned beside what is reserved. */
export const planningData = (facts: CapacityFacts, work?: QuoteWork): PlanningData => {
  const bookings = bookingsOf(facts)
  return {
    zone: facts.zone,
    horizon: horizonOf(facts, bookings),
    calendars: facts.resources.map((resource) => ({
      id: resource.code,
      zone: facts.zone,
      week: resource.week as Week,
      holidays: facts.holidays.map(({ date, name }) => ({ date, name })),
    })),
    resources: facts.resources.map((resource) => plannable(resource, facts.absences)),
    bookings,
    ...(work ? { activities: work.activities, precedences: work.precedences ?? [] } : {}),
  }
}

const plannable = (resource: Resource, absences: CapacityFacts["absences"]): Plannable => ({
  id: resource.code,
  kind: "person",
  name: resource.name,
  calendar: resource.code,
  skills: resource.skills.map((skill) => ({ skill })),
  absences: absences
    .filter(({ parent }) => parent === resource.id)
    .map(({ from, to, reason }) => ({ from, to, reason })),
  employedFrom: resource.employedFrom,
  ...(resource.employedTo === null ? {} : { employedTo: resource.employedTo }),
  billableTargetPpm: resource.billableTargetPpm,
})

/** What is reserved from now on, or from the first date that is shown. */
const bookingsOf = (facts: CapacityFacts): readonly Booking[] => {
  const { from } = windowOf(facts.today, facts.shown)
  const codes = new Map(facts.resources.map(({ id, code }) => [id, code]))
  const reservations = new Map(facts.reservations.map((reservation) => [reservation.id as string, reservation]))
  return facts.slots.flatMap((slot): readonly Booking[] => {
    const reservation = reservations.get(slot.parent)
    const isOver = from < facts.today ? localDate(slot.to, facts.zone) < from : slot.to <= facts.now
    if (!reservation || isOver) return []
    const { resource, label, certainty } = reservation
    const { id, to, minutes } = slot
    return [{ id, resource: codes.get(resource) ?? "", from: slot.from, to, minutes, label, certainty }]
  })
}

/** The plan of what is reserved; records that do not fit together are a bug, for rules keep them from being written. */
export const planOf = (facts: CapacityFacts): Plan => {
  const model = compile(planningData(facts))
  if (!model.ok) throw new Error(`Capacity does not compile: ${JSON.stringify(model.error)}`)
  return planned(model.value, facts.now)
}

/** The plan of what is reserved with the work in it, or why there can be none. */
export const planWith = (facts: CapacityFacts, work: QuoteWork): Plan | readonly string[] => {
  const model = compile(planningData(facts, work))
  return model.ok ? planned(model.value, facts.now) : model.error.map(({ hint }) => hint)
}

const planned = (model: Model, now: Instant): Plan => {
  const result = plan(model, { now })
  if (!result.ok) throw new Error(`Capacity cannot be planned: ${JSON.stringify(result.error)}`)
  return result.value
}

/** A piece of a plan as the slot that reserves it. */
export const slotOf = (piece: Piece): { readonly from: Instant; readonly to: Instant; readonly minutes: number } => ({
  from: instantOf(piece.from),
  to: instantOf(piece.to),
  minutes: piece.minutes,
})

/** A minute of scheduling as an instant. */
export const instantOf = (minute: number): Instant => isoOf(minute).replace(/(:\d\d)Z$/, "$1:00.000Z") as Instant

const yearsAfter = (date: LocalDate, years: number): LocalDate =>
  `${Number(date.slice(0, 4)) + years}${date.slice(4).replace("-02-29", "-02-28")}` as LocalDate
