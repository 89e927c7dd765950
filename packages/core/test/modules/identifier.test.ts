import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { orgNumber, vatNumber } from "../../src/modules/parties/identifier.ts"
import { openFirm } from "./firm.ts"

const canonical = (found: ReturnType<typeof orgNumber>): string =>
  found.ok ? `${found.value.canonical} / ${found.value.display}` : found.error

test.each`
  country | text                  | outcome
  ${"SE"} | ${"556012-5790"}      | ${"5560125790 / 556012-5790"}
  ${"SE"} | ${" 556016 0680 "}    | ${"5560160680 / 556016-0680"}
  ${"SE"} | ${"559999-0016"}      | ${"5599990016 / 559999-0016"}
  ${"SE"} | ${"16556012-5790"}    | ${"5560125790 / 556012-5790"}
  ${"SE"} | ${"556012-5791"}      | ${"checkDigit"}
  ${"SE"} | ${"811218-9876"}      | ${"8112189876 / 811218-9876"}
  ${"SE"} | ${"19811218-9876"}    | ${"8112189876 / 811218-9876"}
  ${"SE"} | ${"811218+9876"}      | ${"8112189876 / 811218+9876"}
  ${"SE"} | ${"811218-9875"}      | ${"checkDigit"}
  ${"SE"} | ${"811378-9876"}      | ${"form"}
  ${"SE"} | ${"811200-9876"}      | ${"form"}
  ${"SE"} | ${"55601257"}         | ${"form"}
  ${"SE"} | ${"55601२-5790"}      | ${"form"}
  ${"SE"} | ${""}                 | ${"form"}
  ${"NO"} | ${"974760673"}        | ${"974760673 / 974 760 673"}
  ${"NO"} | ${"923 609 016"}      | ${"923609016 / 923 609 016"}
  ${"NO"} | ${"310000019"}        | ${"310000019 / 310 000 019"}
  ${"NO"} | ${"310000035"}        | ${"310000035 / 310 000 035"}
  ${"NO"} | ${"310000043"}        | ${"310000043 / 310 000 043"}
  ${"NO"} | ${"311000012"}        | ${"311000012 / 311 000 012"}
  ${"NO"} | ${"310000018"}        | ${"checkDigit"}
  ${"NO"} | ${"000000000"}        | ${"form"}
  ${"FI"} | ${"0112038-9"}        | ${"01120389 / 0112038-9"}
  ${"FI"} | ${"112038-9"}         | ${"01120389 / 0112038-9"}
  ${"FI"} | ${"2646674-9"}        | ${"26466749 / 2646674-9"}
  ${"FI"} | ${"9999999-2"}        | ${"99999992 / 9999999-2"}
  ${"FI"} | ${"9900011-4"}        | ${"99000114 / 9900011-4"}
  ${"FI"} | ${"9999999-3"}        | ${"checkDigit"}
  ${"IT"} | ${"00743110157"}      | ${"00743110157 / 00743110157"}
  ${"IT"} | ${"01234567897"}      | ${"01234567897 / 01234567897"}
  ${"IT"} | ${"99000000010"}      | ${"99000000010 / 99000000010"}
  ${"IT"} | ${"00743110158"}      | ${"checkDigit"}
  ${"IT"} | ${"RSSMRA85T10A562S"} | ${"RSSMRA85T10A562S / RSSMRA85T10A562S"}
  ${"IT"} | ${"rccmnl83s18d969h"} | ${"RCCMNL83S18D969H / RCCMNL83S18D969H"}
  ${"IT"} | ${"RSSMRA85T10A562T"} | ${"checkDigit"}
  ${"DK"} | ${"13585628"}         | ${"13585628 / 13585628"}
  ${"DK"} | ${"13 58 56 28"}      | ${"13585628 / 13585628"}
  ${"DK"} | ${"13585627"}         | ${"checkDigit"}
  ${"DE"} | ${"HRB 1234"}         | ${"HRB1234 / HRB 1234"}
`("organisation number $text of $country → $outcome", ({ country, text, outcome }) => {
  expect(canonical(orgNumber(country, text))).toBe(outcome)
})

test.each([
  { country: "NO", prefix: "31000006" },
  { country: "FI", prefix: "9900123" },
])("$prefix of $country has no valid check digit", ({ country, prefix }) => {
  for (let digit = 0; digit < 10; digit += 1)
    expect(orgNumber(country, `${prefix}${digit}`)).toMatchObject({ ok: false })
})

test.each`
  country | text                 | outcome
  ${"SE"} | ${"SE556012579001"}  | ${"SE556012579001"}
  ${"SE"} | ${"556012-5790 01"}  | ${"SE556012579001"}
  ${"SE"} | ${"SE559999001601"}  | ${"SE559999001601"}
  ${"SE"} | ${"SE556012579101"}  | ${"checkDigit"}
  ${"SE"} | ${"SE5560125790"}    | ${"form"}
  ${"NO"} | ${"NO310000019MVA"}  | ${"NO310000019MVA"}
  ${"NO"} | ${"310 000 019 MVA"} | ${"NO310000019MVA"}
  ${"NO"} | ${"NO310000018MVA"}  | ${"checkDigit"}
  ${"NO"} | ${"NO310000019"}     | ${"form"}
  ${"FI"} | ${"FI01120389"}      | ${"FI01120389"}
  ${"FI"} | ${"fi 99999992"}     | ${"FI99999992"}
  ${"FI"} | ${"FI99999993"}      | ${"checkDigit"}
  ${"FI"} | ${"FI1120389"}       | ${"form"}
  ${"IT"} | ${"IT00743110157"}   | ${"IT00743110157"}
  ${"IT"} | ${"IT0074311015"}    | ${"form"}
  ${"DK"} | ${"DK13585628"}      | ${"DK13585628"}
  ${"SE"} | ${"DK13585627"}      | ${"checkDigit"}
  ${"SE"} | ${"DE123456789"}     | ${"DE123456789"}
`("VAT number $text of $country → $outcome", ({ country, text, outcome }) => {
  const found = vatNumber(country, text)
  expect(found.ok ? found.value.canonical : found.error).toBe(outcome)
})

describe("a company", () => {
  const company = { number: "K1", name: "Granen", country: "SE", currency: "SEK" }

  test.each`
    given                                                        | field
    ${{ orgNumber: "769999-0012" }}                              | ${"orgNumber"}
    ${{ orgNumber: "769999-0011", vatNumber: "SE769999001201" }} | ${"vatNumber"}
    ${{ country: "NO", orgNumber: "769999-0011" }}               | ${"orgNumber"}
  `("with $given is refused for its $field, when made and when changed", async ({ given, field }) => {
    const { anna } = await openFirm()
    const broken = { _tag: "RuleBroken", params: { entity: "company", field } }
    await expect(anna.parties.companies.create({ ...company, ...given })).rejects.toMatchObject(broken)
    const { id } = await anna.parties.companies.create(company)
    await expect(anna.parties.companies.patch({ id, set: given })).rejects.toMatchObject(broken)
  })

  test("with numbers that hold, or none, is taken; a private person's number is not checked", async () => {
    const { anna } = await openFirm()
    await anna.parties.companies.create({ ...company, orgNumber: "769999-0011", vatNumber: "SE769999001101" })
    await anna.parties.companies.create({ ...company, number: "K2" })
    await anna.parties.companies.create({ ...company, number: "K3", type: "consumer", orgNumber: "811218-9875" })
  })

  const data = new URL("../../../../examples/quickstart/data/", import.meta.url)
  const customers = (file: string) => ({
    file,
    text: readFileSync(new URL(file, data), "utf8"),
    key: ["number"] as const,
    columns: {
      number: "kundnummer",
      name: "namn",
      country: "land",
      orgNumber: "organisationsnummer",
      vatNumber: "momsregnr",
      currency: "valuta",
    },
  })

  test("of the quickstart's data passes", async () => {
    const { anna } = await openFirm()
    expect(await anna.parties.companies.import(customers("customers.csv"))).toMatchObject({ created: 14, refused: [] })
  })

  test("with a wrong check digit in a file is refused by line, field, column and value", async () => {
    const { anna } = await openFirm()
    const outcome = await anna.parties.companies.import(customers("bad/customers-check-digit.csv")).result()
    expect(outcome).toMatchObject({
      ok: false,
      error: {
        _tag: "ImportRejected",
        params: {
          file: "bad/customers-check-digit.csv",
          issues: [
            { row: 3, field: "orgNumber", column: "organisationsnummer", code: "RuleBroken", value: "769999-0012" },
          ],
        },
      },
    })
    expect((await anna.parties.companies.list()).items).toEqual([])
  })
})
