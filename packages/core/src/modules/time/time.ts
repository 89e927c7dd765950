/** Time: log work on projects. */
import { create } from "../../kernel/changes.ts"
import { type AnswerContext, command, query } from "../../kernel/command.ts"
import { type RefusalOf, refusal } from "../../kernel/errors.ts"
import {
  boolean,
  date,
  defaulted,
  duration,
  integer,
  json,
  type LocalDate,
  optional,
  text,
} from "../../kernel/field.ts"
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import type { Reads } from "../../kernel/reads.ts"
import { forbidden } from "../../kernel/refusals.ts"
import { CostRate, User } from "../organisation/entities.ts"
import { hourCostAt } from "../organisation/organisation.ts"
import { Phase, Project } from "../projects/entities.ts"
import { ProjectClosed, UnknownPhase } from "../projects/projects.ts"
import { TimeEntry } from "./entities.ts"

const DAY_SECONDS = 86_400

/**
 * A day has no more hours: the entry would bring the user's day above 24. What was logged before is told to who may see
 * all of it.
 *
 * Check the hours of the day: a person has at most 24.
 */
export const DayIsFull = refusal(
  "DayIsFull",
  { user: text(), date: text(), loggedSeconds: json<number | null>(), givenSeconds: integer() },
  {
    en: ({ user, date, loggedSeconds, givenSeconds }) =>
      loggedSeconds === null
        ? `${givenSeconds} s more do not fit in ${user}'s ${date}.`
        : `${user} has ${loggedSeconds} s on ${date}; ${givenSeconds} s more do not fit in a day.`,
    sv: ({ user, date, loggedSeconds, givenSeconds }) =>
      loggedSeconds === null
        ? `${givenSeconds} s till ryms inte i ${user}s ${date}.`
        : `${user} har ${loggedSeconds} s den ${date}; ${givenSeconds} s till ryms inte på en dag.`,
  },
  422,
)
export type DayIsFull = RefusalOf<typeof DayIsFull>

/** The right to log what somebody else has worked. */
const FOR_OTHERS = "time.logForOthers"

const log = command({
  input: {
    project: Project.id,
    /** The key of the phase. */
    phase: optional(text({ maxLength: 40 })),
    user: User.id,
    date: date(),
    workedSeconds: duration({ min: 1 }),
    description: text(),
    isBillable: defaulted(boolean(), true),
  },
  refuses: [ProjectClosed, UnknownPhase, DayIsFull],
  locks: (input) => [{ entity: User, id: input.user }],
  decide: async (ctx, input) => {
    if (input.user !== ctx.actor.id && !ctx.may(FOR_OTHERS)) throw forbidden(FOR_OTHERS)
    const project = await ctx.read.get(Project, input.project)
    if (project.status === "closed") return new ProjectClosed({ project: project.number })
    const phases = await ctx.read.children(Phase, project.id)
    const phase = phases.find(({ key }) => key === input.phase)
    if (input.phase !== null && !phase) return new UnknownPhase({ project: project.number, phase: input.phase })
    const user = await ctx.read.get(User, input.user)
    const loggedSeconds = await ctx.read.sum(TimeEntry, "workedSeconds", { user: user.id, date: input.date })
    const givenSeconds = input.workedSeconds
    if (loggedSeconds + givenSeconds > DAY_SECONDS)
      return new DayIsFull({ user: user.login, date: input.date, loggedSeconds, givenSeconds })
    const id = ctx.newId(TimeEntry)
    const entry = create(TimeEntry, id, {
      user: user.id,
      unit: user.unit,
      project: project.id,
      phase: phase?.id ?? null,
      date: input.date,
      workedSeconds: givenSeconds,
      description: input.description,
      isBillable: input.isBillable,
      hourCost: hourCostAt(await ctx.read.children(CostRate, user.id), input.date),
      status: "registered",
    })
    return { changes: [entry], outcome: { entry: id } }
  },
  answer: (read, { entry }) => read.get(TimeEntry, entry),
  tells: async (refused, ctx, read) =>
    !DayIsFull.is(refused) || (await seesDay(refused.params, ctx, read))
      ? refused
      : new DayIsFull({ ...refused.params, loggedSeconds: null }),
})

/** Whether the actor may see every entry of the user's day, and how long each is. */
const seesDay = async (
  { user: login, date }: { readonly user: string; readonly date: string },
  { facts, sees }: AnswerContext,
  read: Reads,
): Promise<boolean> => {
  const user = await facts.one(User, { login })
  if (!user || !sees(TimeEntry, "workedSeconds")) return false
  const day = { user: user.id, date: date as LocalDate }
  const all = await facts.find(TimeEntry, day)
  // Not by the user and the date: who may not see those of an entry may not ask by them.
  return (await read.count(TimeEntry, { id: { in: all.map(({ id }) => id) } })) === all.length
}

const ofProject = query({
  input: { project: Project.id },
  refuses: [],
  answer: async (ctx, { project }) => ({
    entries: await ctx.read.find(TimeEntry, { project }, { order: ["date"] }),
    workedSeconds: await ctx.read.sum(TimeEntry, "workedSeconds", { project }),
  }),
})

/** The commands of time, for hooks to point at and for commands to call. */
export const Time = { log }

const spec = plugin("time", {
  needs: ["organisation", "projects"],
  entities: [TimeEntry],
  reads: { entries: TimeEntry },
  commands: Time,
  queries: { ofProject },
  rights: [FOR_OTHERS],
})

/** The calls of time. */
export interface Time extends FaceOf<typeof spec> {}
/** The plugin time. */
export interface TimePlugin extends Plugin<"time", Time> {}
/** Time entries. */
export const time: TimePlugin = spec
