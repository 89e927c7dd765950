/**
 * Capacity by week: what is booked, what this quote reserves, what is free and who is away, with the promised week marked.
 */
import { hours } from "./amount.ts"
import { drawSvg, palette } from "./chart.ts"

export interface CapacityWeek {
  /** ISO week, `2025-W15`. */
  readonly week: string
  /** Working time by contract before absence, in minutes. */
  readonly contractMinutes: number
  readonly absenceMinutes: number
  /** Already promised to others. */
  readonly firmMinutes: number
  /** Reserved by this quote. */
  readonly reservedMinutes: number
}

export interface CapacityPanel {
  /** Whose time it is: "Alla montörer", "Styr och regler (Sara Fjellner)". */
  readonly title: string
  readonly weeks: readonly CapacityWeek[]
}

export interface CapacityView {
  readonly title: string
  readonly subtitle?: string
  /** ISO week of the promised date. */
  readonly promisedWeek: string
  /** What the mark says: "Lovat 11 april". */
  readonly promisedLabel: string
  /** One chart below the other, over the same weeks. */
  readonly panels: readonly CapacityPanel[]
  readonly width?: number
}

/** Minutes that are neither booked, reserved nor absent; never less than none, even in an overbooked week. */
export const freeMinutes = (week: CapacityWeek): number =>
  Math.max(0, week.contractMinutes - week.absenceMinutes - week.firmMinutes - week.reservedMinutes)

/** The picture as one SVG file; two runs give the same bytes. */
export const capacitySvg = (view: CapacityView): string => {
  const size = { width: view.width ?? 1040, height: headHeight + view.panels.length * panelHeight }
  const option = {
    title: [heading(view), ...view.panels.map(panelTitle)],
    legend: legend(),
    grid: view.panels.map((_, at) => ({ left: 68, right: 28, top: topOf(at) + 36, height: panelHeight - 88 })),
    xAxis: view.panels.map((panel, at) => weekAxis(panel, at)),
    yAxis: view.panels.map(hourAxis),
    series: view.panels.flatMap((panel, at) => panelSeries(view, panel, at)),
  }
  return drawSvg(option, size, { title: view.title, description: inWords(view) })
}

const headHeight = 104
const panelHeight = 250
const topOf = (panel: number): number => headHeight + panel * panelHeight

interface Layer {
  readonly name: string
  readonly colour: string
  readonly text: string
  readonly minutes: (week: CapacityWeek) => number
}

const layers: readonly Layer[] = [
  { name: "Bokat", colour: palette.middle, text: "#ffffff", minutes: (week) => week.firmMinutes },
  { name: "Reserverat av offerten", colour: palette.warm, text: "#ffffff", minutes: (week) => week.reservedMinutes },
  { name: "Ledigt", colour: "#dcebee", text: palette.ink, minutes: freeMinutes },
  { name: "Frånvaro", colour: "#c3ccd1", text: palette.ink, minutes: (week) => week.absenceMinutes },
]

const lineName = "Tillgänglig tid"

const panelSeries = (view: CapacityView, panel: CapacityPanel, at: number): object[] => {
  const peak = peakOf(panel)
  const bars = layers.map((layer, order) => ({
    type: "bar",
    name: layer.name,
    stack: `panel ${at}`,
    xAxisIndex: at,
    yAxisIndex: at,
    barWidth: "58%",
    itemStyle: { color: layer.colour },
    label: insideLabel(layer, peak),
    data: panel.weeks.map(layer.minutes),
    ...(order === 0 ? { markArea: promisedMark(view, panel, at) } : {}),
  }))
  return [...bars, capacityLine(panel, at)]
}

// A bar thinner than its label would spill into its neighbour: too low a bar has none.
const insideLabel = (layer: Layer, peak: number): object => ({
  show: true,
  color: layer.text,
  fontSize: 11,
  formatter: ({ value }: { readonly value: number }) => (value >= peak * 0.08 ? hours(value) : ""),
})

interface ChartApi {
  coord(value: readonly [number, number]): number[]
  size(value: readonly [number, number]): number[]
}

// A line of its own and not a line series: it must run over the whole width of each week, and a line ends in mid-bar.
const capacityLine = (panel: CapacityPanel, at: number): object => {
  const levels = panel.weeks.map((week) => week.contractMinutes - week.absenceMinutes)
  return {
    type: "custom",
    name: lineName,
    xAxisIndex: at,
    yAxisIndex: at,
    z: 5,
    itemStyle: { color: palette.ink },
    data: levels.map((level, week) => [week, level]),
    renderItem: ({ dataIndex }: { readonly dataIndex: number }, api: ChartApi) => {
      const [x = 0, y = 0] = api.coord([dataIndex, levels[dataIndex] ?? 0])
      const [, before = y] = dataIndex === 0 ? [] : api.coord([dataIndex, levels[dataIndex - 1] ?? 0])
      const half = (api.size([1, 0])[0] ?? 0) / 2
      const points = [
        [x - half, before],
        [x - half, y],
        [x + half, y],
      ]
      return {
        type: "polyline",
        shape: { points },
        style: { fill: "none", stroke: palette.ink, lineWidth: 2, lineJoin: "round" },
      }
    },
  }
}

const peakOf = (panel: CapacityPanel): number =>
  Math.max(60, ...panel.weeks.map((week) => layers.reduce((sum, layer) => sum + layer.minutes(week), 0)))

/** The smallest round step of hours that needs at most five lines. */
const hourStep = (peakMinutes: number): number =>
  60 * ([1, 2, 5, 10, 20, 40, 50, 100, 200, 500, 1000].find((step) => peakMinutes <= step * 60 * 5) ?? 2000)

const promisedMark = (view: CapacityView, panel: CapacityPanel, at: number): object | undefined => {
  const column = panel.weeks.findIndex((week) => week.week === view.promisedWeek)
  if (column < 0) return undefined
  const shown = {
    show: at === 0,
    position: "top",
    distance: 6,
    color: palette.accent,
    fontSize: 12.5,
    fontWeight: 600,
    formatter: view.promisedLabel,
  }
  return {
    silent: true,
    itemStyle: { color: "rgba(14,79,92,0.10)" },
    label: shown,
    data: [[{ xAxis: column }, { xAxis: column }]],
  }
}

const heading = (view: CapacityView): object => ({
  text: view.title,
  subtext: view.subtitle ?? "",
  left: 24,
  top: 22,
  padding: 0,
  itemGap: 7,
  textStyle: { fontSize: 19, fontWeight: 600, color: palette.ink },
  subtextStyle: { fontSize: 13, color: palette.soft },
})

const panelTitle = (panel: CapacityPanel, at: number): object => ({
  text: panel.title,
  left: 24,
  top: topOf(at),
  padding: 0,
  textStyle: { fontSize: 13.5, fontWeight: 600, color: palette.ink },
})

const legend = (): object => ({
  right: 24,
  top: 22,
  itemWidth: 12,
  itemHeight: 12,
  itemGap: 16,
  textStyle: { color: palette.ink, fontSize: 12.5 },
  data: [...layers.map(({ name }) => ({ name, icon: "roundRect" })), { name: lineName, icon: "path://M0 5h14v3H0z" }],
})

const weekAxis = (panel: CapacityPanel, at: number): object => ({
  type: "category",
  gridIndex: at,
  data: panel.weeks.map((week) => `v. ${Number(week.week.slice(-2))}`),
  axisTick: { show: false },
  axisLine: { lineStyle: { color: palette.soft } },
  axisLabel: { interval: 0, color: palette.ink, fontSize: 12.5, margin: 10 },
})

const hourAxis = (panel: CapacityPanel, at: number): object => ({
  type: "value",
  gridIndex: at,
  // Steps of whole hours: echarts would otherwise choose round numbers of minutes.
  interval: hourStep(peakOf(panel)),
  max: Math.ceil(peakOf(panel) / hourStep(peakOf(panel))) * hourStep(peakOf(panel)),
  splitLine: { lineStyle: { color: palette.line } },
  axisLabel: { color: palette.soft, fontSize: 12, formatter: (minutes: number) => hours(minutes) },
})

const inWords = (view: CapacityView): string =>
  `${view.promisedLabel}. ${view.panels
    .map((panel) => `${panel.title}: ${panel.weeks.map(weekInWords).join("; ")}`)
    .join(". ")}`

const weekInWords = (week: CapacityWeek): string => {
  const parts = layers.map((layer) => `${layer.name.toLowerCase()} ${hours(layer.minutes(week))}`)
  return `vecka ${Number(week.week.slice(-2))}: ${parts.join(", ")} timmar`
}
