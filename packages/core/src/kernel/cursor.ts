/**
 * Cursors: where a page ended, as a text that only the same user can use, for the same query.
 *
 * A cursor is encrypted, so that no name ends up in a log of addresses, and bound to the tenant, the actor and the
 * query. The same place gives the same cursor, on any process and after any restart: the key is made from the
 * tenant's nonce and the engine's secret.
 */
import { createCipheriv, createDecipheriv, createHmac } from "node:crypto"
import { type Canonical, canonical } from "./canonical.ts"
import { type RefusalOf, refusal } from "./errors.ts"
import type { Cell } from "./store.ts"

/**
 * The cursor is not one that this query gave this user.
 *
 * Start again from the first page.
 */
export const InvalidCursor = refusal(
  "InvalidCursor",
  {},
  {
    en: "The page cannot be found: the cursor belongs to another query. Start from the first page.",
    sv: "Sidan kan inte hittas: markören hör till en annan fråga. Börja från första sidan.",
  },
  422,
)
export type InvalidCursor = RefusalOf<typeof InvalidCursor>

/** Makes and reads the cursors of one user of one tenant. */
export interface Cursors {
  /** The cursor after a row with these cells, for this query. */
  after(query: unknown, cells: readonly Cell[]): string
  /** The cells; refuses with `InvalidCursor`. */
  cells(query: unknown, cursor: unknown): readonly Cell[]
}

/** What cursors are bound to. */
export interface CursorOwner {
  readonly tenant: { readonly id: string; readonly nonce: string }
  readonly actor: string
  /** The engine's own secret, empty if the host gives none. */
  readonly secret: string
}

/** Changes whenever the meaning of the cells does: cursors of an earlier engine are then refused. */
const VERSION = "1"
const IV_BYTES = 12
const TAG_BYTES = 16
const MOST_CHARACTERS = 16_000

/** The cursors of a user. */
export const cursorsOf = ({ tenant, actor, secret }: CursorOwner): Cursors => {
  const keyed = (use: string, ...texts: readonly string[]): Buffer =>
    createHmac("sha256", tenant.nonce)
      .update(canonical(["cursor", VERSION, use, secret, ...texts]))
      .digest()
  const bound = (query: unknown): string => canonical([tenant.id, actor, query as Canonical])
  return {
    after: (query, cells) => {
      const text = JSON.stringify(cells)
      // Made from the text, so that it never repeats for another one and a page has one cursor.
      const iv = keyed("iv", bound(query), text).subarray(0, IV_BYTES)
      const cipher = createCipheriv("aes-256-gcm", keyed("key"), iv).setAAD(Buffer.from(bound(query)))
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()])
      return `${VERSION}.${Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString("base64url")}`
    },
    cells: (query, cursor) => {
      const sealed = bytesOf(cursor)
      const [iv, body, tag] = [
        sealed.subarray(0, IV_BYTES),
        sealed.subarray(IV_BYTES, -TAG_BYTES),
        sealed.subarray(-TAG_BYTES),
      ]
      try {
        const decipher = createDecipheriv("aes-256-gcm", keyed("key"), iv).setAAD(Buffer.from(bound(query)))
        decipher.setAuthTag(tag)
        return JSON.parse(Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8")) as readonly Cell[]
      } catch {
        throw new InvalidCursor({})
      }
    },
  }
}

const bytesOf = (cursor: unknown): Buffer => {
  const [version, body, ...rest] =
    typeof cursor === "string" && cursor.length <= MOST_CHARACTERS ? cursor.split(".") : []
  const isOurs = version === VERSION && body !== undefined && rest.length === 0 && /^[\w-]+$/.test(body)
  const bytes = isOurs ? Buffer.from(body, "base64url") : Buffer.alloc(0)
  // One text per cursor: base64 has spare bits that would otherwise not count.
  if (bytes.length <= IV_BYTES + TAG_BYTES || bytes.toString("base64url") !== body) throw new InvalidCursor({})
  return bytes
}
