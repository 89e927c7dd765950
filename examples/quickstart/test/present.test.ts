import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { amount, decimal, hours, money, percent, unitName } from "../present/amount.ts"
import { isoWeek, longDate, periodText, shortDate } from "../present/dateText.ts"
import { facts, pageWidth, sectionTitle, table } from "../present/table.ts"
import { cutToWidth, printable, textWidth, wrapToWidth } from "../present/textWidth.ts"
import { hostileTexts } from "./hostileTexts.ts"

describe("numbers are printed the Swedish way, the same on every machine", () => {
  test.each([
    [0, "SEK", "0,00"],
    [5, "SEK", "0,05"],
    [1_234_550, "SEK", "12 345,50"],
    [-99_999_999, "EUR", "−999 999,99"],
    [1_500, "JPY", "1 500"],
    [1_234_567, "KWD", "1 234,567"],
    [Number.MAX_SAFE_INTEGER, "SEK", "90 071 992 547 409,91"],
  ])("amount(%d, %s) is %s", (minor, currency, text) => {
    expect(amount(minor, currency)).toBe(text)
    expect(money(minor, currency)).toBe(`${text} ${currency}`)
  })

  test.each([
    ["0.0450", 0, "0,0450"],
    ["1234567.5", 2, "1 234 567,50"],
    ["-12", 0, "−12"],
  ])("decimal(%s, %d) is %s", (text, places, printed) => expect(decimal(text, places)).toBe(printed))

  test.each([
    [250_000, undefined, "25 %"],
    [75_000, undefined, "7,5 %"],
    [198_250, 1, "19,8 %"],
    [198_500, 1, "19,9 %"],
    [-198_500, 1, "−19,9 %"],
    [-400, 1, "0,0 %"],
    [999_950, 1, "100,0 %"],
    [1, undefined, "0,0001 %"],
  ])("percent(%d, %s) is %s", (ppm, places, text) => expect(percent(ppm, places)).toBe(text))

  test("hours come from minutes, units from their codes", () => {
    expect([0, 15, 90, 480, 100_000].map(hours)).toEqual(["0", "0,25", "1,5", "8", "1 666,67"])
    expect(["HUR", "MTR", "C62", "XYZ"].map(unitName)).toEqual(["tim", "m", "st", "XYZ"])
  })

  test("what is not a number is refused, not printed", () => {
    for (const minor of [1.5, Number.NaN, 2 ** 53]) expect(() => amount(minor, "SEK")).toThrow(RangeError)
    for (const text of ["1e9", "NaN", "1,5", "", "0x1", " 1", "1."]) expect(() => decimal(text)).toThrow(RangeError)
    expect(() => percent(0.5)).toThrow(RangeError)
  })

  test("an amount loses no digit", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (minor) => {
        const digits = amount(minor, "SEK").replaceAll(/[ ,]/g, "").replace("−", "-")
        expect(Number(digits)).toBe(minor)
      }),
    )
  })
})

describe("dates", () => {
  test("are written in Swedish", () => {
    expect(longDate("2025-04-11")).toBe("fredag 11 april 2025")
    expect(shortDate("2025-03-14")).toBe("fre 14 mars")
    expect(periodText("2025-03-17", "2025-03-19")).toBe("17–19 mars")
    expect(periodText("2025-03-24", "2025-04-04")).toBe("24 mars–4 april")
    expect(periodText("2025-04-11", "2025-04-11")).toBe("11 april")
  })

  test.each([
    ["2025-03-14", "2025-W11"],
    ["2024-12-30", "2025-W01"],
    ["2021-01-03", "2020-W53"],
    ["2026-12-31", "2026-W53"],
  ])("%s is in %s", (date, week) => expect(isoWeek(date)).toBe(week))

  test.each(["2025-02-29", "2025-4-11", "idag", "2025-13-01"])("%s is refused", (text) => {
    expect(() => longDate(text)).toThrow(RangeError)
  })
})

describe("terminal text", () => {
  test.each([
    ["Östersund", 9],
    ["O\u0308stersund", 9],
    ["日本語", 6],
    ["🔧", 2],
    ["👩‍🔧", 2],
    ["a\u200Bb", 2],
    ["─", 1],
  ])("%s takes %d columns", (text, width) => expect(textWidth(text)).toBe(width))

  test("nothing in a printed text can steer the terminal", () => {
    for (const text of hostileTexts) expect(printable(text)).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]|\p{Cs}/u)
    expect(printable("två\nrader\toch tab")).toBe("två rader och tab")
  })

  test("cutting and wrapping keep within the width", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.integer({ min: 4, max: 30 }), (raw, width) => {
        const text = printable(raw)
        expect(textWidth(cutToWidth(text, width))).toBeLessThanOrEqual(width)
        for (const line of wrapToWidth(text, width)) expect(textWidth(line)).toBeLessThanOrEqual(width)
        expect(wrapToWidth(text, width).join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""))
      }),
    )
  })
})

describe("tables", () => {
  const columns = [{ title: "Rad" }, { title: "Text" }, { title: "Netto", align: "right" }] as const

  test("numbers stand right-aligned below each other, sums below a rule", () => {
    expect(
      table(
        columns,
        [
          ["L01", "Bergvärmepump", "232 880,00"],
          ["L05", "Skruv", "50,32"],
        ],
        { totals: [["", "Summa", "232 930,32"]] },
      ),
    ).toBe(
      [
        "  Rad  Text                Netto",
        "  ───  ─────────────  ──────────",
        "  L01  Bergvärmepump  232 880,00",
        "  L05  Skruv               50,32",
        "  ───  ─────────────  ──────────",
        "       Summa          232 930,32",
        "",
      ].join("\n"),
    )
  })

  test("a wide text gives way by a cut or by a second line, a number never", () => {
    const long = "Bergvärmepump ".repeat(12).trim()
    const cut = table(columns, [["L01", long, "232 880,00"]])
    expect(cut.split("\n")[2]).toMatch(/Bergv.*…\s+232 880,00$/)
    const wrapped = table([columns[0], { title: "Text", wrap: true }, columns[2]], [["L01", long, "232 880,00"]])
    expect(wrapped.match(/Bergvärmepump/g)).toHaveLength(12)
    expect(wrapped.split("\n")[2]).toMatch(/232 880,00$/)
  })

  test("no line is ever wider than the page, whatever the texts are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string({ unit: "grapheme", maxLength: 120 }), { maxLength: 3 }), { maxLength: 6 }),
        (rows) => {
          const texts = [...columns.slice(0, 2), { title: "Mer", wrap: true }]
          const printed =
            table(texts, rows) + facts(rows.map((row) => ["Etikett", row[0] ?? ""])) + sectionTitle(rows[0]?.[0] ?? "x")
          for (const line of printed.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(pageWidth)
        },
      ),
      { numRuns: 60 },
    )
  })

  test("colours appear only when asked for", () => {
    const rows = [["L01", { text: "för tunn", tone: "bad" }, "1,00"]] as const
    expect(table(columns, rows)).not.toContain("\u001B")
    expect(table(columns, rows, { colour: true })).toContain("\u001B[31mför tunn")
    expect(sectionTitle("Priset")).not.toContain("\u001B")
  })

  test("a section title fills the page", () => {
    expect(sectionTitle("3  Priset").trim()).toBe(`━━ 3  Priset ${"━".repeat(pageWidth - 13)}`)
    expect(
      facts([
        ["Kund", "Brf Granen"],
        ["Nr", "K1"],
      ]),
    ).toBe("  Kund  Brf Granen\n  Nr    K1\n")
  })
})
