/** The price: lines, totals, and one amount explained cent by cent. */
import type { PricedView } from "@anbud/core"
import { why, whyText } from "@anbud/pricing"
import type { Request } from "../firm/request.ts"
import { amount, decimal, money, percent, unitName } from "../present/amount.ts"
import { facts, table } from "../present/table.ts"
import type { Print } from "./print.ts"

const RIGHT = { align: "right" } as const

/** The quote as priced. */
export const showPrice = (print: Print, view: PricedView, request: Request): void => {
  const { quote, priced } = view
  print(
    facts([
      ["Quote", `${quote.number}  ${quote.title}`],
      ["Customer", `${request.customer}, ${request.contact}`],
    ]),
  )
  const columns = [
    { title: "Line" },
    { title: "Article", wrap: true },
    { title: "Qty", ...RIGHT },
    { title: "Unit" },
    { title: "Price", ...RIGHT },
    { title: "List" },
    { title: "Disc.", ...RIGHT },
    { title: "Net", ...RIGHT },
  ]
  const rows = view.lines.map((line) => {
    const own = priced.lines.find(({ id }) => id === line.key)
    const note = line.isOptional
      ? " (option)"
      : line.alternativeOf === null
        ? ""
        : ` (instead of ${line.alternativeOf})`
    return [
      line.key,
      `${line.description}${note}`,
      decimal(line.quantity),
      unitName(line.unit ?? ""),
      decimal(line.unitPrice ?? "0", 2),
      line.priceSource ?? "",
      line.discountPpm ? percent(line.discountPpm) : "",
      amount(own?.netMinor ?? 0, quote.currency),
    ]
  })
  const { totals } = priced
  const sum = (label: string, minor: number) => ["", label, "", "", "", "", "", amount(minor, quote.currency)]
  const totalsRows = [
    sum("Net", totals.netMinor),
    sum("VAT", totals.vatMinor),
    sum(`To pay, ${quote.currency}`, totals.payableMinor),
  ]
  print(table(columns, rows, { totals: totalsRows }))
  for (const footer of priced.footers) {
    const label = view.footers.find(({ key }) => key === footer.id)?.label ?? footer.id
    const shares = footer.shares.map(({ lineId, minor }) => `${lineId} ${amount(minor, quote.currency)}`)
    print(`  ${label} ${money(footer.amountMinor, quote.currency)} is in ${shares.join(", ")}\n`)
  }
}

/** Why one line costs what it does: steps that add up to the cent. */
export const showWhy = (print: Print, { priced }: PricedView, lineId: string): void => {
  const explanation = why(priced, lineId)
  if (!explanation) throw new Error(`There is no line ${lineId}`)
  print(`\n  Why does ${lineId} cost what it does?\n`)
  for (const line of whyText(explanation, "en").split("\n")) print(`    ${line}\n`)
}
