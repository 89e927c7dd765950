import { expect, test } from "vitest"
import { openFirm } from "./firm.ts"

const build = async () => {
  const { anna } = await openFirm()
  const customer = await anna.parties.companies.create({ number: "K1", name: "Granen", country: "SE", currency: "SEK" })
  const product = {
    number: "P1",
    name: "Pump",
    kind: "goods",
    unit: "H87",
    category: "c",
    priceGroup: "g",
    listPrice: "10",
    unitCost: "5",
  } as const
  const list = { number: "L1", currency: "SEK" } as const
  const cell = { subject: "segment", segment: "s", target: "all", minQuantity: "1", validFrom: "2025-01-01" } as const
  const { products, priceLists, discounts, prices } = anna.catalogue
  const made = await products.create({ ...product, vatRatePpm: 250_000 })
  const standard = await priceLists.create({ ...list, scope: "standard" })
  const row = {
    priceList: standard.id,
    product: made.id,
    minQuantity: "1",
    price: "9",
    validFrom: "2025-02-01",
  } as const
  return {
    vat: (vatRatePpm: number) => products.create({ ...product, number: "P2", vatRatePpm }),
    rate: (ratePpm: number) => discounts.create({ ...cell, ratePpm }),
    whom: (given: object) => discounts.create({ ...cell, ratePpm: 0, ...given }),
    list: (given: object) => priceLists.create({ ...list, number: "L2", scope: "standard", ...given }),
    until: (validTo: "2025-01-31") => prices.create({ ...row, validTo }),
    customer: customer.id,
  }
}

test.each`
  what                          | call                                                                                 | field
  ${"VAT of 100 %"}             | ${(f: Firm) => f.vat(1_000_000)}                                                     | ${null}
  ${"VAT above 100 %"}          | ${(f: Firm) => f.vat(1_000_001)}                                                     | ${"vatRatePpm"}
  ${"negative VAT"}             | ${(f: Firm) => f.vat(-1)}                                                            | ${"vatRatePpm"}
  ${"a discount of 100 %"}      | ${(f: Firm) => f.rate(1_000_000)}                                                    | ${null}
  ${"a discount of 100.01 %"}   | ${(f: Firm) => f.rate(1_000_100)}                                                    | ${"ratePpm"}
  ${"a negative discount"}      | ${(f: Firm) => f.rate(-1)}                                                           | ${"ratePpm"}
  ${"a segment without a name"} | ${(f: Firm) => f.whom({ segment: null })}                                            | ${"subject"}
  ${"two subjects"}             | ${(f: Firm) => f.whom({ customer: f.customer })}                                     | ${"subject"}
  ${"a customer's discount"}    | ${(f: Firm) => f.whom({ subject: "customer", segment: null, customer: f.customer })} | ${null}
  ${"a list for nobody"}        | ${(f: Firm) => f.list({ scope: "customer" })}                                        | ${"scope"}
  ${"a list for all and one"}   | ${(f: Firm) => f.list({ customer: f.customer })}                                     | ${"scope"}
  ${"a price of one day"}       | ${(f: Firm) => f.until("2025-02-01" as never)}                                       | ${null}
  ${"a price that ends before"} | ${(f: Firm) => f.until("2025-01-31")}                                                | ${"validTo"}
`("$what: refused for $field", async ({ call, field }) => {
  const outcome = await call(await build()).result()
  expect(outcome.ok ? null : outcome.error.params.field).toBe(field)
})
type Firm = Awaited<ReturnType<typeof build>>
