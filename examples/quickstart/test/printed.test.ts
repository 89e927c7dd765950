import { describe, expect, test } from "vitest"
import { capacitySvg, freeMinutes } from "../present/capacity.ts"
import { html, htmlText } from "../present/html.ts"
import { internalQuoteHtml, quoteHtml } from "../present/quoteHtml.ts"
import { sumErrors } from "../present/quoteSums.ts"
import type { LineView, QuoteView } from "../present/quoteView.ts"
import { waterfallBars, waterfallSvg } from "../present/waterfall.ts"
import { hostileTexts } from "./hostileTexts.ts"
import { sampleCapacity, sampleInternal, sampleQuote, sampleWaterfall } from "./sampleViews.ts"

const withTexts = (text: string): QuoteView => {
  const line: LineView = { position: text, productNumber: text, text, quantity: "1", unit: text, netMinor: 100 }
  const { netMinor } = sampleQuote.totals
  return {
    ...sampleQuote,
    number: text,
    title: text,
    intro: text,
    reference: text,
    includedNote: text,
    customer: { number: text, name: text, addressLines: [text], orgNumber: text, contactName: text, email: text },
    seller: { ...sampleQuote.seller, name: text, addressLines: [text], web: text, contactName: text },
    sections: [{ title: text, lines: [{ ...line, netMinor }], netMinor }],
    options: [{ ...line, replaces: text }],
    plan: sampleQuote.plan.map((part) => ({ ...part, label: text, due: text })),
    promise: { on: "2025-04-11", reason: text, steps: [{ name: text, from: "2025-03-17", to: "2025-03-17" }] },
    terms: [{ title: text, text }],
  }
}

/** The tags of a document in order, without their attributes. */
const tagsOf = (document: string): string[] => document.match(/<\/?[a-zA-Z!][^\s>]*/g) ?? []

describe("the printed quote", () => {
  test("hostile texts stay texts: the document keeps exactly its own tags", () => {
    const tame = tagsOf(quoteHtml(withTexts("snäll")))
    const tameInternal = tagsOf(internalQuoteHtml(withTexts("snäll"), sampleInternal("<svg/>", "<svg/>")))
    for (const text of hostileTexts) {
      expect(tagsOf(quoteHtml(withTexts(text))), text).toEqual(tame)
      expect(tagsOf(internalQuoteHtml(withTexts(text), sampleInternal("<svg/>", "<svg/>"))), text).toEqual(tameInternal)
    }
  })

  test("an attribute cannot be left: quotes are escaped too", () => {
    expect(htmlText(html`<a title="${'" onclick="x'}" data-x='${"' y='"}'>${"<b>"}</a>`)).toBe(
      `<a title="&quot; onclick=&quot;x" data-x='&#39; y=&#39;'>&lt;b&gt;</a>`,
    )
  })

  test("data that looks like markup of ours is no markup", () => {
    const forged = JSON.parse('{"markup":"<script>","html":"<script>"}') as string
    expect(htmlText(html`<p>${forged}</p>`)).not.toContain("<script>")
  })

  test("it loads nothing, runs nothing, and says in Swedish what is offered", () => {
    const page = quoteHtml(sampleQuote)
    expect(page).toMatch(/^<!doctype html>\n<html lang="sv">/)
    expect(page).not.toMatch(/<script|<link|<iframe|https?:|\bon[a-z]+=|url\(|@import/i)
    expect(page).toContain("default-src 'none'")
    for (const text of [
      "577\u00A0452,41\u00A0SEK",
      "fredag 11 april 2025",
      "Ersätter position 1",
      "237,5",
      "0,0415",
      "50\u00A0%",
    ])
      expect(page).toContain(text)
  })

  test("the customer's copy holds no cost, no margin, no picture, no name of the staff behind the date", () => {
    const internal = sampleInternal(waterfallSvg(sampleWaterfall), capacitySvg(sampleCapacity))
    const [customers, ours] = [quoteHtml(sampleQuote), internalQuoteHtml(sampleQuote, internal)]
    for (const text of [
      "Täckning",
      "Marginal",
      "under golvet",
      "Sara Fjellner",
      "data:image/svg+xml;base64,",
      "Intern kopia",
    ]) {
      expect(ours).toContain(text)
      expect(customers).not.toContain(text)
    }
  })

  test("two runs give the same bytes", () => {
    expect(quoteHtml(structuredClone(sampleQuote))).toBe(quoteHtml(sampleQuote))
  })

  test("a quote without options, reference or steps still prints", () => {
    const { reference: _, intro: __, includedNote: ___, ...rest } = sampleQuote
    const page = quoteHtml({ ...rest, options: [], promise: { on: "2025-04-11", reason: "Direkt.", steps: [] } })
    expect(page).not.toContain("Tillval")
    expect(page).not.toMatch(/undefined|NaN|Infinity/)
  })
})

describe("a quote adds up on paper", () => {
  const [first, ...others] = sampleQuote.sections
  const firm = first as (typeof sampleQuote.sections)[number]
  const changed = (change: Partial<LineView>): QuoteView => {
    const lines = firm.lines.map((line) => (line.position === "5" ? { ...line, ...change } : line))
    return { ...sampleQuote, sections: [{ ...firm, lines }, ...others] }
  }

  test("the sample does", () => expect(sumErrors(sampleQuote)).toEqual([]))

  test.each([
    [
      "a price that does not multiply up",
      changed({ unitPrice: "0.0425" }),
      /position 5: 50,32 is printed, the parts make 51,53/,
    ],
    ["a discount that is not taken", changed({ discountPpm: 0 }), /position 5: 50,32 is printed, the parts make 51,88/],
    [
      "a line changed by one öre",
      changed({ netMinor: 5_033 }),
      /Värmecentral: 291 998,15 is printed, the parts make 291 998,16/,
    ],
    [
      "a section left out",
      { ...sampleQuote, sections: others },
      /net: 461 961,93 is printed, the parts make 169 963,78/,
    ],
    ["a VAT rate left out", { ...sampleQuote, vat: [] }, /VAT base: .*VAT: 115 490,48 is printed, the parts make 0,00/],
    [
      "an instalment left out",
      { ...sampleQuote, plan: sampleQuote.plan.slice(1) },
      /instalments, net: .*instalments, VAT: /,
    ],
    [
      "a payable amount of its own",
      { ...sampleQuote, totals: { ...sampleQuote.totals, payableMinor: 1 } },
      /payable: 0,01 is printed/,
    ],
  ] as const)("%s is refused and named", (_, quote, message) => expect(() => quoteHtml(quote)).toThrow(message))

  test("a rounding of the payable amount is printed and counted", () => {
    const rounded = { ...sampleQuote, totals: { ...sampleQuote.totals, roundingMinor: -41, payableMinor: 57_745_200 } }
    expect(quoteHtml(rounded)).toContain("Öresavrundning")
  })
})

describe("the margin waterfall", () => {
  test("every step starts where the one before it ended", () => {
    const bars = waterfallBars(sampleWaterfall.steps)
    for (const [at, bar] of bars.entries()) if (at > 0 && bar.kind !== "total") expect(bar.from).toBe(bars[at - 1]?.to)
    expect(bars.at(-1)?.to).toBe(sampleWaterfall.steps.at(-1)?.value)
  })

  test.each([
    [
      "a total that the steps do not lead to",
      [
        { label: "A", kind: "total", value: 100 },
        { label: "B", kind: "total", value: 99 },
      ],
    ],
    ["a step with a sign of its own", [{ label: "A", kind: "down", value: -1 }]],
    ["an amount that is no integer", [{ label: "A", kind: "total", value: 0.5 }]],
  ] as const)("%s is refused", (_, steps) => expect(() => waterfallBars(steps)).toThrow(RangeError))

  test("each bar carries its exact amount, also below zero", () => {
    const svg = waterfallSvg({
      title: "Förlust",
      currency: "SEK",
      steps: [
        { label: "Netto", kind: "total", value: 10_000 },
        { label: "Kostnad", kind: "down", value: 12_345 },
        { label: "Marginal", kind: "total", value: -2_345, note: "−23,5 %" },
      ],
    })
    for (const text of [">100,00<", ">−123,45<", ">−23,45<", ">−23,5 %<"]) expect(svg).toContain(text)
  })
})

describe("capacity by week", () => {
  test("what is free is what is left, and never less than nothing", () => {
    const week = {
      week: "2025-W12",
      contractMinutes: 2_400,
      absenceMinutes: 480,
      firmMinutes: 900,
      reservedMinutes: 600,
    }
    expect(freeMinutes(week)).toBe(420)
    expect(freeMinutes({ ...week, firmMinutes: 2_000 })).toBe(0)
  })

  test("the promised week is named, and left out when it lies beyond the weeks shown", () => {
    expect(capacitySvg(sampleCapacity)).toContain(">Lovat fre 11 april<")
    const later = capacitySvg({ ...sampleCapacity, promisedWeek: "2025-W40" })
    expect(later).not.toContain(">Lovat fre 11 april<")
  })

  test("one changed absence changes the picture", () => {
    const [all, controls] = sampleCapacity.panels
    const weeks = controls?.weeks.map((week) => ({ ...week, absenceMinutes: 0 })) ?? []
    const panels = [...(all ? [all] : []), { title: controls?.title ?? "", weeks }]
    expect(capacitySvg({ ...sampleCapacity, panels })).not.toBe(capacitySvg(sampleCapacity))
  })
})

describe("pictures are files on their own", () => {
  const pictures = [
    ["waterfall", () => waterfallSvg(sampleWaterfall)],
    ["capacity", () => capacitySvg(sampleCapacity)],
  ] as const

  test.each(pictures)(
    "%s: two runs in one process give the same bytes, other charts between them or not",
    (_, draw) => {
      const first = draw()
      waterfallSvg({ ...sampleWaterfall, title: "En annan" })
      capacitySvg({ ...sampleCapacity, title: "En annan" })
      expect(draw()).toBe(first)
    },
  )

  test.each(pictures)("%s: no script, no style sheet, no reference outwards, no number of a run", (_, draw) => {
    const svg = draw()
    expect(svg).not.toMatch(/<script|<style|<image|<foreignObject|\bon[a-z]+=|ecmeta|zr\d/i)
    expect(svg.replaceAll(/xmlns(?::xlink)?="[^"]*"/g, "")).not.toMatch(/https?:|href=/)
    expect(svg).toMatch(/^<svg role="img" aria-labelledby="title description" /)
  })

  test("hostile texts stay texts", () => {
    const drawn = (text: string): string[] => [
      waterfallSvg({
        title: text,
        subtitle: text,
        currency: "SEK",
        steps: [{ label: text, kind: "total", value: 1, note: text }],
      }),
      capacitySvg({
        ...sampleCapacity,
        title: text,
        promisedLabel: text,
        panels: sampleCapacity.panels.map((panel) => ({ ...panel, title: text })),
      }),
    ]
    const own = new Set(drawn("snäll").flatMap(tagsOf))
    for (const text of hostileTexts)
      for (const svg of drawn(text)) {
        for (const tag of tagsOf(svg)) expect(own, text).toContain(tag)
        expect(svg, text).not.toMatch(/(?![\n\t])\p{Cc}|[\u202A-\u202E]|\p{Cs}/u)
      }
  })
})
