/** Changing a draft: lists by id, prices that stay, and the whole judged as on creation. */
import { describe, expect, test } from "vitest"
import { draft, type Firm, line, NOBODY, openFirm, refusalOf, sek, sent, task } from "./firm.ts"

const view = (firm: Firm, { id }: { readonly id: string }) => firm.anna.quotes.preview({ quote: id })
const part = (label: string, sharePpm: number) => ({ label, sharePpm, dueRule: "onAcceptance" }) as const

describe("quotes.change", () => {
  test("prices new and changed lines as of the revision's date; every other line keeps its price to the cent", async () => {
    const firm = await openFirm()
    const { products } = firm
    const lines = ["L1", "L2"].map((key) => line(firm, key))
    const quote = await draft(firm, { lines: [...lines, line(firm, "L3", { product: products.P40 })] })
    const [first, second, third] = (await view(firm, quote)).lines
    await firm.priceOf(firm.standardList, "11000", { minQuantity: "5" })
    await firm.anna.catalogue.products.patch({ id: products.P40, set: { listPrice: "999", unitCost: "998" } })

    const changed = await firm.anna.quotes.change({
      quote: quote.id,
      version: 1,
      lines: {
        add: [line(firm, "L4", { product: products.P40, quantity: "2" })],
        change: [
          { id: first!.id, set: { quantity: "5" } },
          { id: third!.id, set: { description: "As before" } },
        ],
        move: [{ added: 0, to: 1 }],
      },
    })
    expect(changed.version).toBe(2)
    const after = await view(firm, quote)
    expect(after.lines.map(({ key, unitPrice, unitCost }) => [key, unitPrice, unitCost])).toEqual([
      ["L4", "999", "998"],
      ["L1", "11000", "8000"],
      ["L2", "12000", "8000"],
      ["L3", "100", "60"],
    ])
    expect(after.lines[1]).toMatchObject({ weightKg: "590" })
    expect(after.lines[2]).toMatchObject({ id: second!.id, unitPrice: second!.unitPrice })
    expect(after.priced.totals.netMinor).toBe(55_000_00 + 12_000_00 + 100_00 + 1_998_00)
  })

  test("a draft that is changed line by line is priced as one made whole", async () => {
    const firm = await openFirm()
    const whole = { K: "K", lines: [line(firm, "A", { quantity: "3" }), line(firm, "B", { isEssential: false })] }
    const made = await draft(firm, { lines: whole.lines, instalments: [part("all", 1_000_000)] })
    const grown = await draft(firm, {
      lines: [line(firm, "C")],
      instalments: [part("half", 500_000), part("rest", 500_000)],
    })
    const before = await view(firm, grown)
    await firm.anna.quotes.change({
      quote: grown.id,
      lines: { add: whole.lines, remove: [before.lines[0]!.id] },
      instalments: {
        remove: [before.instalments[1]!.id],
        change: [{ id: before.instalments[0]!.id, set: part("all", 1_000_000) }],
      },
    })
    const [left, right] = [await view(firm, made), await view(firm, grown)]
    expect(right.priced.totals).toEqual(left.priced.totals)
    expect(right.instalments.map(({ label, sharePpm }) => [label, sharePpm])).toEqual([["all", 1_000_000]])
  })

  test("is refused as creation is, by the paths of the lists as they would be; then nothing changes", async () => {
    const firm = await openFirm()
    const quote = await draft(firm, { lines: [line(firm, "L1"), line(firm, "L2", { alternativeOf: "L1" })] })
    const { lines } = await view(firm, quote)
    const change = (rest: object) => refusalOf(firm.anna.quotes.change({ quote: quote.id, ...rest }))
    const tagOf = async (rest: object) => {
      const refused = await change(rest)
      return refused === "not refused" ? refused : refused.tag
    }
    expect(await change({ lines: { remove: [lines[0]!.id] } })).toEqual({
      tag: "UnknownReference",
      params: { path: "lines[0].alternativeOf", entity: "line", value: "L1" },
    })
    expect(await change({ lines: { add: [line(firm, "L3", { product: NOBODY as never })] } })).toMatchObject({
      tag: "UnknownReference",
      params: { path: "lines[2].product" },
    })
    expect(await tagOf({ lines: { add: [line(firm, "L1")] } })).toBe("CannotPrice")
    expect(await tagOf({ instalments: { add: [part("some", 400_000)] } })).toBe("SharesDoNotAddUp")
    const footer = { key: "F", label: "Freight", basis: "amount", visibility: "shown", cost: sek(0) }
    expect(await tagOf({ footers: { add: [{ ...footer, amount: { minor: 1, currency: "EUR" } }] } })).toBe(
      "CurrencyMixed",
    )
    expect(await tagOf({ lines: { remove: [NOBODY] } })).toBe("NotFound")
    const twice = { user: "dag", effortMinutes: 60 }
    const plan = { ...task("t", { dag: 2 }), people: [twice, twice] }
    expect(await tagOf({ lines: { change: [{ id: lines[0]!.id, set: { plan } }] } })).toBe("InvalidInput")
    expect(await tagOf({ version: 9 })).toBe("VersionConflict")
    expect((await view(firm, quote)).quote.version).toBe(1)
  })

  test("of a quote that the customer has is refused", async () => {
    const firm = await openFirm()
    const quote = await sent(firm)
    const refused = await refusalOf(firm.anna.quotes.change({ quote: quote.id, lines: { add: [line(firm, "L2")] } }))
    expect(refused).toMatchObject({ tag: "QuoteNotOpen", params: { status: "sent", needed: "draft" } })
  })

  test("with nothing to change writes nothing", async () => {
    const firm = await openFirm()
    const quote = await draft(firm)
    const outcome = await firm.anna.quotes.change({ quote: quote.id }).result()
    expect(outcome).toMatchObject({ ok: true, seq: null, value: { version: 1 } })
  })
})
