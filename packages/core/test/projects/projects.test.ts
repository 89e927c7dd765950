/** Projects: phases are completed one by one, until the project is closed. */
import { command, Project, patch, plugin, standard } from "@anbud/core"
import { expect, test } from "vitest"
import { FIRM, type Firm, furnish, line, NOBODY, openEngine, refusalOf, sent, task } from "../quotes/firm.ts"

/** Closing is not for callers yet: the tests do it with a command of their own. */
const close = command({
  input: { project: Project.id },
  refuses: [],
  decide: async (ctx, { project: id }) => {
    const project = await ctx.read.get(Project, id)
    return { changes: [patch(Project, project, { status: "closed" })], outcome: { project: project.id } }
  },
  answer: (read, { project }) => read.get(Project, project),
})

const openProject = async () => {
  const tests = plugin("tests", { needs: ["projects"], entities: [], commands: { close } })
  const { engine, clock } = await openEngine(":memory:", { ...standard, tests })
  await engine.tenants.create(FIRM)
  const anna = engine.as({ tenant: FIRM.id, user: "anna" })
  const firm = { engine, clock, anna, ...(await furnish(anna)) } as unknown as Firm
  const lines = [
    line(firm, "L1", { product: firm.products.WORK, plan: task("design", { lena: 8 }) }),
    line(firm, "L2", { product: firm.products.WORK, plan: task("install", { dag: 8 }, ["design"]) }),
  ]
  const instalments = [
    { label: "Designed", sharePpm: 400_000, dueRule: "afterTask" as const, task: "design" },
    { label: "Installed", sharePpm: 600_000, dueRule: "afterTask" as const, task: "install" },
  ]
  const quote = await sent(firm, { lines, instalments })
  const { project, invoicePlan } = await firm.anna.quotes.accept({ quote: quote.id, acceptedBy: "Per Lund" })
  return { firm, anna, project, invoicePlan }
}

test("completing a phase: ProjectClosed comes before UnknownPhase, and a phase is completed once", async () => {
  const { anna, project } = await openProject()
  const complete = (phase: string) => anna.projects.completePhase({ project: project.id, phase })
  expect(await refusalOf(complete("paint"))).toEqual({
    tag: "UnknownPhase",
    params: { project: "P-1001", phase: "paint" },
  })
  expect(await complete("design")).toMatchObject({ version: 2 })
  expect(await complete("design")).toMatchObject({ version: 2 })
  const { phases } = await anna.projects.get({ project: project.id })
  expect(phases.map(({ key, isCompleted }) => [key, isCompleted])).toEqual([
    ["design", true],
    ["install", false],
  ])
  await anna.tests.close({ project: project.id })
  for (const phase of ["install", "paint"])
    expect(await refusalOf(complete(phase))).toEqual({ tag: "ProjectClosed", params: { project: "P-1001" } })
  expect(await refusalOf(anna.projects.get({ project: NOBODY }))).toMatchObject({ tag: "NotFound" })
})
