/** Import a file: reads it, checks every row, and sends what is left as one command, or as a batch if it is too much. */
import { MAX_RECORDS } from "./apply.ts"
import { longImport } from "./batch/longCalls.ts"
import { importGiven, type ReadFile } from "./batch/starts.ts"
import type { Values } from "./changes.ts"
import { type Candidate, checkIssues, lockNothing } from "./checkIssues.ts"
import { importCommand, knownRecords } from "./collection.ts"
import type { LookUp, ReadRow } from "./derived.ts"
import type { Entity } from "./entity.ts"
import { execute } from "./execute.ts"
import type { LongOptions } from "./face.ts"
import { fieldsOf, partsOf } from "./fields.ts"
import { type ImportFile, ImportRejected, type ImportReport, type RowIssue } from "./importing.ts"
import { completed, withComputed } from "./insertions.ts"
import type { Caller, Machine } from "./machine.ts"
import type { Model } from "./model.ts"
import type { Done } from "./pending.ts"
import { type ReadScope, reading } from "./reading.ts"
import type { Records, RecordValues } from "./records.ts"
import { Forbidden } from "./refusals.ts"
import { type Acting, checkFields, writeRefused } from "./rights/bounds.ts"
import type { RuleIssue } from "./rule.ts"
import { ruleIssues } from "./ruleIssues.ts"

/** Whose import it is, and into what. */
export interface ImportTarget {
  readonly machine: Machine
  readonly caller: Caller
  /** `plugin.collection` */
  readonly name: string
  readonly entity: Entity
}

/** Imports a file; refuses with `ImportRejected`, naming every bad row, unless the file says to skip those. */
export const importFile = async (
  target: ImportTarget,
  file: ImportFile<Entity>,
  options: LongOptions,
): Promise<Done<ImportReport>> => {
  const { machine, caller, name, entity } = target
  const found = await readFile(target, file)
  const { rows, issues, total } = found
  const records = rows.reduce((sum, { values }) => sum + recordsIn(machine.model, entity, values), 0)
  if (records > MAX_RECORDS) return longImport(target, found, options)
  const repeats = total - rows.length - new Set(issues.map(({ row }) => row)).size
  const counts = { created: 0, changed: 0, unchanged: 0 }
  const report = { file: file.file, rows: total, refused: issues }
  if (rows.length === 0) return { value: { ...report, ...counts, unchanged: repeats }, replayed: false, seq: null }
  const key = options.idempotencyKey
  // The claim of an import has been called so since imports were sent in several commands.
  const claim = key === undefined ? options : { ...options, idempotencyKey: `${key}#0` }
  const done = await execute(machine, caller, importCommand(name, entity, machine.derived), importGiven(found), claim)
  const { created, changed, unchanged } = done.value as typeof counts
  return { ...done, value: { ...report, created, changed, unchanged: unchanged + repeats } }
}

/** A file with what is sound in it, by the rights and the records of now; refuses like an import. */
export const readFile = async (
  { machine, caller, name, entity }: ImportTarget,
  file: ImportFile<Entity>,
): Promise<ReadFile> => {
  const { value: found } = await reading(machine, caller, `${name}.import`, (scope) =>
    checkedRows(scope.machine, scope, { right: `${name}.import`, entity }, file),
  )
  const { total, rows, issues, isReadable } = found
  if (issues.length > 0 && (file.refused !== "skip" || !isReadable))
    throw new ImportRejected({ file: file.file, issues })
  const some = rows.map(({ row, values }) => ({ row, values }))
  return { file: file.file, key: file.key, policy: file.refused ?? "all", total, rows: some, issues }
}

/** How many records a row writes at most when it is new. */
export const recordsIn = (model: Model, entity: Entity, values: Readonly<Record<string, unknown>>): number =>
  partsOf(model, entity).reduce((sum, { name, child }) => {
    const parts = (values[name] ?? []) as readonly Readonly<Record<string, unknown>>[]
    return parts.reduce((below, part) => below + recordsIn(model, child, part), sum)
  }, 1)

const checkedRows = async (
  { model, derived }: Machine,
  { read, facts, actor, knownModel }: ReadScope,
  { right, entity }: { readonly right: string; readonly entity: Entity },
  file: ImportFile<Entity>,
) => {
  const writing = { model, actor, right }
  // A field that the actor may not see is none that a file could give, and a hidden record none that it could name.
  const found = await derived.readImport(knownModel, entity, file, lookUpIn(read))
  const given = Object.keys(file.columns)
  checkFields(writing, entity, given)
  const fields = fieldsOf(model, entity)
  const seen = await knownRecords(read, { entity, fields, key: file.key, derived }, found)
  // Rules hold for whole records, whoever imports.
  const known = read === facts ? seen : await wholeRecords(facts, entity, seen)
  const sound: Planned[] = []
  const issues: RowIssue[] = []
  for (const row of found.rows) {
    const before = known.get(derived.naturalKey(fields, file.key, row.values)) ?? null
    const planned = { id: before?.id ?? `row ${row.row}`, before, after: recordAfter(model, entity, before, row), row }
    const broken = [...brokenRules(model, entity, planned.after, row), ...outOfReach(writing, entity, planned, given)]
    if (broken.length === 0) sound.push(planned)
    issues.push(...broken)
  }
  const failed = await checkIssues(model, entity, sound, { read: facts, lock: lockNothing })
  for (const { id, row } of sound) {
    const issue = failed.get(id)
    if (issue) issues.push(rowIssueOf(issue, row))
  }
  const rows = sound.flatMap(({ id, row }) => (failed.has(id) ? [] : [row]))
  return { ...found, rows, issues: [...found.issues, ...issues].sort((a, b) => a.row - b.row) }
}

const wholeRecords = async (
  facts: Records,
  entity: Entity,
  seen: ReadonlyMap<string, RecordValues>,
): Promise<ReadonlyMap<string, RecordValues>> => {
  const ids = [...seen.values()].map(({ id }) => id)
  const whole = await facts.byIds(entity, ids)
  return new Map([...seen].map(([key, record]) => [key, whole.get(record.id) ?? record]))
}

/** What the actor's right does not cover of a row. */
const outOfReach = (
  writing: Pick<Acting, "model" | "actor" | "right">,
  entity: Entity,
  { before, after, row: { row, origin } }: Planned,
  given: readonly string[],
): readonly RowIssue[] => {
  const refused = writeRefused(writing, entity, before ?? after, after, given)
  if (!refused) return []
  const [field = ""] = Forbidden.is(refused) ? refused.params.fields : []
  return [{ row, field, ...origin(field), code: "Forbidden", message: refused.message }]
}

/** A row with the record as it is and as it would be; a record that would be new goes by its row. */
interface Planned extends Candidate {
  readonly row: ReadRow
}

const recordAfter = (model: Model, entity: Entity, before: RecordValues | null, { values }: ReadRow): Values => {
  const given = before ? values : completed(model, entity, values)
  return { ...before, ...given, ...withComputed(model, entity, { ...before }, given) }
}

const rowIssueOf = ({ field, rule }: RuleIssue, { row, origin }: ReadRow): RowIssue => ({
  row,
  field,
  ...origin(field),
  code: "RuleBroken",
  message: rule,
})

/** What the rules say of the record as it would be after the import. */
const brokenRules = (model: Model, entity: Entity, after: Values, row: ReadRow): readonly RowIssue[] =>
  issuesOf(model, entity, after, row.values, "").map((issue) => rowIssueOf(issue, row))

const issuesOf = (
  model: Model,
  entity: Entity,
  record: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
  path: string,
): readonly RuleIssue[] => {
  const issues = ruleIssues(model, entity, record).map(({ field, rule }) => ({
    field: `${path}${field}`,
    rule,
  }))
  const below = partsOf(model, entity).flatMap(({ name, child }) =>
    ((given[name] ?? []) as readonly Readonly<Record<string, unknown>>[]).flatMap((part, index) =>
      issuesOf(model, child, completed(model, child, part), part, `${path}${name}[${index}].`),
    ),
  )
  return [...issues, ...below]
}

const lookUpIn =
  (read: Records): LookUp =>
  async (entity, field, values) => {
    if (values.length === 0) return new Map()
    const found = await read.find(entity, { [field]: { in: values } } as never)
    return new Map(found.map((row) => [String((row as Record<string, unknown>)[field]), row.id]))
  }
