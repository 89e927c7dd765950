/**
 * Explanation: a chain of reasons as text, in English or Swedish, from the same structure.
 */
import { chainOf } from "./chain.ts"
import { civilFromDays, DAY, dateOfDay, type Minute } from "./instant.ts"
import type { Plan } from "./plan.ts"
import { stateOf } from "./planning.ts"
import type { DeliveryPromise } from "./promise.ts"
import type { ChainLink, Reason } from "./reason.ts"
import { toLocal, type Zone } from "./zone.ts"

/** Languages that explanations are written in. */
export type Language = "en" | "sv"

/** Why one activity of a plan finishes when it does. */
export interface Explanation {
  readonly activity: string
  readonly now: Minute
  readonly finish: Minute
  /** Links add up to finish − now. */
  readonly chain: readonly ChainLink[]
  readonly names: Readonly<Record<string, string>>
}

/** The chain of reasons behind one activity of a plan, or undefined if it has no place there. */
export const explain = (plan: Plan, activity: string): Explanation | undefined => {
  const { model, sheet } = stateOf(plan)
  const index = model.activityIndex.get(activity)
  const placement = index === undefined ? undefined : sheet.placements[index]
  if (placement === undefined) return undefined
  const names: Record<string, string> = {}
  for (const each of model.bookings) names[each.id] = each.data.label ?? each.id
  for (const each of [...model.activities, ...model.resources]) names[each.id] = each.name
  return { activity, now: plan.now, finish: placement.assignment.finish, chain: chainOf(sheet, placement), names }
}

/**
 * A chain as text, one line per link and cause. Dates are those of `zone`.
 *
 * @example explainChain(given.criticalChain, given.names, zone, "sv")
 */
export const explainChain = (
  chain: readonly ChainLink[],
  names: Readonly<Record<string, string>>,
  zone: Zone,
  language: Language,
): readonly string[] => {
  const say = texts[language]
  const name = (id: string): string => names[id] ?? id
  const at = (minute: Minute): string => clockOf(zone, minute)
  return chain.flatMap((link) => [
    say.link(link.name, [...new Set(link.resources.map(name))].join(", "), at(link.from), at(link.to)),
    `  ${say.work(hoursOf(link.workMinutes))}`,
    ...link.waits.map((wait) => `  ${hoursOf(wait.minutes)}: ${reasonText(wait.reason, language, name, zone)}`),
    ...(link.only === undefined ? [] : [`  ${reasonText(link.only, language, name, zone)}`]),
  ])
}

/** The whole promise as text: the date, then its chain. */
export const explainPromise = (given: DeliveryPromise, plan: Plan, language: Language): string => {
  const { zone } = stateOf(plan).model
  const say = texts[language]
  const head =
    given.deterministic === undefined
      ? say.noDate(given.unplaced.map((each) => each.hint).join(" "))
      : say.date(given.deterministic.date)
  return [head, ...explainChain(given.criticalChain, given.names, zone, language)].join("\n")
}

/** One reason as a phrase. */
export const reasonText = (reason: Reason, language: Language, name: (id: string) => string, zone: Zone): string => {
  const say = texts[language]
  switch (reason._tag) {
    case "Now":
      return say.now
    case "Predecessor":
      return say.predecessor(name(reason.activity))
    case "EarliestStart":
      return say.earliest(dateIn(zone, reason.at))
    case "ResourceBusy":
      return say.busy(name(reason.resource), listOf(reason.blockedBy.map(name)))
    case "Calendar": {
      if (reason.kind === "closed") return say.closed(name(reason.resource))
      const label = reason.kind === "notEmployed" ? say.notEmployed : reason.reason
      return say.away(
        name(reason.resource),
        label,
        dateIn(zone, reason.from),
        dateIn(zone, reason.to - 1),
        reason.kind === "absence",
      )
    }
    case "SkillOnly":
      return say.only(reason.skill, listOf(reason.resources.map(name)))
    case "Freeze":
      return say.freeze(dateIn(zone, reason.until))
    case "Pinned":
      return say.pinned
    case "LimitPerDay":
      return say.limit(name(reason.resource), reason.per)
  }
}

const texts = {
  en: {
    date: (date: string) => `Delivery ${date}.`,
    noDate: (why: string) => `No date can be given. ${why}`,
    link: (activity: string, who: string, from: string, to: string) =>
      `${activity}${who === "" ? "" : ` (${who})`}: ${from} to ${to}`,
    work: (hours: string) => `${hours}: work`,
    now: "can start at once",
    predecessor: (activity: string) => `waits for ${activity}`,
    earliest: (date: string) => `may not start before ${date}`,
    busy: (who: string, by: string) => `${who} is busy with ${by}`,
    closed: (who: string) => `outside the working hours of ${who}`,
    away: (who: string, why: string, from: string, to: string, absent: boolean) =>
      `${who} ${absent ? "is away" : "does not work"} (${why}) ${span(from, to)}`,
    notEmployed: "not employed",
    only: (skill: string, who: string) => `only ${who} can do ${skill}`,
    freeze: (date: string) => `the plan is frozen until ${date}`,
    pinned: "stands fixed",
    limit: (who: string, per: string) => `${who} has reached the limit per ${per}`,
  },
  sv: {
    date: (date: string) => `Leverans ${date}.`,
    noDate: (why: string) => `Inget datum kan ges. ${why}`,
    link: (activity: string, who: string, from: string, to: string) =>
      `${activity}${who === "" ? "" : ` (${who})`}: ${from} till ${to}`,
    work: (hours: string) => `${hours}: arbete`,
    now: "kan börja genast",
    predecessor: (activity: string) => `väntar på ${activity}`,
    earliest: (date: string) => `får inte börja före ${date}`,
    busy: (who: string, by: string) => `${who} är upptagen med ${by}`,
    closed: (who: string) => `utanför arbetstiden för ${who}`,
    away: (who: string, why: string, from: string, to: string, absent: boolean) =>
      `${who} ${absent ? "är frånvarande" : "arbetar inte"} (${why}) ${span(from, to)}`,
    notEmployed: "ej anställd",
    only: (skill: string, who: string) => `endast ${who} kan utföra ${skill}`,
    freeze: (date: string) => `planen är fryst till ${date}`,
    pinned: "ligger fast",
    limit: (who: string, per: string) => `${who} har nått gränsen per ${per === "day" ? "dag" : "vecka"}`,
  },
} as const

const span = (from: string, to: string): string => (from === to ? from : `${from} – ${to}`)

/** Names in order, each once (several tasks of one project may share a label); three and a count if they are many. */
const listOf = (all: readonly string[]): string => {
  const names = [...new Set(all)]
  return names.length <= 4 ? names.join(", ") : `${names.slice(0, 3).join(", ")} (+${names.length - 3})`
}

const hoursOf = (minutes: number): string =>
  `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`

const dateIn = (zone: Zone, minute: Minute): string => dateOfDay(Math.floor(toLocal(zone, minute) / DAY))

const clockOf = (zone: Zone, minute: Minute): string => {
  const local = toLocal(zone, minute)
  const day = Math.floor(local / DAY)
  const [year, month, date] = civilFromDays(day)
  const rest = local - day * DAY
  const two = (value: number): string => String(value).padStart(2, "0")
  return `${year}-${two(month)}-${two(date)} ${two(Math.floor(rest / 60))}:${two(rest % 60)}`
}
