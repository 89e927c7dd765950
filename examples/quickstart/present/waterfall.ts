/**
 * The margin waterfall: how a list price becomes a margin, step by step, each with its exact amount.
 */
import { amount } from "./amount.ts"
import { drawSvg, fontFamily, palette } from "./chart.ts"

export interface WaterfallStep {
  readonly label: string
  /** Minor units. A total states the level; an up or down step states its size, which is not negative. */
  readonly value: number
  readonly kind: "total" | "up" | "down"
  /** A short remark below the amount: "31,7 %". */
  readonly note?: string
}

export interface WaterfallView {
  readonly title: string
  readonly subtitle?: string
  readonly currency: string
  readonly steps: readonly WaterfallStep[]
  readonly width?: number
  readonly height?: number
}

/** A step with the levels between which its bar stands. */
export interface WaterfallBar extends WaterfallStep {
  readonly from: number
  readonly to: number
}

/**
 * The bars of a waterfall.
 *
 * Every total after the first must equal the level that the steps before it lead to: a picture that does not add up
 * is a bug of its maker, so it is refused with a `RangeError`.
 */
export const waterfallBars = (steps: readonly WaterfallStep[]): readonly WaterfallBar[] => {
  let level = 0
  return steps.map((step, at) => {
    if (!Number.isSafeInteger(step.value)) throw new RangeError(`${step.label}: not an integer of minor units`)
    if (step.kind !== "total" && step.value < 0)
      throw new RangeError(`${step.label}: a step has a size, its kind has the sign`)
    if (step.kind === "total" && at > 0 && step.value !== level)
      throw new RangeError(`${step.label}: ${step.value} does not follow from the steps, they lead to ${level}`)
    const from = step.kind === "total" ? 0 : level
    level = step.kind === "total" ? step.value : step.kind === "up" ? level + step.value : level - step.value
    return { ...step, from, to: level }
  })
}

/** The waterfall as one SVG file; two runs give the same bytes. */
export const waterfallSvg = (view: WaterfallView): string => {
  const bars = waterfallBars(view.steps)
  const size = { width: view.width ?? 1040, height: view.height ?? 520 }
  const room = (size.width - 112) / Math.max(1, bars.length)
  const fontSize = fittingFont(bars, room, view.currency)
  const option = {
    title: heading(view),
    grid: { left: 84, right: 28, top: 124, bottom: 64 },
    xAxis: categoryAxis(bars, room),
    yAxis: amountAxis(view.currency),
    series: [
      {
        type: "custom",
        encode: { x: 0, y: [1, 2] },
        data: bars.map((bar, at) => [at, bar.from, bar.to]),
        renderItem: (params: { readonly dataIndex: number }, api: ChartApi) =>
          barItem(bars, params.dataIndex, api, { currency: view.currency, fontSize }),
      },
    ],
  }
  return drawSvg(option, size, { title: view.title, description: inWords(view) })
}

interface ChartApi {
  coord(value: readonly [number, number]): number[]
  size(value: readonly [number, number]): number[]
}

const colours = { total: palette.accent, up: palette.good, down: palette.warm } as const

interface PrintLook {
  readonly currency: string
  readonly fontSize: number
}

const barItem = (bars: readonly WaterfallBar[], at: number, api: ChartApi, print: PrintLook): object | undefined => {
  const bar = bars[at]
  if (!bar) return undefined
  const [x = 0, yFrom = 0] = api.coord([at, bar.from])
  const [, yTo = 0] = api.coord([at, bar.to])
  const step = api.size([1, 0])[0] ?? 0
  const width = Math.min(92, step * 0.64)
  const top = Math.min(yFrom, yTo)
  const height = Math.max(1.5, Math.abs(yTo - yFrom))
  const next = at < bars.length - 1 ? [connector(x + width / 2, x + step - width / 2, yTo)] : []
  // Above a bar, except where the bar hangs below zero: there the label goes under it.
  const isBelow = bar.to < 0 && bar.from <= 0
  const labelY = isBelow ? top + height + 8 : top - (bar.note ? 23 : 8)
  const value = label(x, labelY, printedAmount(bar, print.currency), isBelow, {
    weight: 600,
    fill: palette.ink,
    size: print.fontSize,
  })
  const note = bar.note
    ? [label(x, labelY + 16, bar.note, isBelow, { weight: 400, fill: palette.soft, size: print.fontSize })]
    : []
  const shape = { x: x - width / 2, y: top, width, height, r: 2 }
  return {
    type: "group",
    children: [{ type: "rect", shape, style: { fill: colours[bar.kind] } }, ...next, value, ...note],
  }
}

const printedAmount = (step: WaterfallStep, currency: string): string =>
  `${step.kind === "down" ? "−" : step.kind === "up" ? "+" : ""}${amount(step.value, currency)}`

// Digits and spaces are about 0.57 of the font size wide, so many steps or large amounts take a smaller font and never overlap.
const fittingFont = (bars: readonly WaterfallBar[], room: number, currency: string): number => {
  const longest = Math.max(1, ...bars.map((bar) => printedAmount(bar, currency).length))
  return Math.max(8, Math.min(12.5, Math.floor(((room - 6) / (longest * 0.57)) * 2) / 2))
}

const connector = (x1: number, x2: number, y: number): object => ({
  type: "line",
  shape: { x1, y1: y, x2, y2: y },
  style: { stroke: palette.soft, lineWidth: 1, lineDash: [3, 3] },
})

interface LabelLook {
  readonly weight: number
  readonly fill: string
  readonly size: number
}

const label = (x: number, y: number, text: string, isBelow: boolean, look: LabelLook): object => ({
  type: "text",
  style: {
    x,
    y,
    text,
    align: "center",
    verticalAlign: isBelow ? "top" : "bottom",
    fill: look.fill,
    // A halo keeps the digits readable where they cross a grid line.
    stroke: palette.paper,
    lineWidth: 3,
    fontSize: look.size,
    fontFamily,
    fontWeight: look.weight,
  },
})

const heading = (view: WaterfallView): object => ({
  text: view.title,
  subtext: view.subtitle ?? "",
  left: 24,
  top: 22,
  padding: 0,
  itemGap: 7,
  textStyle: { fontSize: 19, fontWeight: 600, color: palette.ink },
  subtextStyle: { fontSize: 13, color: palette.soft },
})

const categoryAxis = (bars: readonly WaterfallBar[], room: number): object => ({
  type: "category",
  data: bars.map((bar) => bar.label),
  axisTick: { show: false },
  axisLine: { lineStyle: { color: palette.soft } },
  axisLabel: {
    interval: 0,
    width: room - 10,
    overflow: "break",
    lineHeight: 16,
    fontSize: 12.5,
    color: palette.ink,
    margin: 12,
  },
})

const amountAxis = (currency: string): object => ({
  type: "value",
  name: currency,
  nameLocation: "end",
  nameTextStyle: { color: palette.soft, align: "right", padding: [0, 8, 0, 0] },
  splitLine: { lineStyle: { color: palette.line } },
  // Whole units are enough on the axis: the exact amount stands on each bar.
  axisLabel: {
    color: palette.soft,
    fontSize: 12,
    formatter: (minor: number) => amount(Math.round(minor), currency).replace(/,\d+$/, ""),
  },
})

const inWords = ({ steps, currency }: WaterfallView): string =>
  steps.map((step) => `${step.label}: ${printedAmount(step, currency)} ${currency}`).join(". ")
