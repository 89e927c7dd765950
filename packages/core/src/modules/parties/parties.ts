/** Parties: companies, persons and contact relations. */
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import { Company, ContactRelation, Person } from "./entities.ts"

const spec = plugin("parties", {
  entities: [Company, Person, ContactRelation],
  collections: { companies: Company, persons: Person, contacts: ContactRelation },
})

/** The calls of parties. */
export interface Parties extends FaceOf<typeof spec> {}
/** The plugin parties. */
export interface PartiesPlugin extends Plugin<"parties", Parties> {}
/** Companies, persons and who is whose contact. */
export const parties: PartiesPlugin = spec
