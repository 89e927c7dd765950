/** The public entry of @anbud/core. */
export * from "./createEngine.ts"
export { type EngineSchema, type SchemaStatus, type SchemaVerification, schemaOf, tablesOf } from "./engineSchema.ts"
export { NotAValue } from "./facets/cells.ts"
export type {
  Batch,
  BatchKind,
  BatchProgress,
  BatchRefusal,
  BatchRow,
  BatchStateName,
  RowOutcome,
} from "./kernel/batch/batch.ts"
export type { Batches, BatchRowsQuery } from "./kernel/batch/batchFace.ts"
export { BatchCancelled } from "./kernel/batch/refusals.ts"
export {
  type ChangedRecord,
  type ChangesQuery,
  type CommittedChange,
  FeedRewound,
} from "./kernel/changeFeed/committedChange.ts"
export { add, type Change, type Changes, create, move, patch, remove } from "./kernel/changes.ts"
export { type Check, type CheckSpec, check, type LockFacts } from "./kernel/check.ts"
export {
  type Checkpoint,
  type Checkpointing,
  ed25519Signer,
  isGenuine,
  type PublicKeys,
  type Signer,
} from "./kernel/checkpoint.ts"
export * from "./kernel/command.ts"
export { InvalidCursor } from "./kernel/cursor.ts"
export { CUSTOM_KINDS, CustomField, type Labels } from "./kernel/customField.ts"
export type { EffectFace } from "./kernel/effectFace.ts"
export type { EffectJoins, EffectSession } from "./kernel/effectJoin.ts"
export * from "./kernel/entity.ts"
export type { Erasing, ErasureReport, KeptValue } from "./kernel/erase.ts"
export * from "./kernel/errors.ts"
export type { ExportChunk, Exported, ExportOptions } from "./kernel/exporting.ts"
export { type AddedFields, type AdditionsOf, type Extension, extend } from "./kernel/extension.ts"
export * from "./kernel/face.ts"
export * from "./kernel/field.ts"
export { fixedIds } from "./kernel/fixedIds.ts"
export type { Guard, GuardContext } from "./kernel/guard.ts"
export type { HistoryEntry } from "./kernel/history.ts"
export * from "./kernel/hook.ts"
export * from "./kernel/importing.ts"
export type { JournalHead } from "./kernel/journal.ts"
export type { ErasedBy, JournalFace } from "./kernel/journalFace.ts"
export { KeyMissing, type KeyPurpose, KeyRejected, type Keys, masterKey, type WrappedKey } from "./kernel/keys.ts"
export {
  type AccountFields,
  accountFields,
  EMPTY_ACCOUNT,
  type EntryFields,
  entriesUntil,
  entryFields,
  type LedgerAccount,
  type OpenAccountFields,
  openAccountFields,
} from "./kernel/ledger/account.ts"
export {
  AlreadyPosted,
  AlreadyReversed,
  BalanceOutOfRange,
  closedFor,
  outOfRangeFor,
  PeriodClosed,
  type Posting,
  postingOf,
  reversedBefore,
} from "./kernel/ledger/posting.ts"
export { type ReconciledEntry, type Reconciliation, reconciled } from "./kernel/ledger/reconcile.ts"
export { type Log, type LogFields, type LogLevel, redacted } from "./kernel/log.ts"
export { type MassOutcome, MassUpdateRefused, type RecordRefused } from "./kernel/massOutcome.ts"
export { DefinitionInvalid } from "./kernel/model.ts"
export { noCycles } from "./kernel/noCycles.ts"
export type { Outcome, Pending } from "./kernel/pending.ts"
export * from "./kernel/plugin.ts"
export { type Clock, fixedClock, type Ids, randomIds, systemClock } from "./kernel/ports.ts"
export type { Preview, PreviewedChange } from "./kernel/preview.ts"
export type { Reads } from "./kernel/reads.ts"
export * from "./kernel/refusals.ts"
export { RELEASE } from "./kernel/release.ts"
export * from "./kernel/reporting.ts"
export type { Denial, Grant, Right, Scope } from "./kernel/rights/grant.ts"
export { GrantExceedsOwn, LastAdministrator } from "./kernel/rights/refusals.ts"
export { type Actor, type Authority, may } from "./kernel/rights.ts"
export { type Rule, type RuleIssue, rule } from "./kernel/rule.ts"
export * from "./kernel/schemaPlan.ts"
export * from "./kernel/store.ts"
export * from "./kernel/storeErrors.ts"
export * from "./kernel/tabulation.ts"
export { type NewTenant, Tenant, TenantExists, UnknownTenant } from "./kernel/tenant.ts"
export type { BrokenKind, Verification, VerifyOptions } from "./kernel/verifyJournal.ts"
export type { Compare, FindOptions, Where } from "./kernel/where.ts"
export { backoffMilliseconds } from "./kernel/work/backoff.ts"
export { NotParked, type WorkDesk, type WorkItem } from "./kernel/work/desk.ts"
export type { CommittedEvent, HandlerContext } from "./kernel/work/handler.ts"
export type { Health, WorkHealth } from "./kernel/work/health.ts"
export * from "./kernel/work/job.ts"
export * from "./kernel/work/jobs.ts"
export { JOB_TABLE } from "./kernel/work/queueTable.ts"
export { tableJobs } from "./kernel/work/tableJobs.ts"
export type { WorkOptions, WorkProgress } from "./kernel/work/worker.ts"
export type { Capacity, CapacityPlugin } from "./modules/capacity/capacity.ts"
export * from "./modules/capacity/entities.ts"
export { CapacityExceeded, type PlannedPart, type Promised } from "./modules/capacity/promise.ts"
export type { Catalogue, CataloguePlugin } from "./modules/catalogue/catalogue.ts"
export * from "./modules/catalogue/entities.ts"
export { type CustomFields, type CustomFieldsPlugin, customFields } from "./modules/customFields/customFields.ts"
export { FieldRetired, LimitExceeded, UnknownEntity } from "./modules/customFields/refusals.ts"
export * from "./modules/invoicing/entities.ts"
export { Invoicing, type InvoicingPlugin } from "./modules/invoicing/invoicing.ts"
export { AlreadyInvoiced, NotInvoiced, UnknownPart } from "./modules/invoicing/parts.ts"
export * from "./modules/orders/entities.ts"
export type { Orders, OrdersPlugin } from "./modules/orders/orders.ts"
export * from "./modules/organisation/entities.ts"
export type { Organisation, OrganisationPlugin } from "./modules/organisation/organisation.ts"
export * from "./modules/parties/entities.ts"
export type { Parties, PartiesPlugin } from "./modules/parties/parties.ts"
export * from "./modules/projects/entities.ts"
export { ProjectClosed, Projects, type ProjectsPlugin, UnknownPhase } from "./modules/projects/projects.ts"
export * from "./modules/quotes/entities.ts"
export * from "./modules/quotes/refusals.ts"
export type { PricedView, QuoteView } from "./modules/quotes/view.ts"
export * from "./modules/time/entities.ts"
export { DayIsFull, Time, type TimePlugin } from "./modules/time/time.ts"
export * from "./modules/timeBank/entities.ts"
export * from "./modules/timeBank/refusals.ts"
export { TimeBank, type TimeBankPlugin } from "./modules/timeBank/timeBank.ts"
export * from "./standard.ts"
