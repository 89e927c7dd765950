/** What the contract of plugins needs to know of core's own: records and inputs that made-up values cannot give. */
import type { Session } from "../kernel/face.ts"
import { standard } from "../standard.ts"
import type { Prepare, Samples } from "./pluginCase.ts"

const GOODS = { number: "P30", name: "Pump", kind: "goods", unit: "H87", category: "Pumps", priceGroup: "VP" } as const
const OPEN = [["08:00", "16:00"]]

/** Records by the paths of their collections; `"@company"` is the company that was made. */
const samples: Samples = {
  "organisation.roles": { grants: ["quotes.*"] },
  "catalogue.discounts": { customer: "@company" },
  "capacity.resources": { week: [OPEN, OPEN, OPEN, OPEN, OPEN, [], []], skills: [] },
}

const product = { listPrice: "100", unitCost: "60", vatRatePpm: 250_000 }

/** A quote that is accepted: an order, a project and an invoice plan follow. */
const prepare: Prepare = async (session: Session<typeof standard>, made) => {
  const [customer, seller] = [made.get("company") ?? "", made.get("user") ?? ""]
  const { id } = await session.catalogue.products.create({ ...GOODS, ...product })
  const lines = [{ key: "1", section: "goods", product: id, description: "Pump", quantity: "2" }]
  const quote = await session.quotes.create({ title: "Pumps", customer, currency: "SEK", seller, lines })
  await session.quotes.send({ quote: quote.id })
  const accepted = await session.quotes.accept({ quote: quote.id, acceptedBy: "Per Lund" })
  return { quote: quote.id, order: accepted.order.id }
}

const line = { key: "1", section: "goods", product: "@product", description: "Pump", quantity: "2" }

/** Inputs of commands. */
const inputs: Samples = {
  "quotes.create": { customer: "@company", seller: "@user", title: "Pumps", lines: [line] },
}

/**
 * Core's plugins as options of the contract: for them, and for plugins whose records or commands need theirs.
 *
 * @example
 * pluginContract({ describe, it, expect }, warranty, { ...standardPlugins, stores: { sqlite: sqliteFile } })
 */
export const standardPlugins = { plugins: standard, samples, prepare, inputs }
