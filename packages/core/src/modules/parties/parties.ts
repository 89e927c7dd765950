/** Parties: companies, persons and contact relations. */
import { noCycles } from "../../kernel/noCycles.ts"
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import { rule } from "../../kernel/rule.ts"
import { Company, ContactRelation, Person } from "./entities.ts"
import { type NotAnIdentifier, orgNumber, vatNumber } from "./identifier.ts"

/** What to say of a number that is none. */
const said = (what: string, country: string, reason: NotAnIdentifier): string =>
  `must be ${what} of ${country}: its ${reason === "checkDigit" ? "check digit is wrong" : "form is another"}`

const rules = [
  rule(Company, ({ type, country, orgNumber: text }) => {
    // A private person's number is not the company's to check.
    const number = text === null || type === "consumer" ? null : orgNumber(country, text)
    if (number === null || number.ok) return null
    return { field: "orgNumber", rule: said("an organisation number", country, number.error) }
  }),
  rule(Company, ({ country, vatNumber: text }) => {
    const number = text === null ? null : vatNumber(country, text)
    if (number === null || number.ok) return null
    return { field: "vatNumber", rule: said("a VAT number", country, number.error) }
  }),
]

const spec = plugin("parties", {
  needs: ["organisation"],
  entities: [Company, Person, ContactRelation],
  collections: { companies: Company, persons: Person, contacts: ContactRelation },
  rules,
  checks: [noCycles(Company, "parentCompany")],
})

/** The calls of parties. */
export interface Parties extends FaceOf<typeof spec> {}
/** The plugin parties. */
export interface PartiesPlugin extends Plugin<"parties", Parties> {}
/** Companies, persons and who is whose contact. */
export const parties: PartiesPlugin = spec
