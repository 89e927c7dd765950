/** Every sentence that says what is wrong with a value has its Swedish, also inside other sentences. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, standard } from "@anbud/core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { inSwedish } from "../src/kernel/swedish.ts"

const SOURCES = fileURLToPath(new URL("../src", import.meta.url))
/** What developers hear of their plugins when an engine is made is in English alone. */
const OF_DEFINITIONS = /kernel\/(?:model|additions|wiring|definitionInvalid)\.ts|kernel\/work\/workWiring\.ts|testkit\//

const sentencesIn = (file: string): readonly string[] => {
  const source = readFileSync(file, "utf8").replace(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")
  const said = /(?:\bmessage:|\brule:|\bexpected:|NotPlain\([^,]+,)\s*(?:"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g
  return [...source.matchAll(said)].map(([, plain, template]) => plain ?? template ?? "")
}

const sentences = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !OF_DEFINITIONS.test(path))
  .flatMap((path) => sentencesIn(join(SOURCES, path)))
  .map((sentence) => sentence.replace(/\$\{[^}]*(?:\{[^}]*\}[^}]*)*\}/g, "N"))
  // A name and a code, or a sentence that is put together of others.
  .filter((sentence) => !/^(?:N:? ?)*$|^[A-Z]\w+$|^N: [A-Z]\w+$/.test(sentence))

test("all of them are found, and none is missing", () => {
  expect(new Set(sentences).size).toBeGreaterThan(70)
  expect([...new Set(sentences)].filter((sentence) => inSwedish(sentence) === sentence)).toEqual([])
})

describe("a sentence inside another is put into Swedish too", () => {
  test.each([
    ["must be a whole number from 1 to 200", "måste vara ett heltal från 1 till 200"],
    ["must be one of goods, labour", "måste vara något av goods, labour"],
    [
      "must be a text of at most 40 characters, without NUL or lone surrogates",
      "måste vara en text på högst 40 tecken, utan NUL och ensamma surrogat",
    ],
    [
      "must be an organisation number of SE: its check digit is wrong",
      "måste vara ett organisationsnummer i SE: kontrollsiffran stämmer inte",
    ],
    ["must not be before validFrom", "får inte vara före validFrom"],
    ["a plugin's own words", "a plugin's own words"],
    ["must be ".repeat(500), "must be ".repeat(500)],
  ])("%s", (english, swedish) => expect(inSwedish(english)).toBe(swedish))
})

describe("a session in Swedish", async () => {
  const engine = await createEngine({ store: sqlite({ file: ":memory:" }), plugins: standard })
  beforeAll(() => engine.tenants.create({ id: "acme", name: "Acme", currency: "SEK", zone: "UTC", admin: "ada" }))
  afterAll(() => engine.close())
  const ada = engine.as({ tenant: "acme", user: "ada", locale: "sv-SE" })
  const messageOf = async (call: PromiseLike<unknown>): Promise<string> => {
    try {
      await call
      return "done"
    } catch (error) {
      return (error as Error).message
    }
  }

  test("hears what is wrong with an input", async () => {
    const wrong = { number: "7".repeat(41), name: 7, country: "Sverige", currency: "SEK", colour: "red" }
    expect(await messageOf(ada.parties.companies.create(wrong as never))).toBe(
      "Indata är inte giltiga: colour är inte känt här; number måste vara en text på högst 40 tecken, utan NUL och " +
        "ensamma surrogat; name måste vara en text; country måste vara en landskod såsom SE.",
    )
  })

  test("hears which rule is broken", async () => {
    const company = { number: "K1", name: "Brf", country: "SE", currency: "SEK", orgNumber: "556016-0681" }
    expect(await messageOf(ada.parties.companies.create(company))).toBe(
      "orgNumber i company måste vara ett organisationsnummer i SE: kontrollsiffran stämmer inte.",
    )
  })

  test("hears what is wrong with a file", async () => {
    const columns = { number: "nr", name: "namn", country: () => "SE", currency: () => "SEK" }
    const file = { file: "kunder.csv", text: "nr;titel\nK1;Brf\n", key: ["number"] as const, columns }
    expect(await messageOf(ada.parties.companies.import(file))).toBe(
      'kunder.csv kan inte importeras; inget skrevs: rad 1, namn "namn" det finns ingen kolumn namn.',
    )
  })
})
