/** The pre-calculation: revenue, cost and margin of each counted line, and which of them is too thin. */
import type { PricedView } from "@anbud/core"
import { amount, money, percent } from "../present/amount.ts"
import { type Cell, table } from "../present/table.ts"
import type { Print } from "./print.ts"

/** Margins against the floor. */
export const showMargins = (print: Print, { quote, lines, priced }: PricedView): void => {
  const right = ["Revenue", "Cost", "Margin", "%"].map((title) => ({ title, align: "right" as const }))
  const rows = priced.lines
    .filter(({ isCounted }) => isCounted)
    .map((line): readonly Cell[] => {
      const floor = priced.floors.find(({ subjectId, level }) => subjectId === line.id && level !== "ok")
      const own = lines.find(({ key }) => key === line.id)
      const warning = floor ? `floor ${amount(floor.floorMinor ?? 0, quote.currency)}` : ""
      const figures = [line.companyRevenueMinor, line.costMinor, line.marginMinor].map((minor) =>
        amount(minor, quote.currency),
      )
      const share = line.marginPpm === undefined ? "" : percent(line.marginPpm, 1)
      return [line.id, own?.description ?? "", ...figures, share, warning === "" ? "" : { text: warning, tone: "bad" }]
    })
  const { companyNetMinor, costMinor, marginMinor, marginPpm } = priced.totals
  const totals = [companyNetMinor, costMinor, marginMinor].map((minor) => amount(minor, quote.currency))
  const last = [
    "",
    "All firm lines, freight and travel",
    ...totals,
    marginPpm === undefined ? "" : percent(marginPpm, 1),
    "",
  ]
  const thin = priced.floors.filter(({ subjectId, level }) => subjectId !== undefined && level !== "ok")
  print(table([{ title: "Line" }, { title: "Work", wrap: true }, ...right, { title: "" }], rows, { totals: [last] }))
  for (const { subjectId, value, limit, floorMinor, maxDiscountPpm } of thin) {
    const most = maxDiscountPpm === undefined ? "" : `, which is a discount of at most ${percent(maxDiscountPpm, 4)}`
    print(`  ${subjectId} earns ${percent(value ?? 0, 1)}, below the floor of ${percent(limit)}: it needs `)
    print(`${money(floorMinor ?? 0, priced.companyCurrency)}${most}\n`)
  }
}
