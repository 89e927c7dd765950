/** A firm for the proof of the journal: guests and their receipts, some of them erased, under keys and checkpoints. */
import { createHash, createPrivateKey, createPublicKey } from "node:crypto"
import { sqlite } from "@anbud/adapter-sqlite"
import {
  type Checkpoint,
  createEngine,
  ed25519Signer,
  entity,
  fixedClock,
  fixedIds,
  masterKey,
  optional,
  plugin,
  ref,
  text,
} from "@anbud/core"
import { organisation } from "../../src/modules/organisation/organisation.ts"

const Guest = entity("guest", {
  name: text({ personal: { category: "I", of: "id", on: "anonymise" } }),
  email: optional(text({ personal: { category: "C", of: "id", on: "erase" } })),
  room: optional(text()),
})
const Receipt = entity("receipt", {
  guest: ref(Guest),
  signedBy: text({ personal: { category: "I", of: "guest", on: "keep" } }),
  remark: optional(text({ personal: { category: "S", of: "guest", on: "erase" } })),
})
const hotel = plugin("hotel", {
  entities: [Guest, Receipt],
  collections: { guests: Guest, receipts: Receipt },
})

/** The tenant of the proof. */
export const TENANT = "hotel"

// Keys of a proof need not be secret, but the same in every run: an Ed25519 key from a fixed seed of 32 bytes.
const seed = createHash("sha256").update("anbud journal proof").digest()
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex")
const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" })

/** The public key that genuine checkpoints are signed for. */
export const publicKeys = { proof: createPublicKey(privateKey) }

/** An engine on a file, and the checkpoints that its sink was given. */
export const openHotel = async (file: string, life: string, withKeys = true) => {
  const kept: Checkpoint[] = []
  const engine = await createEngine({
    store: sqlite({ file }),
    plugins: { organisation, hotel },
    clock: fixedClock("2025-03-14T08:00:00.000Z" as never),
    ids: fixedIds(life),
    ...(withKeys ? { keys: masterKey(seed) } : {}),
    checkpoints: {
      signer: ed25519Signer("proof", privateKey),
      everyEntries: 10,
      sink: async (one) => void kept.push(one),
    },
  })
  await engine.tenants.create({ id: TENANT, name: "Hotel", currency: "SEK", zone: "UTC", admin: "anna" })
  return { engine, kept, hotel: engine.as({ tenant: TENANT, user: "anna" }).hotel }
}
type Hotel = Awaited<ReturnType<typeof openHotel>>

/** A guest who pays and moves: three entries; gives the id. */
export const stay = async ({ hotel: { guests, receipts } }: Hotel, name: string): Promise<string> => {
  const guest = await guests.create({ name, email: `${name}@x.se`, room: "1" })
  await receipts.create({ guest: guest.id, signedBy: name, remark: `${name} likes tea` })
  await guests.patch({ id: guest.id, set: { email: `${name}@y.se`, room: "2" } })
  return guest.id
}

/** Erases a guest: one entry. */
export const leave = async ({ engine }: Hotel, subject: string) =>
  engine.journal.erase({ tenant: TENANT, user: "anna", subject, ground: "asked for it" })
