/**
 * Erase: takes a person's data out of the records and out of the journal.
 *
 * Every field that names the person as its data subject is emptied, made anonymous or kept, as the field says. The
 * person's parts of the journal go with their salts and keys, which reaches copies and backups, and an entry says that
 * it happened: who, when, on what ground and how much, and nothing of the person but the id.
 */
import { type Change, patchOf } from "./changes.ts"
import type { Entity } from "./entity.ts"
import { withLocks } from "./execute.ts"
import type { Field, LocalDate } from "./field.ts"
import { fieldsOf } from "./fields.ts"
import { forgetRefusals } from "./forgetting.ts"
import { CHANGE, ERASE, ERASURE, PART, type RecordChange } from "./journal.ts"
import { localDate } from "./localDate.ts"
import type { Caller, Executable, Machine } from "./machine.ts"
import { subjectOf } from "./recordChange.ts"
import type { Records, RecordValues } from "./records.ts"
import { forbidden, InvalidInput, NotFound } from "./refusals.ts"
import { may } from "./rights.ts"
import { SUBJECT_KEY } from "./sealing.ts"
import { standingOf } from "./standing.ts"
import type { StoredRow, Transaction } from "./store.ts"

/** A value that stays, and why. */
export interface KeptValue {
  readonly entity: string
  readonly record: string
  readonly field: string
  /** Null where the field does not say. */
  readonly ground: string | null
  /** Null where the field sets no end. */
  readonly retainUntil: LocalDate | null
}

/** What an erasure did. */
export interface ErasureReport {
  readonly subject: string
  /** The entry that says so. */
  readonly seq: number
  /** Records and values that were emptied or made anonymous. */
  readonly records: number
  readonly values: number
  /** Parts of the journal and keys that were deleted. */
  readonly parts: number
  readonly keys: number
  readonly kept: readonly KeptValue[]
}

/** Whose data, and why: the ground stands in the journal, so it names nobody. */
export interface Erasing {
  readonly subject: string
  readonly ground: string
}

/** Erased records per entry of the journal; a person of whom more speak is erased in several, the last says so. */
const RECORDS_PER_ENTRY = 500

/** Erases a person; refuses with `InvalidInput`, `Forbidden`, and with `NotFound` where nothing is about the person. */
export const erase = async (machine: Machine, caller: Caller, erasing: Erasing): Promise<ErasureReport> => {
  checkErasing(erasing)
  const total = { records: 0, values: 0 }
  for (;;) {
    const done = await machine.store.write((tx) => eraseSome(machine, caller, erasing, tx, total))
    total.records += done.records
    total.values += done.values
    if (done.report) return done.report
  }
}

const checkErasing = ({ subject, ground }: Erasing): void => {
  const issues = Object.entries({ subject, ground }).flatMap(([path, value]) =>
    typeof value === "string" && value.trim() !== "" && value.length <= 500
      ? []
      : [{ path, message: "must be a text of 1 to 500 characters" }],
  )
  if (issues.length > 0) throw new InvalidInput({ issues })
}

interface Counts {
  readonly records: number
  readonly values: number
}

/** One entry's worth; with the report when it was the last. */
const eraseSome = async (
  engine: Machine,
  caller: Caller,
  erasing: Erasing,
  tx: Transaction,
  before: Counts,
): Promise<Counts & { readonly report: ErasureReport | null }> => {
  const { machine, tenant, actor, read } = await standingOf(engine, tx, caller)
  if (!may(actor, ERASE)) throw forbidden(ERASE)
  await tx.savepoint("decided")
  const notes: RecordChange[] = []
  let report: Unsealed | null = null
  let counts: Counts = { records: 0, values: 0 }
  const command: Executable = {
    name: ERASE,
    input: {},
    locks: () => [],
    answer: async () => null,
    decide: async () => {
      notes.length = 0
      const today = localDate(machine.clock.now(), tenant.zone)
      const found = await personalOf(machine, read, erasing.subject, today)
      const some = found.changes.slice(0, RECORDS_PER_ENTRY)
      counts = { records: some.length, values: some.reduce((sum, { values }) => sum + values, 0) }
      report = null
      if (some.length === found.changes.length) {
        const whole = { records: before.records + counts.records, values: before.values + counts.values }
        report = await eraseJournal(tx, caller.tenant, erasing, found.kept, whole)
        await forgetRefusals(tx, caller.tenant)
        notes.push(noteOf(erasing, report))
      }
      return { changes: some.map(({ change }) => change), outcome: {} }
    },
  }
  const scope = `${caller.tenant}/${ERASE}/${erasing.subject}/${before.records}`
  const { seq } = await withLocks(machine, { tx, read, tenant, actor, scope, erasing: { notes } }, command, {})
  return { ...counts, report: reportOf(report, seq) }
}

/** An erasure before its entry has a number. */
interface Unsealed extends Omit<ErasureReport, "seq"> {
  readonly keptParts: number
}

const reportOf = (unsealed: Unsealed | null, seq: number | null): ErasureReport | null => {
  if (unsealed === null || seq === null) return null
  const { keptParts: _, ...report } = unsealed
  return { ...report, seq }
}

/** What an entry says of an erasure: how much, and why; `keptParts` counts those whose time to be kept was over. */
const noteOf = (
  { subject, ground }: Erasing,
  { records, values, parts, keys, kept, keptParts }: Unsealed,
): RecordChange => ({
  entity: ERASURE,
  record: subject,
  root: `${ERASURE}/${subject}`,
  verb: "create",
  version: 1,
  before: {},
  after: { ground, records, values, parts, keys, kept: kept.length, keptParts },
  sealed: [],
})

/** The fields of an entity that hold personal data. */
const personalFields = (machine: Machine, entity: Entity): readonly (readonly [string, Field])[] =>
  Object.entries(fieldsOf(machine.model, entity)).filter(([, { options }]) => options.personal !== undefined)

interface Found {
  readonly changes: readonly { readonly change: Change; readonly values: number }[]
  readonly kept: readonly KeptValue[]
}

/** Everything in the records that is about a person: what to write instead, and what stays. */
const personalOf = async (machine: Machine, read: Records, subject: string, today: LocalDate): Promise<Found> => {
  const changes: { readonly change: Change; readonly values: number }[] = []
  const kept: KeptValue[] = []
  for (const entity of machine.model.entities.values()) {
    const fields = personalFields(machine, entity)
    if (fields.length === 0) continue
    for (const row of (await rowsAbout(read, entity, fields, subject)).values()) {
      const set: Record<string, unknown> = {}
      for (const [name, field] of fields) {
        if ((row[name] ?? null) === null || subjectOf(field, row.id, row) !== subject) continue
        const until = retainUntil(field, row)
        if (field.options.personal?.on === "keep" && (until === null || until >= today)) {
          const ground = field.options.personal.kept?.ground ?? null
          kept.push({ entity: entity.name, record: row.id, field: name, ground, retainUntil: until })
          continue
        }
        const left = machine.derived.erasedValue(field, row.id, row[name])
        if (left !== undefined && JSON.stringify(left) !== JSON.stringify(row[name])) set[name] = left
      }
      const values = Object.keys(set).length
      if (values > 0) changes.push({ change: patchOf(entity, row, set), values })
    }
  }
  return { changes, kept }
}

/** The records that may be about a person: the person's own, and those with a field that names the person. */
const rowsAbout = async (
  read: Records,
  entity: Entity,
  fields: readonly (readonly [string, Field])[],
  subject: string,
): Promise<ReadonlyMap<string, RecordValues>> => {
  const names = new Set(fields.flatMap(([, { options }]) => options.personal?.of ?? []))
  const ids = new Set([subject])
  for (const name of names) {
    if (name === "id") continue
    for (const { id } of await read.find(entity, { [name]: subject } as never)) ids.add(id)
  }
  return read.byIds(entity, [...ids])
}

const retainUntil = ({ options }: Field, row: RecordValues): LocalDate | null => {
  const kept = options.personal?.kept
  const from = kept ? row[kept.from] : null
  if (!kept || typeof from !== "string") return null
  return `${Number(from.slice(0, 4)) + kept.years}${from.slice(4, 10)}` as LocalDate
}

/** Deletes the person's parts of the journal, with their salts, and the keys that seal them. */
const eraseJournal = async (
  tx: Transaction,
  tenant: string,
  { subject }: Erasing,
  kept: readonly KeptValue[],
  counts: Counts,
): Promise<Unsealed> => {
  const about = { tenant, where: { op: "eq", column: "subject", value: subject } } as const
  // The keys are locked first: a command that is just sealing under one of them ends before its parts are counted.
  const keys = idsOf(await tx.select({ ...about, table: SUBJECT_KEY }))
  await tx.lock(SUBJECT_KEY, tenant, keys)
  const parts = await tx.select({ ...about, table: PART })
  const retained = await retainedParts(tx, tenant, parts, kept)
  const gone = parts.filter((row) => !retained.has(row))
  const keyRows = await tx.select({ ...about, table: SUBJECT_KEY })
  const goneKeys = keyRows.filter((row) => row["kept"] !== 1 || retained.size === 0)
  if (counts.records + gone.length + keyRows.length + kept.length === 0)
    throw new NotFound({ entity: "subject", id: subject })
  await tx.remove(PART, tenant, idsOf(gone))
  await tx.remove(SUBJECT_KEY, tenant, idsOf(goneKeys))
  const keptParts = gone.filter((row) => row["kept"] === 1).length
  return { subject, ...counts, parts: gone.length, keys: goneKeys.length, kept, keptParts }
}

/** The parts that stay with the values that stay. */
const retainedParts = async (
  tx: Transaction,
  tenant: string,
  parts: readonly StoredRow[],
  kept: readonly KeptValue[],
): Promise<ReadonlySet<StoredRow>> => {
  const records = new Set(kept.map(({ entity, record }) => `${entity}/${record}`))
  const candidates = parts.filter((row) => row["kept"] === 1)
  if (records.size === 0 || candidates.length === 0) return new Set()
  const values = [...new Set(candidates.map((row) => Number(row["seq"])))]
  const changes = await tx.select({ table: CHANGE, tenant, where: { op: "in", column: "seq", values } })
  const recordAt = new Map(changes.map((row) => [placeOf(row), `${row["entity"]}/${row["record"]}`]))
  return new Set(candidates.filter((row) => records.has(recordAt.get(placeOf(row)) ?? "")))
}

const placeOf = (row: StoredRow): string => `${row["seq"]}/${row["ordinal"]}`

const idsOf = (rows: readonly StoredRow[]): readonly string[] => rows.map((row) => String(row["id"])).sort()
