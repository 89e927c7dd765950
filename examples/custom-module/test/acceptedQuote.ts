/** What must have happened before there is anything to give a warranty on. */
import type { Session, standard } from "@anbud/core"

/** A warranty is on an order, and an order comes of a quote that is accepted. */
export const acceptedQuote = async (
  session: Session<typeof standard>,
  made: ReadonlyMap<string, string>,
): Promise<{ readonly quote: string; readonly order: string }> => {
  const given = { number: "P30", name: "Heat pump", category: "Pumps", priceGroup: "VP" }
  const prices = { listPrice: "12000", unitCost: "8000", vatRatePpm: 250_000 }
  const { id: product } = await session.catalogue.products.create({ ...given, ...prices, kind: "goods", unit: "H87" })
  const lines = [{ key: "1", section: "pumps", product, description: "Heat pump", quantity: "2" }]
  const [customer, seller] = [made.get("company") ?? "", made.get("user") ?? ""]
  const { id: quote } = await session.quotes.create({ title: "Pumps", customer, currency: "SEK", seller, lines })
  await session.quotes.send({ quote })
  return { quote, order: (await session.quotes.accept({ quote, acceptedBy: "Per Lund" })).order.id }
}
