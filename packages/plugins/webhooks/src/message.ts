/** Messages: what a receiver is told of an entry of the journal. Ids, versions and names, never values. */
import { createHash } from "node:crypto"
import type { HistoryEntry } from "@anbud/core"
import type { WebhookMessage } from "./signature.ts"

/** One record that an entry has changed, with its parts. */
export interface Told {
  /** `company.updated`: the record's entity, and `created`, `updated` or `removed`. */
  readonly type: string
  readonly entity: string
  readonly id: string
  readonly version: number
}

const VERBS = { create: "created", patch: "updated", remove: "removed" } as const

/** The records that an entry has changed; those whose parts alone have changed are updated. */
export const toldOfEntry = (
  changes: readonly (Pick<HistoryEntry, "entity" | "record" | "verb" | "version"> & { readonly root: string })[],
): readonly Told[] =>
  [...new Set(changes.map(({ root }) => root))].map((root) => {
    const some = changes.filter((change) => change.root === root)
    const slash = root.indexOf("/")
    const [entity, id] = [root.slice(0, slash), root.slice(slash + 1)]
    const own = some.filter((change) => change.entity === entity && change.record === id)
    const verb = own.find((change) => change.verb !== "patch")?.verb ?? "patch"
    const version = Math.max(...some.map((change) => change.version))
    return { type: `${entity}.${VERBS[verb]}`, entity, id, version }
  })

/** Whether an endpoint wants a type: `company.updated`, `company.*` or `*`. */
export const isWanted = (events: readonly string[], type: string): boolean =>
  events.some(
    (event) => event === "*" || event === type || (event.endsWith(".*") && type.startsWith(event.slice(0, -1))),
  )

/** What a delivery is of. */
export interface DeliveryFacts extends Told {
  readonly seq: number
  readonly at: string
  readonly command: string
}

/** The message; its id is the same for every attempt, and another one for a replay. */
export const messageOf = (
  tenant: string,
  endpoint: string,
  { type, at, seq, command, entity, id, version }: DeliveryFacts,
  turn: string,
): WebhookMessage => ({
  id: `msg_${sha256(["webhook/1", tenant, endpoint, seq, entity, id, turn].join("\n")).slice(0, 32)}`,
  body: JSON.stringify({ type, timestamp: at, data: { tenant, entity, id, version, seq, command } }),
})

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")
