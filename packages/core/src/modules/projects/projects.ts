/** Projects: phases that are completed one by one. */
import { patch } from "../../kernel/changes.ts"
import { command, lock, query } from "../../kernel/command.ts"
import { type RefusalOf, refusal } from "../../kernel/errors.ts"
import { text } from "../../kernel/field.ts"
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import { Phase, Project } from "./entities.ts"

/**
 * The project is closed.
 *
 * Open the project again, or log the time on another.
 */
export const ProjectClosed = refusal(
  "ProjectClosed",
  { project: text() },
  { en: "Project {project} is closed.", sv: "Projekt {project} är stängt." },
)
export type ProjectClosed = RefusalOf<typeof ProjectClosed>

/**
 * The project has no such phase.
 *
 * Read the project's phases and name one of them.
 */
export const UnknownPhase = refusal(
  "UnknownPhase",
  { project: text(), phase: text() },
  { en: "Project {project} has no phase {phase}.", sv: "Projekt {project} har ingen fas {phase}." },
  422,
)
export type UnknownPhase = RefusalOf<typeof UnknownPhase>

const get = query({
  input: { project: Project.id },
  refuses: [],
  answer: async (ctx, { project: id }) => {
    const project = await ctx.read.get(Project, id)
    return { project, phases: await ctx.read.children(Phase, project.id) }
  },
})

const completePhase = command({
  input: { project: Project.id, phase: text({ maxLength: 40 }) },
  refuses: [ProjectClosed, UnknownPhase],
  locks: (input) => [lock(Project, input.project)],
  decide: async (ctx, input) => {
    const project = await ctx.read.get(Project, input.project)
    if (project.status === "closed") return new ProjectClosed({ project: project.number })
    const phase = (await ctx.read.children(Phase, project.id)).find(({ key }) => key === input.phase)
    if (!phase) return new UnknownPhase({ project: project.number, phase: input.phase })
    return { changes: [patch(Phase, phase, { isCompleted: true })], outcome: { project: project.id } }
  },
  answer: (read, { project }) => read.get(Project, project),
})

/** The commands of projects, for hooks to point at and for commands to call. */
export const Projects = { completePhase }

const spec = plugin("projects", {
  needs: ["organisation", "parties", "orders"],
  entities: [Project],
  reads: { projects: Project },
  commands: Projects,
  queries: { get },
})

/** The calls of projects. */
export interface Projects extends FaceOf<typeof spec> {}
/** The plugin projects. */
export interface ProjectsPlugin extends Plugin<"projects", Projects> {}
/** Projects and their phases. */
export const projects: ProjectsPlugin = spec
