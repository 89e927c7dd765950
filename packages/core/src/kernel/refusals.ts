/** The refusals that any command or query may give, in order of precedence. */
import { FeedRewound } from "./changeFeed/committedChange.ts"
import { InvalidCursor } from "./cursor.ts"
import { type RefusalOf, refusal } from "./errors.ts"
import { integer, json, text } from "./field.ts"
import { HookRefused, HookTimeout } from "./hook.ts"
import { KeyMissing, KeyRejected } from "./keys.ts"
import { GrantExceedsOwn, LastAdministrator } from "./rights/refusals.ts"
import {
  CommitUnknown,
  Contention,
  NoTransaction,
  QueryTooComplex,
  ReferenceMissing,
  SchemaNewer,
  SchemaOutOfDate,
  StorageFailed,
  StoreClosed,
  SumOutOfRange,
  UniqueTaken,
  UseContext,
} from "./storeErrors.ts"
import type { UnknownTenant } from "./tenant.ts"

/** One thing that is wrong with an input: where, and what was expected. */
export interface InputIssue {
  readonly path: string
  readonly message: string
}

/**
 * The input is not what the command takes; every issue is listed with its path.
 *
 * Correct each path that is named; nothing was written.
 */
export const InvalidInput = refusal(
  "InvalidInput",
  { issues: json<readonly InputIssue[]>() },
  { en: "The input is not valid: {issues}.", sv: "Indata är inte giltiga: {issues}." },
  422,
)
export type InvalidInput = RefusalOf<typeof InvalidInput>

/**
 * There is no such user in the tenant, or the user is not active.
 *
 * Check the login; an administrator can create the user or make it active.
 */
export const UnknownUser = refusal(
  "UnknownUser",
  { user: text() },
  { en: "There is no active user {user} in this tenant.", sv: "Det finns ingen aktiv användare {user} här." },
  401,
)
export type UnknownUser = RefusalOf<typeof UnknownUser>

const named = (fields: unknown, before: string): string =>
  Array.isArray(fields) && fields.length > 0 ? `${before}${fields.join(", ")}` : ""

/**
 * The user lacks the right, or has it not for these records or fields.
 *
 * Ask an administrator for the right that is named; rights come from the user's roles.
 */
export const Forbidden = refusal(
  "Forbidden",
  { right: text(), fields: json<readonly string[]>() },
  {
    en: ({ right, fields }) => `You need the right ${right}${named(fields, " for ")}.`,
    sv: ({ right, fields }) => `Du behöver rätten ${right}${named(fields, " för ")}.`,
  },
  403,
)
export type Forbidden = RefusalOf<typeof Forbidden>

/** The refusal of a right, or of a right to fields. */
export const forbidden = (right: string, fields: readonly string[] = []): Forbidden => new Forbidden({ right, fields })

/**
 * There is no such record, or none that the user may see.
 *
 * Check the id. A record that the user may not see looks the same, on purpose.
 */
export const NotFound = refusal(
  "NotFound",
  { entity: text(), id: text() },
  { en: "There is no {entity} {id}.", sv: "Det finns ingen {entity} {id}." },
  404,
)
export type NotFound = RefusalOf<typeof NotFound>

/**
 * Somebody changed the record since it was read.
 *
 * Read the record again, decide anew, and send its version.
 */
export const VersionConflict = refusal(
  "VersionConflict",
  { entity: text(), id: text(), expected: integer(), actual: integer() },
  {
    en: "{entity} {id} has version {actual}, not {expected}: read it again and repeat the change.",
    sv: "{entity} {id} har version {actual}, inte {expected}: läs om posten och gör om ändringen.",
  },
)
export type VersionConflict = RefusalOf<typeof VersionConflict>

/**
 * The idempotency key was used before, for another input.
 *
 * Take a new key for a new input; the old key stays with what it did.
 */
export const IdempotencyMismatch = refusal(
  "IdempotencyMismatch",
  { command: text(), key: text() },
  {
    en: "The idempotency key {key} was used for another {command}.",
    sv: "Nyckeln {key} har använts för ett annat {command}.",
  },
  422,
)
export type IdempotencyMismatch = RefusalOf<typeof IdempotencyMismatch>

/**
 * A rule of an entity does not hold for a record that would be written.
 *
 * Correct the field that is named; the rule says what must hold.
 */
export const RuleBroken = refusal(
  "RuleBroken",
  { entity: text(), field: text(), rule: text() },
  { en: "{field} of {entity} {rule}.", sv: "{field} i {entity} {rule}." },
  422,
)
export type RuleBroken = RefusalOf<typeof RuleBroken>

/**
 * The command would write more records than one entry of the journal takes.
 *
 * Split the work into several commands.
 */
export const TooManyRecords = refusal(
  "TooManyRecords",
  { most: integer(), given: integer() },
  {
    en: "One command writes at most {most} records, not {given}: do it in several.",
    sv: "Ett kommando skriver högst {most} poster, inte {given}: dela upp det.",
  },
  422,
)
export type TooManyRecords = RefusalOf<typeof TooManyRecords>

/** What any query may refuse. */
export type ReadRefusal =
  | InvalidInput
  | UnknownTenant
  | UnknownUser
  | Forbidden
  | NotFound
  | QueryTooComplex
  | SumOutOfRange
  | StorageFailed
  | StoreClosed
  | KeyMissing
  | KeyRejected

/** What any command may refuse beside its own refusals. */
export type CommonRefusal =
  | ReadRefusal
  | VersionConflict
  | IdempotencyMismatch
  | RuleBroken
  | TooManyRecords
  | GrantExceedsOwn
  | LastAdministrator
  | UniqueTaken
  | ReferenceMissing
  | Contention
  | CommitUnknown
  | HookRefused
  | HookTimeout

/** Every refusal of the kernel, for the registry. */
export const KERNEL_REFUSALS = [
  InvalidInput,
  UnknownUser,
  Forbidden,
  NotFound,
  VersionConflict,
  IdempotencyMismatch,
  RuleBroken,
  TooManyRecords,
  GrantExceedsOwn,
  LastAdministrator,
  UniqueTaken,
  ReferenceMissing,
  QueryTooComplex,
  SumOutOfRange,
  Contention,
  HookRefused,
  HookTimeout,
  StorageFailed,
  CommitUnknown,
  StoreClosed,
  SchemaOutOfDate,
  SchemaNewer,
  UseContext,
  InvalidCursor,
  FeedRewound,
  KeyMissing,
  KeyRejected,
  NoTransaction,
] as const
