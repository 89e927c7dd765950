/**
 * Charts as SVG text, drawn by echarts on the server and made comparable: the same input gives the same bytes.
 */
import { BarChart, CustomChart } from "echarts/charts"
import { GridComponent, LegendComponent, MarkAreaComponent, TitleComponent } from "echarts/components"
import { type EChartsCoreOption, init, use } from "echarts/core"
import { SVGRenderer } from "echarts/renderers"
import { safeText } from "./safeText.ts"

use([BarChart, CustomChart, GridComponent, LegendComponent, MarkAreaComponent, TitleComponent, SVGRenderer])

/** Unquoted family names, because they end up in style attributes. */
export const fontFamily = "Inter,system-ui,Segoe UI,Roboto,Helvetica Neue,Arial,sans-serif"

export const palette = {
  ink: "#16232b",
  soft: "#5a6b75",
  line: "#d9e1e5",
  wash: "#f3f7f8",
  accent: "#0e4f5c",
  middle: "#3b7f8c",
  light: "#a9cbd1",
  warm: "#b4532a",
  good: "#3c8a5f",
  paper: "#ffffff",
} as const

export interface ChartSize {
  readonly width: number
  readonly height: number
}

export interface ChartText {
  readonly title: string
  /** The whole message of the picture in words, for those who do not see it. */
  readonly description: string
}

/** Draws `option` and returns a self-contained SVG file: no script, no style sheet, no outside reference. */
export const drawSvg = (option: EChartsCoreOption, size: ChartSize, text: ChartText): string => {
  const chart = init(null, null, { renderer: "svg", ssr: true, ...size })
  try {
    chart.setOption({
      animation: false,
      backgroundColor: palette.paper,
      textStyle: { fontFamily, color: palette.ink },
      ...option,
    })
    return comparable(chart.renderToSVGString(), text)
  } finally {
    chart.dispose()
  }
}

/**
 * Removes what changes from run to run. echarts numbers its charts and classes through the whole process, and
 * adds rules for hovering that a still picture does not need.
 */
const comparable = (svg: string, { title, description }: ChartText): string =>
  `${safeText(svg)
    .replaceAll(/<style[^>]*>[\s\S]*?<\/style>\n?/g, "")
    .replaceAll(/ (?:class="zr[^"]*"|ecmeta_[a-z_]+="[^"]*"|pointer-events="[^"]*")/g, "")
    .replaceAll(/\bzr\d+-/g, "c-")
    .replace(/^<svg /, '<svg role="img" aria-labelledby="title description" ')
    .replace(
      ">",
      `>\n<title id="title">${escaped(safeText(title))}</title>\n<desc id="description">${escaped(safeText(description))}</desc>`,
    )}\n`

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
