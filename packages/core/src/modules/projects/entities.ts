/** Projects: the work that an order asks for, in phases. */
import { entity, type Rooted, type RowOf } from "../../kernel/entity.ts"
import { boolean, children, choice, date, defaulted, integer, optional, ref, text } from "../../kernel/field.ts"
import { Order } from "../orders/entities.ts"
import { Unit, User } from "../organisation/entities.ts"
import { Company } from "../parties/entities.ts"

/** A phase of a project: a task of the accepted quote, with the effort that was sold. */
export const Phase = entity("phase", {
  key: text({ maxLength: 40 }),
  name: text(),
  originalEffortMinutes: integer({ min: 0 }),
  start: optional(date()),
  finish: optional(date()),
  isCompleted: defaulted(boolean(), false),
})

/** A project for a customer. */
export const Project = entity(
  "project",
  {
    number: text({ unique: true, search: "exact", maxLength: 40 }),
    name: text({ search: "words" }),
    customer: ref(Company),
    order: optional(ref(Order, { unique: true })),
    manager: optional(ref(User)),
    /** The unit that sold it. */
    unit: optional(ref(Unit)),
    status: choice(["open", "closed"]),
    start: optional(date()),
    deadline: optional(date()),
    phases: children(Phase, { by: "project" }),
  },
  { scope: { owner: "manager", unit: "unit" } },
)
export interface Project extends RowOf<typeof Project.fields>, Rooted<"project"> {}
