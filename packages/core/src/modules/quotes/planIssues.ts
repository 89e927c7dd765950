/** Plan issues: what is wrong with the tasks that a new quote's lines plan, before anything is looked up. */
import { decode } from "../../facets/codec.ts"
import { type Fields, integer, json, text } from "../../kernel/field.ts"
import type { InputIssue } from "../../kernel/refusals.ts"
import type { PlannedTask } from "./entities.ts"
import { isCounted, type PlanningLine } from "./plannedWork.ts"

/** The longest plan that a promise can hold: about 19 years of minutes. */
const MOST_MINUTES = 10_000_000
const key = text({ maxLength: 40, pattern: /\S/, expected: "a key of 1 to 40 characters" })
const minutes = integer({ min: 1, max: MOST_MINUTES })
const TASK = {
  task: key,
  name: text({ maxLength: 150, pattern: /\S/, expected: "a name of 1 to 150 characters" }),
  skill: text({ maxLength: 80 }),
  effortMinutes: minutes,
  people: json<unknown>(),
  after: json<unknown>(),
} satisfies Fields
const PERSON = {
  user: text({ maxLength: 80, pattern: /\S/, expected: "a login" }),
  effortMinutes: minutes,
} satisfies Fields

/** What is wrong with the plans as values, with the path of each: shapes, sums, names used twice, circles. */
export const planIssues = (lines: readonly PlanningLine[]): readonly InputIssue[] => {
  const misshapen = lines.flatMap(({ plan }, index) => (plan === null ? [] : shapeIssues(plan, `lines[${index}].plan`)))
  return misshapen.length > 0 ? misshapen : [...repeatedTasks(lines), ...circles(lines)]
}

const shapeIssues = (plan: PlannedTask, path: string): readonly InputIssue[] => {
  const at = (issues: readonly InputIssue[], below: string): readonly InputIssue[] =>
    issues.map((issue) => ({ ...issue, path: issue.path === "" ? below : `${below}.${issue.path}` }))
  const task = decode(TASK, plan, "create")
  if (!task.ok) return at(task.issues, path)
  const { people, after } = task.values
  const issues: InputIssue[] = []
  if (!Array.isArray(after) || !after.every((name) => typeof name === "string"))
    issues.push({ path: `${path}.after`, message: "must be a list of tasks" })
  if (!Array.isArray(people)) return [...issues, { path: `${path}.people`, message: "must be a list" }]
  for (const [index, person] of people.entries()) {
    const decoded = decode(PERSON, person, "create")
    if (!decoded.ok) issues.push(...at(decoded.issues, `${path}.people[${index}]`))
  }
  return issues.length > 0 ? issues : peopleIssues(plan, path)
}

/** The pre-calculation is made from the people's minutes and the project from the task's: they are the same work. */
const peopleIssues = ({ people, effortMinutes }: PlannedTask, path: string): readonly InputIssue[] => {
  const issues: InputIssue[] = []
  const logins = people.map(({ user }) => user)
  for (const [index, login] of logins.entries())
    if (logins.indexOf(login) !== index)
      issues.push({ path: `${path}.people[${index}].user`, message: `names ${login} twice` })
  const sum = people.reduce((minutes, person) => minutes + person.effortMinutes, 0)
  if (people.length > 0 && sum !== effortMinutes)
    issues.push({ path: `${path}.effortMinutes`, message: `must be the ${sum} minutes of its people` })
  return issues
}

/** Two counted lines with one task; an alternative may plan the task of the line that it stands beside. */
const repeatedTasks = (lines: readonly PlanningLine[]): readonly InputIssue[] => {
  const first = new Map<string, number>()
  return lines.flatMap((line, index) => {
    if (!line.plan || !isCounted(line)) return []
    const before = first.get(line.plan.task)
    if (before === undefined) {
      first.set(line.plan.task, index)
      return []
    }
    return [{ path: `lines[${index}].plan.task`, message: `is planned by lines[${before}] already` }]
  })
}

const circles = (lines: readonly PlanningLine[]): readonly InputIssue[] => {
  const after = new Map<string, Set<string>>()
  for (const { plan } of lines)
    if (plan) after.set(plan.task, new Set([...(after.get(plan.task) ?? []), ...plan.after]))
  const done = new Set<string>()
  const circleFrom = (task: string, path: readonly string[]): readonly string[] | null => {
    const start = path.indexOf(task)
    if (start >= 0) return [...path.slice(start), task]
    if (done.has(task)) return null
    for (const before of after.get(task) ?? []) {
      const found = circleFrom(before, [...path, task])
      if (found) return found
    }
    done.add(task)
    return null
  }
  for (const [index, { plan }] of lines.entries()) {
    const found = plan ? circleFrom(plan.task, []) : null
    if (found) return [{ path: `lines[${index}].plan.after`, message: `goes round in a circle: ${found.join(" → ")}` }]
  }
  return []
}
