/** A firm on the modules of core that these tests are about. */
import { sqlite } from "@anbud/adapter-sqlite"
import {
  type Changes,
  type CommandContext,
  command,
  create,
  createEngine,
  fixedClock,
  fixedIds,
  Project,
  plugin,
  standard,
  text,
} from "@anbud/core"
import { closing } from "../workshop.ts"

/** Changes that a test wants to see written; it holds the functions, since inputs are plain data. */
export const seeds = new Map<string, (ctx: CommandContext) => Promise<Changes>>()

/** Writes what no call of the modules does yet, such as a project without a quote. */
const seed = plugin("seed", {
  entities: [],
  commands: {
    write: command({
      input: { seed: text() },
      refuses: [],
      decide: async (ctx, { seed: name }) => ({ changes: (await seeds.get(name)?.(ctx)) ?? [], outcome: {} }),
      answer: async () => null,
    }),
  },
})

/** An open firm whose administrator is anna; it closes after the test. */
export const openFirm = async () => {
  const clock = fixedClock("2025-03-14T08:00:00.000Z")
  const store = sqlite({ file: ":memory:" })
  const plugins = { ...standard, seed }
  const engine = closing(await createEngine({ store, plugins, clock, ids: fixedIds("firm") }))
  const tenant = { id: "fjall", name: "Fjäll", currency: "SEK", zone: "Europe/Stockholm", admin: "anna" }
  await engine.tenants.create(tenant)
  return { engine, clock, anna: engine.as({ tenant: "fjall", user: "anna" }) }
}

/** An open firm with a customer, a user with two cost rates, and a project with a phase. */
export const openProject = async (status: "open" | "closed" = "open") => {
  const firm = await openFirm()
  const { anna } = firm
  const customer = await anna.parties.companies.create({ number: "K1", name: "Granen", country: "SE", currency: "SEK" })
  const dag = await anna.organisation.users.create({
    login: "dag",
    name: "Dag",
    costRates: [
      { from: "2024-01-01", hourCost: { minor: 400_00, currency: "SEK" } },
      { from: "2025-03-01", hourCost: { minor: 420_00, currency: "SEK" } },
    ],
  })
  let id = ""
  seeds.set("project", async (ctx) => {
    id = ctx.newId(Project)
    const phases = [{ key: "install", name: "Installation", originalEffortMinutes: 600 }]
    return [create(Project, id, { number: "P1", name: "Granen", customer: customer.id, status, phases })]
  })
  await anna.seed.write({ seed: "project" })
  return { ...firm, customer, dag, project: id }
}
