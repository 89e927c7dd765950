/**
 * Sealing: personal values in the journal under a data key per subject, where the host has given a master key; readable
 * otherwise. A subject has one key for values that may be erased and another for those that the law says to keep.
 */
import { randomBytes } from "node:crypto"
import { canonical } from "./canonical.ts"
import { groupBy } from "./groupBy.ts"
import type { PersonalPart, RecordChange, SealedChange } from "./journal.ts"
import { KEY_BYTES, KeyMissing, type KeyPurpose, KeyRejected, type Keys, open, seal } from "./keys.ts"
import type { Reader, StoredRow, Table, Transaction } from "./store.ts"

/** The table of wrapped data keys, each of one data subject. */
export const SUBJECT_KEY = "subject_key"

/** The definition of `SUBJECT_KEY`. */
export const SUBJECT_KEY_TABLE: Table = {
  name: SUBJECT_KEY,
  owner: "kernel",
  columns: [
    { name: "id", type: "text", nullable: false },
    { name: "subject", type: "text", nullable: false },
    { name: "kept", type: "boolean", nullable: false },
    { name: "master", type: "text", nullable: false },
    { name: "wrapped", type: "text", nullable: false },
  ],
  primaryKey: ["id"],
  uniques: [],
  foreignKeys: [],
  indexes: [["subject"]],
}

/** Seals and opens the personal values of a tenant's journal. */
export interface Sealing {
  /** Seals the parts of a command's changes; keys that they need and that are missing are made. */
  seal(
    tx: Transaction,
    tenant: string,
    changes: readonly RecordChange[],
    newId: () => string,
  ): Promise<readonly SealedChange[]>
  /** What these parts hold, in their order; null for one whose key is gone. Refuses with `KeyMissing`, `KeyRejected`. */
  open(reader: Reader, tenant: string, parts: readonly StoredRow[]): Promise<readonly (OpenedPart | null)[]>
  /** Whether sealed parts can be opened here. */
  readonly hasKeys: boolean
}

/** The values of a part. */
export interface OpenedPart {
  readonly before?: Readonly<Record<string, unknown>>
  readonly after?: Readonly<Record<string, unknown>>
}

/** A part's text under a key; a part without one is its values as they are. */
interface Box {
  readonly key: string
  readonly box: string
}

/** Sealing with a host's keys, or without any. */
export const sealingWith = (keys: Keys | null): Sealing => {
  const dataKeys = cache(keys)
  return {
    hasKeys: keys !== null,
    seal: async (tx, tenant, changes, newId) => {
      const found = keys ? await keysFor(tx, tenant, changes, { keys, newId }) : new Map<string, StoredRow>()
      return Promise.all(
        changes.map(async (change) => {
          const sealed = change.sealed.map(async (part) => ({
            subject: part.subject,
            isKept: part.isKept,
            payload: await payloadOf(tenant, part, found.get(keyName(part)), dataKeys),
          }))
          return { ...change, sealed: await Promise.all(sealed) }
        }),
      )
    },
    open: async (reader, tenant, parts) => {
      const texts = parts.map((part) => JSON.parse(String(part["payload"])) as Partial<Box> & OpenedPart)
      const values = [...new Set(texts.flatMap(({ key }) => key ?? []))]
      const where = { op: "in", column: "id", values } as const
      const rows = values.length === 0 ? [] : await reader.select({ table: SUBJECT_KEY, tenant, where })
      const byId = new Map(rows.map((row) => [String(row["id"]), row]))
      return Promise.all(
        texts.map(async ({ key, box, ...plain }) => {
          if (key === undefined) return plain
          const row = byId.get(key)
          return row ? openedBox(tenant, { key, box: box ?? "" }, row, await dataKeys(tenant, row)) : null
        }),
      )
    },
  }
}

type DataKeys = (tenant: string, row: StoredRow) => Promise<Uint8Array>

const MOST_CACHED = 1000

/** Unwrapped keys by their stored rows, the last used ones: a key management service is far away. */
const cache = (keys: Keys | null): DataKeys => {
  const known = new Map<string, Uint8Array>()
  return async (tenant, row) => {
    const master = String(row["master"])
    if (!keys) throw new KeyMissing({ master })
    const wrapped = String(row["wrapped"])
    const name = [tenant, row["subject"], row["kept"], master, wrapped].join("/")
    const dataKey = known.get(name) ?? (await keys.unwrap({ master, wrapped }, purposeOf(tenant, row)))
    known.delete(name)
    known.set(name, dataKey)
    for (const oldest of known.keys()) {
      if (known.size <= MOST_CACHED) break
      known.delete(oldest)
    }
    return dataKey
  }
}

const purposeOf = (tenant: string, row: StoredRow): KeyPurpose => ({
  tenant,
  subject: String(row["subject"]),
  isKept: row["kept"] === 1,
})

const keyName = ({ subject, isKept }: Pick<PersonalPart, "subject" | "isKept">): string => `${isKept}/${subject}`

/** The stored keys of all subjects of these changes, locked, so that no erasure removes one that is being used. */
const keysFor = async (
  tx: Transaction,
  tenant: string,
  changes: readonly RecordChange[],
  { keys, newId }: { readonly keys: Keys; readonly newId: () => string },
): Promise<ReadonlyMap<string, StoredRow>> => {
  const parts = new Map(changes.flatMap(({ sealed }) => sealed.map((part) => [keyName(part), part] as const)))
  if (parts.size === 0) return new Map()
  const values = [...new Set([...parts.values()].map(({ subject }) => subject))]
  const stored = { table: SUBJECT_KEY, tenant, where: { op: "in", column: "subject", values } } as const
  const seen = await tx.select(stored)
  await tx.lock(
    SUBJECT_KEY,
    tenant,
    seen.map((row) => String(row["id"])),
  )
  const held = await tx.select(stored)
  const found = groupBy(held, (row) => keyName(purposeOf(tenant, row)))
  const made: StoredRow[] = []
  const result = new Map<string, StoredRow>()
  for (const [name, { subject, isKept }] of parts) {
    const known = found.get(name)?.[0]
    if (known) result.set(name, known)
    else {
      const wrapped = await keys.wrap(randomBytes(KEY_BYTES), { tenant, subject, isKept })
      const row = { id: newId(), subject, kept: isKept ? 1 : 0, ...wrapped }
      made.push(row)
      result.set(name, row)
    }
  }
  if (made.length > 0) await tx.insert(SUBJECT_KEY, tenant, made)
  return result
}

const payloadOf = async (
  tenant: string,
  { values }: PersonalPart,
  key: StoredRow | undefined,
  dataKeys: DataKeys,
): Promise<string> => {
  const text = canonical(values)
  if (!key) return text
  const id = String(key["id"])
  return canonical({ key: id, box: seal(await dataKeys(tenant, key), Buffer.from(text), boundTo(tenant, id)) })
}

const openedBox = (tenant: string, { key, box }: Box, row: StoredRow, dataKey: Uint8Array): OpenedPart => {
  const text = open(dataKey, box, boundTo(tenant, key))
  if (!text) throw new KeyRejected({ master: String(row["master"]) })
  return JSON.parse(text.toString("utf8")) as OpenedPart
}

const boundTo = (tenant: string, key: string): string => `anbud/part/1\n${tenant}\n${key}`

/** Wraps the tenant's data keys anew where they are not under the current master key; gives how many. */
export const rewrapKeys = async (tx: Transaction, tenant: string, keys: Keys): Promise<number> => {
  const where = { op: "ne", column: "master", value: keys.current } as const
  const rows = await tx.select({ table: SUBJECT_KEY, tenant, where })
  const patches = await Promise.all(
    rows.map(async (row) => {
      const purpose = purposeOf(tenant, row)
      const old = { master: String(row["master"]), wrapped: String(row["wrapped"]) }
      const set = { ...(await keys.wrap(await keys.unwrap(old, purpose), purpose)) }
      return { id: String(row["id"]), expectedVersion: null, set }
    }),
  )
  await tx.update(SUBJECT_KEY, tenant, patches)
  return patches.length
}
