/**
 * Views: what a read may see. Every read of records takes one; what it hides is as if it were not there: rows are
 * missing, fields are absent from rows and unknown to filters, sorts, searches, groups and reports.
 */
import type { Entity } from "./entity.ts"
import type { Condition } from "./store.ts"

/** What may be seen. It is made once per call, from current data, so that it can be asked without waiting. */
export interface View {
  /** The condition on the entity's own table that the visible rows match, null where all are; a part's is its root's. */
  rows(entity: Entity): Condition | null
  /** Whether this field of `fieldsOf` may be seen of every visible record: only then can it be named. */
  shows(entity: Entity, field: string): boolean
  /** Whether this field may be seen of some record; by default of those that are shown. */
  knows?(entity: Entity, field: string): boolean
  /** Whether a root with these values shows records of the entity: its own, or those of its parts; by default it does. */
  reaches?(entity: Entity, root: Readonly<Record<string, unknown>>): boolean
  /** The other fields that may be seen of a record, by the values of its root; null where none depends on the record. */
  masks?(entity: Entity): Masked | null
}

/** The names of fields that may be seen of a record, among those that some records show and others do not. */
export type Masked = (root: Readonly<Record<string, unknown>>) => ReadonlySet<string>

/** Hides nothing: what the kernel and the decisions of commands read. */
export const everything: View = { rows: () => null, shows: () => true }

/** A condition, narrowed to what the view shows of the entity. */
export const visible = (view: View, entity: Entity, where: Condition | undefined): Condition | undefined => {
  const rows = view.rows(entity)
  if (!rows) return where
  return where ? { op: "and", of: [rows, where] } : rows
}
