/** What the contract needs to know of core's plugins: records and inputs that made-up values cannot give. */
import type { Session, standard } from "@anbud/core"
import type { Prepare, Samples } from "@anbud/core/testkit"

const GOODS = { number: "P30", name: "Pump", kind: "goods", unit: "H87", category: "Pumps", priceGroup: "VP" } as const
const OPEN = [["08:00", "16:00"]]

/** Records by the paths of their collections; `"@company"` is the company that was made. */
export const samples: Samples = {
  "organisation.roles": { grants: ["quotes.*"] },
  "catalogue.discounts": { customer: "@company" },
  "capacity.resources": { week: [OPEN, OPEN, OPEN, OPEN, OPEN, [], []], skills: [] },
}

const product = { listPrice: "100", unitCost: "60", vatRatePpm: 250_000 }

/** A quote that is accepted: an order, a project and an invoice plan follow. */
export const prepare: Prepare = async (session: Session<typeof standard>, made) => {
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
export const inputs: Samples = {
  "quotes.create": { customer: "@company", seller: "@user", title: "Pumps", lines: [line] },
}

/** Parameters that no message shows, on purpose. */
export const untold: readonly string[] = []
