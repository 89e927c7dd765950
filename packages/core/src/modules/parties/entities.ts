/** Companies, persons, and who is whose contact. A customer is a role of a company, not an entity. */
import { entity, type Rooted, type RowOf } from "../../kernel/entity.ts"
import { boolean, children, choice, currency, defaulted, integer, optional, ref, text } from "../../kernel/field.ts"
import { User } from "../organisation/entities.ts"

/** A postal address of a company. */
export const Address = entity("address", {
  kind: choice(["post", "visit", "delivery", "invoice"]),
  street: text({ search: "words" }),
  postalCode: text({ search: "exact", maxLength: 20 }),
  city: text({ search: "words", maxLength: 100 }),
  country: text({ maxLength: 2, pattern: /^[A-Z]{2}$/, expected: "a country code such as SE" }),
})

/** A company, or a private customer (`type` consumer). */
export const Company = entity(
  "company",
  {
    number: text({ unique: true, search: "exact", maxLength: 40 }),
    name: text({ search: "words" }),
    nickname: optional(text({ search: "words" })),
    type: defaulted(choice(["business", "consumer"]), "business"),
    country: text({ maxLength: 2, pattern: /^[A-Z]{2}$/, expected: "a country code such as SE" }),
    orgNumber: optional(text({ search: "exact", maxLength: 40 })),
    vatNumber: optional(text({ search: "exact", maxLength: 40 })),
    segment: optional(text({ maxLength: 80 })),
    parentCompany: optional(ref((): { readonly name: "company" } => Company)),
    currency: currency(),
    /** Who looks after the account. */
    owner: optional(ref(User)),
    paymentTermDays: defaulted(integer({ min: 0, max: 365 }), 30),
    addresses: children(Address, { by: "company" }),
  },
  { scope: { owner: "owner" } },
)
export interface Company extends RowOf<typeof Company.fields>, Rooted<"company"> {}

/** A person; private data belongs to the person, what concerns one company to the relation. */
export const Person = entity("person", {
  /** The host's own key for the person, such as a normalised e-mail address. */
  number: text({
    unique: true,
    search: "exact",
    maxLength: 120,
    personal: { category: "C", of: "id", on: "anonymise" },
  }),
  name: text({ search: "words", personal: { category: "I", of: "id", on: "anonymise" } }),
  email: optional(text({ search: "exact", personal: { category: "C", of: "id", on: "erase" } })),
  phone: optional(text({ search: "exact", maxLength: 40, personal: { category: "C", of: "id", on: "erase" } })),
})
export interface Person extends RowOf<typeof Person.fields>, Rooted<"person"> {}

/** A person's place at a company. */
export const ContactRelation = entity("contactRelation", {
  person: ref(Person),
  company: ref(Company),
  title: optional(text({ personal: { category: "E", of: "person", on: "erase" } })),
  isPrimary: defaulted(boolean(), false),
})
export interface ContactRelation extends RowOf<typeof ContactRelation.fields>, Rooted<"contactRelation"> {}
