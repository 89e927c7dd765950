/** Capacity: when people work, what they can do, when they are away, and what they are reserved for. */
import { entity, type Rooted, type RowOf } from "../../kernel/entity.ts"
import { children, choice, date, instant, integer, json, optional, percent, ref, text } from "../../kernel/field.ts"
import { User } from "../organisation/entities.ts"
import { Project } from "../projects/entities.ts"

/** Local open hours of a day: from, to. */
export type Hours = readonly [from: string, to: string]
/** Seven lists of open hours, Monday first. */
export type WeekHours = readonly (readonly Hours[])[]

/** Days on which a person is away. */
export const Absence = entity("absence", {
  from: date(),
  to: date(),
  reason: text({ maxLength: 200 }),
})

/** A person who can be planned. */
export const Resource = entity(
  "resource",
  {
    /** The firm's own key for the resource; for a person, the login. */
    code: text({ unique: true, search: "exact", maxLength: 80 }),
    user: ref(User, { unique: true }),
    name: text({ search: "words" }),
    week: json<WeekHours>(),
    skills: json<readonly string[]>(),
    employedFrom: date(),
    employedTo: optional(date()),
    /** The share of the open hours that may be sold. */
    billableTargetPpm: percent(),
    absences: children(Absence, { by: "resource" }),
  },
  { scope: { owner: "user" } },
)
export interface Resource extends RowOf<typeof Resource.fields>, Rooted<"resource"> {}

/** A public holiday of a country. */
export const PublicHoliday = entity("publicHoliday", {
  country: text({ maxLength: 2 }),
  date: date(),
  name: text({ maxLength: 100 }),
})
export interface PublicHoliday extends RowOf<typeof PublicHoliday.fields>, Rooted<"publicHoliday"> {}

/** A stretch of reserved time: so many open minutes between two instants. */
export const ReservationSlot = entity("reservationSlot", {
  from: instant(),
  to: instant(),
  minutes: integer({ min: 1 }),
})

/** Time of a resource that is taken. */
export const Reservation = entity("reservation", {
  resource: ref(Resource),
  label: text({ maxLength: 200 }),
  certainty: choice(["firm", "tentative"]),
  project: optional(ref(Project)),
  /** The key of the project's phase. */
  task: optional(text({ maxLength: 40 })),
  slots: children(ReservationSlot, { by: "reservation" }),
})
export interface Reservation extends RowOf<typeof Reservation.fields>, Rooted<"reservation"> {}
