/** What a store may refuse, the same on every database. None of the messages holds SQL, paths or secrets. */
import { type RefusalOf, refusal } from "./errors.ts"
import { integer, json, text } from "./field.ts"
import type { SchemaPlan } from "./schemaPlan.ts"

/**
 * A unique key is taken by another record.
 *
 * Choose another value, or patch the record that has it.
 */
export const UniqueTaken = refusal(
  "UniqueTaken",
  { table: text(), columns: json<readonly string[]>() },
  {
    en: "Another record in {table} already has this value of {columns}.",
    sv: "En annan post i {table} har redan detta värde på {columns}.",
  },
)
export type UniqueTaken = RefusalOf<typeof UniqueTaken>

/**
 * A reference points at a record that does not exist in this tenant. The engine names the field and the id; a store,
 * which knows them only where it is the last to look, names the table.
 *
 * Create the record first, or correct the id.
 */
export const ReferenceMissing = refusal(
  "ReferenceMissing",
  { table: text(), entity: json<string | null>(), field: json<string | null>(), id: json<string | null>() },
  {
    en: ({ table, entity, field, id }) =>
      entity === null
        ? `A reference from ${table} points at a record that does not exist.`
        : `${field} of ${entity} refers to ${id}, which does not exist.`,
    sv: ({ table, entity, field, id }) =>
      entity === null
        ? `En referens från ${table} pekar på en post som inte finns.`
        : `${field} i ${entity} hänvisar till ${id}, som inte finns.`,
  },
  422,
)
/** What a store says of a reference that it found missing. */
export const missingIn = (table: string): ReferenceMissing =>
  new ReferenceMissing({ table, entity: null, field: null, id: null })
export type ReferenceMissing = RefusalOf<typeof ReferenceMissing>

/**
 * The store is not what the plugins define; the plan says what differs.
 *
 * Look at `anbud schema plan` and run `anbud schema apply`, or open the store with `schema: "apply"`.
 */
export const SchemaOutOfDate = refusal(
  "SchemaOutOfDate",
  { differences: json<readonly string[]>(), plan: json<SchemaPlan>() },
  {
    en: "The store does not match the plugins: {differences}. Apply the schema plan, or open an empty store.",
    sv: "Lagret stämmer inte med insticksmodulerna: {differences}. Kör schemaplanen eller öppna ett tomt lager.",
  },
  503,
)
export type SchemaOutOfDate = RefusalOf<typeof SchemaOutOfDate>

/**
 * The store was brought to a later definition than this code has; to write to it would leave rows half filled.
 *
 * Start the code that the store was brought to, or a later one.
 */
export const SchemaNewer = refusal(
  "SchemaNewer",
  { plugin: text(), release: text(), storeRelease: text() },
  {
    en: "The store was brought to {storeRelease} of {plugin}, and this is {release}: run the later release.",
    sv: "Lagret har gått över till {storeRelease} av {plugin}, och det här är {release}: kör den senare utgåvan.",
  },
  503,
)
export type SchemaNewer = RefusalOf<typeof SchemaNewer>

/**
 * Another process or command held what this one needed for too long; trying again is safe.
 *
 * Call again with the same idempotency key; pause a little longer before each try.
 */
export const Contention = refusal(
  "Contention",
  { waitedMilliseconds: integer() },
  {
    en: "Others held the data for {waitedMilliseconds} ms. Nothing was written; try again.",
    sv: "Andra höll datat i {waitedMilliseconds} ms. Inget skrevs; försök igen.",
  },
  503,
)
export type Contention = RefusalOf<typeof Contention>

/**
 * The database could not read or write (disk full, input or output error, read-only). Nothing was written.
 *
 * See to the disk or the server and open the engine again; a repeated call with the same key does nothing twice.
 */
export const StorageFailed = refusal(
  "StorageFailed",
  { reason: text() },
  {
    en: "The store failed: {reason}. Nothing was written.",
    sv: "Lagret fungerade inte: {reason}. Inget skrevs.",
  },
  503,
)
export type StorageFailed = RefusalOf<typeof StorageFailed>

/**
 * The database failed while it committed, so that nobody knows whether the call was written.
 *
 * See to the disk or the server and open the engine again, then repeat the call with the same idempotency key: what was
 * written is answered, what was not is done. Without a key, look first.
 */
export const CommitUnknown = refusal(
  "CommitUnknown",
  { reason: text() },
  {
    en: "The store failed while it committed: {reason}. Repeat the call with its idempotency key to learn whether it was written.",
    sv: "Lagret slutade fungera medan det sparade: {reason}. Upprepa anropet med dess idempotensnyckel för att få veta om något skrevs.",
  },
  503,
)
export type CommitUnknown = RefusalOf<typeof CommitUnknown>

/**
 * The engine was closed before or during the call.
 *
 * Create an engine again; a closed one stays closed.
 */
export const StoreClosed = refusal("StoreClosed", {}, { en: "The engine is closed.", sv: "Motorn är stängd." }, 503)
export type StoreClosed = RefusalOf<typeof StoreClosed>

/**
 * A filter is deeper or larger than any that a person would make.
 *
 * Split the filter, or ask for ids with `in`, which may be a list of any length.
 */
export const QueryTooComplex = refusal(
  "QueryTooComplex",
  { maxDepth: integer(), maxConditions: integer() },
  {
    en: "The filter is too complex: at most {maxConditions} conditions, {maxDepth} deep.",
    sv: "Filtret är för komplext: högst {maxConditions} villkor i {maxDepth} nivåer.",
  },
  422,
)
export type QueryTooComplex = RefusalOf<typeof QueryTooComplex>

/**
 * A sum is beyond the whole numbers that are exact.
 *
 * Sum over fewer records, such as one year at a time.
 */
export const SumOutOfRange = refusal(
  "SumOutOfRange",
  { table: text(), column: text() },
  {
    en: "The sum of {column} in {table} is too large to be exact.",
    sv: "Summan av {column} i {table} är för stor för att bli exakt.",
  },
  422,
)
export type SumOutOfRange = RefusalOf<typeof SumOutOfRange>

/**
 * The store was called from inside its own transaction, which would wait for itself.
 *
 * Use the `ctx` that the function was given instead of a session of the engine.
 */
export const UseContext = refusal(
  "UseContext",
  {},
  {
    en: "This code runs inside a transaction: use the context that it was given.",
    sv: "Den här koden körs i en transaktion: använd kontexten som den fick.",
  },
  500,
)
export type UseContext = RefusalOf<typeof UseContext>

/**
 * The connection that was handed over has no open transaction, so that the engine and the host could not commit together.
 *
 * Begin a transaction on it first, and hand over the connection itself, not a pool.
 */
export const NoTransaction = refusal(
  "NoTransaction",
  {},
  {
    en: "The connection has no open transaction: begin one on it first.",
    sv: "Anslutningen har ingen öppen transaktion: börja en på den först.",
  },
  500,
)
export type NoTransaction = RefusalOf<typeof NoTransaction>
