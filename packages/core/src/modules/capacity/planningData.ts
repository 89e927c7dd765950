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
import type { Reads } from "../../kernel/reads.ts"
import { Order } from "../orders/entities.ts"
import { User } from "../organisation/entities.ts"
import { Project } from "../projects/entities.ts"
import { Absence, PublicHoliday, Reservation, ReservationSlot, Resource } from "./entities.ts"

/** Everything that a plan of the firm's capacity is made from. */
export interface CapacityFacts {
  readonly now: Instant
  readonly today: LocalDate
  readonly zone: string
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
): Promise<CapacityFacts> => {
  const resources = await read.find(Resource)
  const users = await read.find(User, { id: { in: resources.map(({ user }) => user) } })
  const own = quote === null ? null : await projectOf(read, quote)
  const reservations = (await read.find(Reservation)).filter(({ project }) => project === null || project !== own)
  return {
    now: at.now,
    today: at.today,
    zone: at.zone,
    resources,
    people: new Map(
      users.flatMap(({ id, login }) => resources.filter(({ user }) => user === id).map((own) => [login, own])),
    ),
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

const projectOf = async (read: Reads, quote: string): Promise<string | null> => {
  const order = await read.one(Order, { quote })
  return order ? ((await read.one(Project, { order: order.id }))?.id ?? null) : null
}

const HORIZON_YEARS = 2

/** The facts as planning data; `activities` are planned beside what is reserved. */
export const planningData = (facts: CapacityFacts, work?: QuoteWork): PlanningData => ({
  zone: facts.zone,
  horizon: { from: facts.today, to: yearsAfter(facts.today, HORIZON_YEARS) },
  calendars: facts.resources.map((resource) => ({
    id: resource.code,
    zone: facts.zone,
    week: resource.week as Week,
    holidays: facts.holidays.map(({ date, name }) => ({ date, name })),
  })),
  resources: facts.resources.map((resource) => plannable(resource, facts.absences)),
  bookings: bookingsOf(facts),
  ...(work ? { activities: work.activities, precedences: work.precedences ?? [] } : {}),
})

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

const bookingsOf = (facts: CapacityFacts): readonly Booking[] => {
  const codes = new Map(facts.resources.map(({ id, code }) => [id, code]))
  return facts.reservations.flatMap((reservation) =>
    facts.slots
      .filter((slot) => slot.parent === reservation.id && slot.to > facts.now)
      .map((slot) => ({
        id: slot.id,
        resource: codes.get(reservation.resource) ?? "",
        from: slot.from,
        to: slot.to,
        minutes: slot.minutes,
        label: reservation.label,
        certainty: reservation.certainty,
      })),
  )
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
