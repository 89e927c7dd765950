/** Rules of capacity: what every record must hold so that a plan can be made of it. */
import { type Rule, rule } from "../../kernel/rule.ts"
import { Absence, ReservationSlot, Resource } from "./entities.ts"
import { isWeek } from "./week.ts"

const ALL_PPM = 1_000_000
const MINUTE = 60_000
/** The most that one stretch may take: about 19 years of minutes. */
const MOST_MINUTES = 10_000_000

/** The rules, each with the field that it names. */
export const capacityRules: readonly Rule[] = [
  rule(Absence, (row) => (row.to >= row.from ? null : { field: "to", rule: "must not be before from" })),
  rule(Resource, (row) => (row.code.trim() === "" ? { field: "code", rule: "must not be blank" } : null)),
  rule(Resource, (row) =>
    isWeek(row.week) ? null : { field: "week", rule: "must be seven lists of hours in order, such as 08:00 to 12:00" },
  ),
  rule(Resource, ({ skills }) =>
    Array.isArray(skills) && skills.every((skill) => typeof skill === "string" && skill.trim() !== "")
      ? null
      : { field: "skills", rule: "must be a list of names" },
  ),
  rule(Resource, ({ billableTargetPpm }) =>
    billableTargetPpm >= 0 && billableTargetPpm <= ALL_PPM
      ? null
      : { field: "billableTargetPpm", rule: "must be 0 % to 100 %" },
  ),
  rule(Resource, ({ employedFrom, employedTo }) =>
    employedTo === null || employedTo >= employedFrom
      ? null
      : { field: "employedTo", rule: "must not be before employedFrom" },
  ),
  rule(ReservationSlot, ({ from, to }) => (to > from ? null : { field: "to", rule: "must be after from" })),
  rule(ReservationSlot, ({ from, to, minutes }) =>
    minutes <= Math.min((Date.parse(to) - Date.parse(from)) / MINUTE, MOST_MINUTES)
      ? null
      : { field: "minutes", rule: "must fit between from and to" },
  ),
]
