/** Pictures: the margin waterfall and capacity by week. */
import type { PricedView, Promised } from "@anbud/core"
import type { OccupancyRow } from "@anbud/scheduling"
import { isoWeek, shortDate } from "../present/dateText.ts"
import type { WaterfallStep } from "../present/waterfall.ts"
import { weeksOf } from "./capacity.ts"

/** The pictures as SVG texts. */
export interface Pictures {
  readonly waterfall: string
  readonly capacity: string
}

/** Draws both pictures. The chart library is loaded only here: it takes seconds to load. */
export const pictures = async (
  view: PricedView,
  promised: Promised,
  load: readonly OccupancyRow[],
): Promise<Pictures> => {
  const { waterfallSvg } = await import("../present/waterfall.ts")
  const { capacitySvg } = await import("../present/capacity.ts")
  const planned = new Set(promised.parts.map(({ user }) => user))
  const last = promised.parts.reduce((a, b) =>
    b.slots.length > 0 && waitOf(b, promised) > waitOf(a, promised) ? b : a,
  )
  const name = load.find(({ id }) => id === last.user)?.name ?? last.user
  return {
    waterfall: waterfallSvg({
      title: `Från listpris till marginal, ${view.quote.number}`,
      subtitle: view.quote.title,
      currency: view.priced.companyCurrency,
      steps: marginSteps(view),
    }),
    capacity: capacitySvg({
      title: "Beläggning per vecka",
      subtitle: `${view.quote.number} lovas ${promised.date}`,
      promisedWeek: isoWeek(promised.date),
      promisedLabel: `Lovat ${shortDate(promised.date)}`,
      panels: [
        { title: "Alla som ingår i planen", weeks: weeksOf(load, planned) },
        { title: `${last.name} (${name})`, weeks: weeksOf(load, new Set([last.user])) },
      ],
    }),
  }
}

/** The step that waits the longest for its person is the one the second panel is about. */
const waitOf = (part: Promised["parts"][number], promised: Promised): number => {
  const before = promised.parts
    .filter(({ finishOn }) => finishOn <= part.startOn)
    .map(({ finishOn }) => Date.parse(finishOn))
  return before.length === 0 ? 0 : Date.parse(part.startOn) - Math.max(...before)
}

const marginSteps = ({ lines, footers, priced }: PricedView): readonly WaterfallStep[] => {
  const counted = priced.lines.filter(({ isCounted }) => isCounted)
  const sum = (of: (line: (typeof counted)[number]) => number): number =>
    counted.reduce((all, line) => all + of(line), 0)
  const kinds = new Map(lines.map(({ key, kind }) => [key, kind]))
  const costOf = (kind: string): number => sum((line) => (kinds.get(line.id) === kind ? line.costMinor : 0))
  const { companyNetMinor, costMinor, marginMinor } = priced.totals
  const footerCost = costMinor - ["goods", "labour", "external", "fee"].reduce((all, kind) => all + costOf(kind), 0)
  return [
    { label: "Listpris", value: sum((line) => line.grossMinor), kind: "total" },
    { label: "Rabatter", value: -sum((line) => line.discountMinor), kind: "down" },
    {
      label: chargesOf(footers),
      value: sum((line) => line.footerShareMinor),
      kind: "up",
    },
    { label: "Netto", value: companyNetMinor, kind: "total" },
    { label: "Material", value: costOf("goods"), kind: "down" },
    { label: "Arbete", value: costOf("labour"), kind: "down" },
    { label: "Inköpta tjänster", value: costOf("external") + costOf("fee"), kind: "down" },
    { label: "Frakt och resor, kostnad", value: footerCost, kind: "down" },
    { label: "Marginal", value: marginMinor, kind: "total" },
  ]
}

/** "Frakt och resor" for charges that begin with "Frakt" and "Resor". */
const chargesOf = (footers: PricedView["footers"]): string =>
  footers.map(({ label }, index) => (index === 0 ? label : label.toLowerCase()).split(" ")[0]).join(" och ")
