/** Quote work: a quote's planned tasks as activities that `@anbud/scheduling` can place. */
import type { Activity, Precedence, QuoteWork } from "@anbud/scheduling"
import type { PlannedTask } from "../quotes/entities.ts"
import { UnknownReference } from "../quotes/quotes.ts"
import type { Resource } from "./entities.ts"
import type { CapacityFacts } from "./planningData.ts"

/** A quote's work, and which task each of its activities is part of. */
export interface PlannedQuote {
  readonly work: QuoteWork
  readonly taskOf: ReadonlyMap<string, PlannedTask>
}

/**
 * One activity for each planned person of a task, or one for whoever has the skill if nobody is planned; each comes
 * after everybody's part of the tasks before it.
 *
 * Refuses with `UnknownReference` a person who is no resource: such a person has no hours to plan.
 */
export const workOf = (
  facts: CapacityFacts,
  quote: string,
  tasks: readonly PlannedTask[],
): PlannedQuote | UnknownReference => {
  const taskOf = new Map<string, PlannedTask>()
  const activities: Activity[] = []
  for (const task of tasks) {
    for (const [index, person] of task.people.entries()) {
      const resource = facts.people.get(person.user)
      const path = `plan of ${task.task}, people[${index}]`
      if (!resource) return new UnknownReference({ path, entity: "resource", value: person.user })
      activities.push(activityOf(task, person.user, person.effortMinutes, { resource: resource.code }))
    }
    if (task.people.length === 0) activities.push(activityOf(task, "", task.effortMinutes, { skill: task.skill }))
    for (const id of idsOf(task)) taskOf.set(id, task)
  }
  const ids = new Map(tasks.map((task) => [task.task, idsOf(task)]))
  const precedences = tasks.flatMap((task) =>
    task.after.flatMap((before) =>
      (ids.get(before) ?? []).flatMap((from): readonly Precedence[] => idsOf(task).map((to) => ({ from, to }))),
    ),
  )
  return { work: { id: quote, activities, precedences }, taskOf }
}

const activityOf = (
  task: PlannedTask,
  user: string,
  effortMinutes: number,
  demand: Activity["demand"][number],
): Activity => ({
  id: activityId(task.task, user),
  name: task.name,
  effortMinutes,
  demand: [demand],
  status: "reserved",
})

const idsOf = ({ task, people }: PlannedTask): readonly string[] =>
  people.length === 0 ? [activityId(task, "")] : people.map(({ user }) => activityId(task, user))

/** The resources whose hours the tasks may take: the planned people, or everybody where a task names only a skill. */
export const takersOf = (
  { resources, people }: Pick<CapacityFacts, "resources" | "people">,
  tasks: readonly PlannedTask[],
): readonly Resource[] =>
  tasks.some((task) => task.people.length === 0)
    ? resources
    : tasks.flatMap((task) => task.people.flatMap(({ user }) => people.get(user) ?? []))

// A login may hold a slash: without this, two tasks and two people could make one id.
const activityId = (task: string, user: string): string => `${task}/${user.replace(/[%/]/g, encodeURIComponent)}`
