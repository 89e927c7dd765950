/** Time: who worked how long on what. */
import { entity, type Rooted, type RowOf } from "../../kernel/entity.ts"
import { boolean, choice, date, defaulted, duration, money, optional, ref, text } from "../../kernel/field.ts"
import { Unit, User } from "../organisation/entities.ts"
import { Phase, Project } from "../projects/entities.ts"

/** A time entry; the cost of its hour is frozen when it is logged. */
export const TimeEntry = entity(
  "timeEntry",
  {
    user: ref(User),
    /** The unit of whoever worked, on the day it was logged. */
    unit: optional(ref(Unit)),
    project: ref(Project),
    phase: optional(ref(Phase)),
    date: date(),
    workedSeconds: duration(),
    description: text({ personal: { category: "S", of: "user", on: "anonymise" } }),
    isBillable: defaulted(boolean(), true),
    hourCost: optional(money()),
    status: choice(["registered", "approved", "rejected", "invoiced"]),
  },
  { scope: { owner: "user", unit: "unit" } },
)
export interface TimeEntry extends RowOf<typeof TimeEntry.fields>, Rooted<"timeEntry"> {}
