/**
 * Keys: a host's master key, under which the engine keeps a data key of its own per data subject. Personal values in
 * the journal are sealed under their subject's key; without it, which an erasure removes, they are noise in every copy.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto"
import { type RefusalOf, refusal } from "./errors.ts"
import { text } from "./field.ts"

/** What a data key is for; it is bound to that, so that no other key can be put in its place. */
export interface KeyPurpose {
  readonly tenant: string
  readonly subject: string
  /** Whether it seals values that the law says to keep. */
  readonly isKept: boolean
}

/** A data key under a master key, as the engine stores it. */
export interface WrappedKey {
  /** Which master key wraps it. */
  readonly master: string
  readonly wrapped: string
}

/** Wraps and unwraps data keys: a key management service, or `masterKey`. */
export interface Keys {
  /** The master key that new data keys are wrapped with. */
  readonly current: string
  /** Wraps a data key of 32 bytes with the current master key. */
  wrap(dataKey: Uint8Array, purpose: KeyPurpose): Promise<WrappedKey>
  /** Unwraps a data key; refuses with `KeyMissing` and `KeyRejected`. */
  unwrap(key: WrappedKey, purpose: KeyPurpose): Promise<Uint8Array>
}

/**
 * The master key that wraps a data key is not at hand.
 *
 * Create the engine with that master key beside the current one: `masterKey(current, older)`.
 */
export const KeyMissing = refusal(
  "KeyMissing",
  { master: text() },
  {
    en: "The master key {master} is not at hand: sealed values cannot be read.",
    sv: "Huvudnyckeln {master} saknas: förseglade värden kan inte läsas.",
  },
  503,
)
export type KeyMissing = RefusalOf<typeof KeyMissing>

/**
 * A sealed value or a wrapped key does not open with its key: one of them was changed.
 *
 * Verify the journal, which names the entry, and take the row from a backup.
 */
export const KeyRejected = refusal(
  "KeyRejected",
  { master: text() },
  {
    en: "A key under {master}, or what it seals, was changed: it does not open.",
    sv: "En nyckel under {master}, eller det den förseglar, har ändrats: den öppnar inte.",
  },
  500,
)
export type KeyRejected = RefusalOf<typeof KeyRejected>

/**
 * A master key of 32 bytes that the host keeps outside the database, and older ones that may still unwrap.
 *
 * To rotate, put the new key first, the old ones after it, and call `engine.journal.rewrap`; then drop the old ones.
 *
 * @example createEngine({ store, plugins, keys: masterKey(newKey, oldKey) })
 */
export const masterKey = (bytes: Uint8Array, ...older: readonly Uint8Array[]): Keys => {
  const byId = new Map([bytes, ...older].map((key) => [nameOf(key), key]))
  const current = nameOf(bytes)
  return {
    current,
    wrap: async (dataKey, purpose) => ({ master: current, wrapped: seal(bytes, dataKey, boundTo(purpose)) }),
    unwrap: async ({ master, wrapped }, purpose) => {
      const key = byId.get(master)
      if (!key) throw new KeyMissing({ master })
      const opened = open(key, wrapped, boundTo(purpose))
      if (!opened) throw new KeyRejected({ master })
      return opened
    },
  }
}

/** A key's name says nothing about it. */
const nameOf = (key: Uint8Array): string => {
  if (key.length !== KEY_BYTES) throw new Error(`A master key has ${KEY_BYTES} bytes, not ${key.length}`)
  return createHash("sha256").update("anbud/master-key/1\n").update(key).digest("hex").slice(0, 16)
}

const boundTo = ({ tenant, subject, isKept }: KeyPurpose): string =>
  `anbud/data-key/1\n${tenant}\n${subject}\n${isKept}`

export const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Seals bytes with AES-256-GCM, bound to a context: nonce, tag and text as one base64 text. */
export const seal = (key: Uint8Array, content: Uint8Array, context: string): string => {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context))
  const sealed = Buffer.concat([cipher.update(content), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64")
}

/** Opens what `seal` made with the same key and context; null if anything differs. */
export const open = (key: Uint8Array, sealed: string, context: string): Buffer | null => {
  const bytes = Buffer.from(sealed, "base64")
  // Base64 has texts that differ and mean the same bytes: a changed text is a changed key.
  if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString("base64") !== sealed) return null
  const [nonce, tag] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)]
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES }).setAAD(
    Buffer.from(context),
  )
  try {
    return Buffer.concat([decipher.setAuthTag(tag).update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
  } catch {
    return null
  }
}
