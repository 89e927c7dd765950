import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { folded, termsOf, tokensOf } from "../../src/facets/searchTokens.ts"

const tokens = (mode: "words" | "exact", value: string, rank: number) =>
  tokensOf(mode, value)
    .filter((one) => one.rank === rank)
    .map(({ token }) => token)

describe("rows 25 to 28: what does not count when texts are compared", () => {
  test.each([
    ["the composition of a letter", "Cafe\u0301 \u212Bre", "cafe are"],
    ["case and width", "ＦＪÄＬＬ", "fjall"],
    ["accents and letters that are none", "Ærø Łódź Straße þór ħ", "aero lodz strasse thor h"],
    ["a Turkish i of any kind", "İstanbul ISPARTA ılıca", "istanbul isparta ilica"],
    ["what cannot be seen", "gra\u200Bn\u202Een\u00AD", "granen"],
    ["digits of full width", "１２ ３", "12 3"],
    ["ligatures and Roman numerals", "ﬁn Ⅻ", "fin xii"],
  ])("%s: %j is %j", (_, given, expected) => {
    expect(folded(given)).toBe(expected)
  })

  test("letters that only look alike are other letters", () => {
    expect(folded("Сhrome")).not.toBe(folded("Chrome"))
  })
})

describe("tokens", () => {
  test("words, each once, and what a compound may end with", () => {
    expect(tokens("words", "Fjällservice AB, ab", 1)).toEqual(["fjallservice", "ab"])
    expect(tokens("words", "Fjällservice AB", 2)).toContain("service")
    expect(tokens("words", "Fjällservice AB", 2)).not.toContain("ice")
    expect(tokens("words", "granen", 2)).toEqual([])
    expect(tokens("words", "K-1", 0)).toEqual([])
  })

  test.each([
    ["556677-8899", ["5566778899"]],
    ["Q-1001", ["q1001"]],
    ["anna.berg@example.com", ["annabergexamplecom"]],
    ["070-123 45 67", ["0701234567", "701234567"]],
    ["+46 70 123 45 67", ["46701234567", "6701234567", "701234567", "01234567"]],
    ["0047 22 00 00 00", ["004722000000", "4722000000", "722000000", "22000000", "2000000"]],
    ["--", []],
  ])("the identifier %j is %j", (value, expected) => {
    expect(tokens("exact", value, 0)).toEqual(expected)
  })

  test("property: any text gives tokens of letters and digits only, and whole words of it find it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (value) => {
        const all = tokensOf("exact", value).map(({ token }) => token)
        expect(all.filter((token) => !/^[\p{L}\p{N}]{1,60}$/u.test(token))).toEqual([])
        expect(termsOf(value).words.every((word) => all.includes(word))).toBe(true)
        expect(new Set(tokensOf("exact", value).map((one) => JSON.stringify(one))).size).toBe(all.length)
      }),
    )
  })

  test("a long text has at most 100 words and a search at most 10", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => `w${index}`).join(" ")
    expect(tokens("words", many, 1).length).toBe(100)
    expect(termsOf(many).words.length).toBe(10)
    expect(tokens("words", "x".repeat(500), 1)).toEqual(["x".repeat(60)])
  })
})
