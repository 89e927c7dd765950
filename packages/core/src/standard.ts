/** The modules of core, assembled: where a verb spans several nouns, its flow is listed with the noun it belongs to. */
import { acceptQuote } from "./flows/acceptQuote/command.ts"
import { type FaceOf, type Plugin, plugin } from "./kernel/plugin.ts"
import { type CapacityPlugin, capacity } from "./modules/capacity/capacity.ts"
import { type CataloguePlugin, catalogue } from "./modules/catalogue/catalogue.ts"
import { type CustomFieldsPlugin, customFields } from "./modules/customFields/customFields.ts"
import { type InvoicingPlugin, invoicing } from "./modules/invoicing/invoicing.ts"
import { type OrdersPlugin, orders } from "./modules/orders/orders.ts"
import { type OrganisationPlugin, organisation } from "./modules/organisation/organisation.ts"
import { type PartiesPlugin, parties } from "./modules/parties/parties.ts"
import { type ProjectsPlugin, projects } from "./modules/projects/projects.ts"
import { quotesParts } from "./modules/quotes/quotes.ts"
import { type TimePlugin, time } from "./modules/time/time.ts"
import { type TimeBankPlugin, timeBank } from "./modules/timeBank/timeBank.ts"

/** The commands of quotes, for hooks to point at and for commands to call. */
export const Quotes = { ...quotesParts.commands, accept: acceptQuote }

const quotesSpec = plugin("quotes", { ...quotesParts, commands: Quotes })

/** The calls of quotes. */
export interface Quotes extends FaceOf<typeof quotesSpec> {}
/** The plugin quotes. */
export interface QuotesPlugin extends Plugin<"quotes", Quotes> {}
/** Quotes, from draft to acceptance. */
export const quotes: QuotesPlugin = quotesSpec

/** The plugins of core. */
export interface Standard {
  readonly organisation: OrganisationPlugin
  readonly parties: PartiesPlugin
  readonly catalogue: CataloguePlugin
  readonly quotes: QuotesPlugin
  readonly orders: OrdersPlugin
  readonly projects: ProjectsPlugin
  readonly time: TimePlugin
  readonly timeBank: TimeBankPlugin
  readonly invoicing: InvoicingPlugin
  readonly capacity: CapacityPlugin
  readonly customFields: CustomFieldsPlugin
}

/**
 * The record of core's plugins, to spread into an engine's own.
 *
 * @example createEngine({ store, plugins: { ...standard, esign: esign() } })
 */
export const standard: Standard = {
  organisation,
  parties,
  catalogue,
  quotes,
  orders,
  projects,
  time,
  timeBank,
  invoicing,
  capacity,
  customFields,
}
