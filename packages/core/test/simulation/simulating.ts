/** Runs simulations: lists of commands that follow from a seed, the same on every database. */
import type { Store } from "@anbud/core"
import fc from "fast-check"
import { checkAll, commandsUpTo, type Stage } from "./commands.ts"
import { emptyModel } from "./model.ts"
import { openSides, type Sides } from "./sides.ts"

/** What to run. */
export interface Simulating {
  readonly stores: readonly Store[]
  readonly seed: number
  readonly runs: number
  readonly maxCommands: number
  /** Whether a failing list is printed as it was found, without looking for a shorter one. */
  readonly isFirstEnough?: boolean
}

/** What came of it. */
export interface Simulated {
  readonly runs: number
  readonly commands: number
  /** The seed, the shortest failing list and why it fails; null where nothing fails. */
  readonly failure: string | null
}

/** Runs them all, each in a tenant of its own. */
export const simulating = async ({
  stores,
  seed,
  runs,
  maxCommands,
  isFirstEnough = false,
}: Simulating): Promise<Simulated> => {
  const sides = await openSides(stores)
  let commands = 0
  let tenants = 0
  try {
    const property = fc.asyncProperty(commandsUpTo(maxCommands), async (list) => {
      const stage = await openStage(sides, `run-${tenants++}`)
      const entriesBefore = await sides.entries()
      const model = emptyModel()
      await fc.asyncModelRun(() => ({ model, real: stage }), list)
      commands += [...list].length
      await checkAll(model, stage, entriesBefore)
    })
    const found = await fc.check(property, { seed, numRuns: runs, endOnFailure: isFirstEnough })
    const failure = found.failed
      ? `--seed ${seed}, path ${found.counterexamplePath}\n${fc.defaultReportMessage(found)}\n${found.errorInstance}`
      : null
    return { runs: found.numRuns, commands, failure }
  } finally {
    await sides.close()
  }
}

/** A firm with a product, a customer and a seller. */
const openStage = async (sides: Sides, tenant: string): Promise<Stage> => {
  await sides.begin(tenant)
  const goods = { category: "Pumps", priceGroup: "VP", listPrice: "12000", unitCost: "8000", vatRatePpm: 250_000 }
  const pump = { number: "P30", name: "Heat pump", kind: "goods" as const, unit: "H87", ...goods }
  const product = await sides.send(({ catalogue }) => catalogue.products.create(pump))
  const named = { number: "K1", name: "Brf Granen", country: "SE", currency: "SEK" } as const
  const customer = await sides.send(({ parties }) => parties.companies.create(named))
  const me = await sides.send(({ organisation }) => organisation.me({}))
  if (!product.ok || !customer.ok || !me.ok) throw new Error("The firm cannot be opened")
  return { sides, product: product.value.id, customer: customer.value.id, seller: me.value.user }
}
