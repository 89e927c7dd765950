/**
 * Checkpoints: signed statements of where a tenant's journal stood, made with a key that the database never sees. Whoever
 * may write the tables can recompute a chain or cut its tail; against a checkpoint that is kept elsewhere, both show.
 */
import { createPublicKey, sign as ed25519, type KeyObject, verify } from "node:crypto"
import { canonical } from "./canonical.ts"
import type { Reader, StoredRow, Table, Transaction } from "./store.ts"

/** Where a journal stood: its size, the hash of its last entry, when that was stated, and by which key. */
export interface Checkpoint {
  readonly tenant: string
  readonly size: number
  readonly hash: string
  readonly at: string
  readonly keyId: string
  /** Ed25519 over the rest, in base64. */
  readonly signature: string
}

/** Signs checkpoints with a key outside the database. */
export interface Signer {
  readonly keyId: string
  /** The signature of these bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

/** The public keys that checkpoints may be signed with, by key id. */
export type PublicKeys = Readonly<Record<string, KeyObject | string>>

/** When checkpoints are made, and where they go. */
export interface Checkpointing {
  readonly signer: Signer
  /** After how many entries one is made without being asked, 1 000 by default. */
  readonly everyEntries?: number
  /** Keeps them where who may write the database may not: by mail, in an object lock, on another server. */
  readonly sink?: (checkpoint: Checkpoint) => Promise<void>
}

/** The table of checkpoints that were made here. */
export const CHECKPOINT = "journal_checkpoint"

const text = (name: string): Table["columns"][number] => ({ name, type: "text", nullable: false })

/** The definition of `CHECKPOINT`; the id is the size. */
export const CHECKPOINT_TABLE: Table = {
  name: CHECKPOINT,
  owner: "kernel",
  columns: [
    text("id"),
    { name: "size", type: "integer", nullable: false },
    text("hash"),
    text("at"),
    text("key_id"),
    text("signature"),
    { name: "delivered", type: "boolean", nullable: false },
  ],
  primaryKey: ["id"],
  uniques: [["size"]],
  foreignKeys: [],
  indexes: [],
}

/**
 * Signs with an Ed25519 private key of `node:crypto`.
 *
 * @example const signer = ed25519Signer("2026", generateKeyPairSync("ed25519").privateKey)
 */
export const ed25519Signer = (keyId: string, privateKey: KeyObject): Signer => ({
  keyId,
  sign: async (bytes) => ed25519(null, bytes, privateKey),
})

/** A signed checkpoint of where the journal stands. */
export const signedCheckpoint = async (
  signer: Signer,
  stated: Omit<Checkpoint, "keyId" | "signature">,
): Promise<Checkpoint> => {
  const unsigned = { ...stated, keyId: signer.keyId }
  const signature = Buffer.from(await signer.sign(bytesOf(unsigned))).toString("base64")
  return { ...unsigned, signature }
}

/** Whether a checkpoint is signed by one of these keys, and says what was signed. */
export const isGenuine = ({ signature, ...stated }: Checkpoint, keys: PublicKeys): boolean => {
  const key = Object.hasOwn(keys, stated.keyId) ? keys[stated.keyId] : undefined
  const bytes = Buffer.from(signature, "base64")
  if (key === undefined || bytes.toString("base64") !== signature) return false
  try {
    return verify(null, bytesOf(stated), typeof key === "string" ? createPublicKey(key) : key, bytes)
  } catch {
    return false
  }
}

const bytesOf = ({ tenant, size, hash, at, keyId }: Omit<Checkpoint, "signature">): Buffer =>
  Buffer.from(`anbud/checkpoint/1\n${canonical({ tenant, size, hash, at, keyId })}`)

/** Stores a checkpoint; one of the same size stays as it was first made. */
export const storeCheckpoint = async (tx: Transaction, made: Checkpoint): Promise<void> => {
  const { tenant, keyId, ...own } = made
  const known = await tx.count({ table: CHECKPOINT, tenant, where: { op: "eq", column: "size", value: own.size } })
  if (known > 0) return
  const { size, hash, at, signature } = own
  await tx.insert(CHECKPOINT, tenant, [{ id: String(size), size, hash, at, key_id: keyId, signature, delivered: 0 }])
}

/** The checkpoints that were made here, above a size and up to another, in order. */
export const storedCheckpoints = async (
  reader: Reader,
  tenant: string,
  { above, to }: { readonly above: number; readonly to: number },
): Promise<readonly Checkpoint[]> => {
  const of = [
    { op: "gt", column: "size", value: above },
    { op: "lte", column: "size", value: to },
  ] as const
  const rows = await reader.select({
    table: CHECKPOINT,
    tenant,
    where: { op: "and", of },
    order: [{ column: "size" }],
  })
  return rows.map((row) => checkpointOf(tenant, row))
}

/** The checkpoints that the sink has not taken yet, oldest first. */
export const undelivered = async (reader: Reader, tenant: string): Promise<readonly Checkpoint[]> => {
  const where = { op: "eq", column: "delivered", value: 0 } as const
  const rows = await reader.select({ table: CHECKPOINT, tenant, where, order: [{ column: "size" }] })
  return rows.map((row) => checkpointOf(tenant, row))
}

/** Notes that the sink has taken a checkpoint. */
export const markDelivered = async (tx: Transaction, { tenant, size }: Checkpoint): Promise<void> => {
  await tx.update(CHECKPOINT, tenant, [{ id: String(size), expectedVersion: null, set: { delivered: 1 } }])
}

const checkpointOf = (tenant: string, row: StoredRow): Checkpoint => ({
  tenant,
  size: Number(row["size"]),
  hash: String(row["hash"]),
  at: String(row["at"]),
  keyId: String(row["key_id"]),
  // A row under another id is not the one that was signed.
  signature: row["id"] === String(row["size"]) ? String(row["signature"]) : "",
})
