/** The firm of the proof of rights: sheets of every owner, unit and group, with parts two deep and fields of all sorts. */
import {
  children,
  command,
  createEngine,
  customFields,
  entity,
  extend,
  fixedClock,
  fixedIds,
  integer,
  lock,
  optional,
  patch,
  plugin,
  query,
  ref,
  type Session,
  type Store,
  text,
} from "@anbud/core"
import { Group, Unit, User } from "../../src/modules/organisation/entities.ts"
import { organisation } from "../../src/modules/organisation/organisation.ts"
import type { Kind, Place, Trees } from "./oracle.ts"

export const Bit = entity("bit", { size: optional(integer()), colour: optional(text()) })
export const Item = entity("item", {
  words: text(),
  rate: optional(integer()),
  bits: children(Bit, { by: "item" }),
})
export const Sheet = entity(
  "sheet",
  {
    code: text({ unique: true, search: "exact", maxLength: 20 }),
    title: text({ search: "words" }),
    owner: ref(User),
    unit: optional(ref(Unit)),
    team: optional(ref(Group)),
    after: optional(ref((): { readonly name: "sheet" } => Sheet)),
    cost: optional(integer()),
    price: optional(integer()),
    items: children(Item, { by: "sheet" }),
  },
  { scope: { owner: "owner", unit: "unit", group: "team" } },
)
/** Says of none of its records whose it is. */
export const Label = entity("label", { name: text({ unique: true, maxLength: 20 }), price: optional(integer()) })

const close = command({
  input: { sheet: Sheet.id },
  refuses: [],
  locks: (input) => [lock(Sheet, input.sheet)],
  decide: async (ctx, { sheet }) => ({
    changes: [patch(Sheet, await ctx.read.get(Sheet, sheet), { title: "sheet closed" })],
    outcome: {},
  }),
  answer: async () => "closed",
})

const bits = query({ input: {}, refuses: [], answer: (ctx) => ctx.read.find(Bit) })
const items = query({ input: {}, refuses: [], answer: (ctx) => ctx.read.find(Item) })
const totals = query({
  input: {},
  refuses: [],
  answer: async (ctx) => ({ cost: await ctx.read.sum(Sheet, "cost"), sheets: await ctx.read.count(Sheet) }),
})

const board = plugin("board", {
  needs: ["organisation"],
  entities: [Sheet, Label],
  collections: { sheets: Sheet, labels: Label },
  commands: { close },
  queries: { bits, items, totals },
})
const extras = plugin("extras", {
  needs: ["board"],
  entities: [],
  adds: [extend(Sheet, { extras: { grade: optional(integer()) } })],
})
export const plugins = { organisation, customFields, board, extras }

/** What the oracle knows of the entities. */
export const KINDS = {
  sheet: { right: "board.sheets", isPlaced: true, parts: [] },
  item: { right: "board.sheets", isPlaced: true, parts: [{ list: "items", right: "board.item" }] },
  bit: {
    right: "board.sheets",
    isPlaced: true,
    parts: [
      { list: "items", right: "board.item" },
      { list: "bits", right: "board.bit" },
    ],
  },
  label: { right: "board.labels", isPlaced: false, parts: [] },
} as const satisfies Readonly<Record<string, Kind>>

/** The fields of each, lists of parts included. */
export const FIELDS = {
  sheet: ["code", "title", "owner", "unit", "team", "after", "cost", "price", "extras.grade", "custom.size", "items"],
  item: ["words", "rate", "bits"],
  bit: ["size", "colour"],
  label: ["name", "price"],
} as const

/** A sheet as the firm was told of it. */
export interface SheetFact extends Place {
  readonly id: string
  readonly after: string | null
  readonly cost: number
  readonly items: readonly string[]
}

/** A user whose roles are drawn anew in every round. */
export interface Player {
  readonly login: string
  readonly id: string
  readonly unit: string | null
  readonly groups: readonly string[]
  readonly roles: readonly [string, string]
}

const TENANT = { id: "proof", name: "Proof", currency: "SEK", zone: "UTC", admin: "anna" }
const SHEETS = 24

/** How the engine is told of the firm, if not as it is: a fault of the proof's own. */
export interface Told {
  readonly isFlat?: "units" | "groups"
}

/** Opens the firm on a store. */
export const openWorld = async (store: Store, seed: string, { isFlat }: Told = {}) => {
  const clock = fixedClock("2025-03-14T08:00:00.000Z" as never)
  const engine = await createEngine({ store, plugins, clock, ids: fixedIds(seed) })
  await engine.tenants.create(TENANT)
  const as = (user: string): Session<typeof plugins> => engine.as({ tenant: TENANT.id, user })
  const anna = as("anna")
  const { units, groups, users, roles } = anna.organisation
  const above = (kind: "units" | "groups", id: string): string | null => (isFlat === kind ? null : id)
  const north = (await units.create({ code: "N", name: "North" })).id
  const lab = (await units.create({ code: "L", name: "Lab", parentUnit: above("units", north) as never })).id
  const cell = (await units.create({ code: "C", name: "Cell", parentUnit: above("units", lab) as never })).id
  const south = (await units.create({ code: "S", name: "South" })).id
  const pets = (await groups.create({ name: "pets" })).id
  const cats = (await groups.create({ name: "cats", parentGroup: above("groups", pets) as never })).id
  const owls = (await groups.create({ name: "owls" })).id
  const trees: Trees = {
    units: { [north]: null, [lab]: north, [cell]: lab, [south]: null },
    groups: { [pets]: null, [cats]: pets, [owls]: null },
  }
  const players: Player[] = []
  for (const [index, [unit, own]] of (
    [
      [north, [cats]],
      [lab, [pets]],
      [cell, []],
      [south, [cats, owls]],
      [null, [owls]],
    ] as const
  ).entries()) {
    const login = `user${index}`
    const first = await roles.create({ name: `${login} one`, grants: [] })
    const second = await roles.create({ name: `${login} two`, grants: [] })
    const held = [{ role: first.id }, { role: second.id }]
    const { id } = await users.create({ login, name: login, unit, roles: held })
    for (const group of own) await groups.patch({ id: group, set: { members: { add: [{ user: id }] } } })
    players.push({ login, id, unit, groups: own, roles: [first.id, second.id] })
  }
  await anna.customFields.define({ entity: "sheet", labels: { en: "Size" }, kind: "integer" })
  const sheets = await fill(anna, players, trees)
  const labels = [
    (await anna.board.labels.create({ name: "red", price: 5 })).id as string,
    (await anna.board.labels.create({ name: "blue", price: 6 })).id as string,
  ]
  const found = (await anna.board.bits({})) as unknown as readonly { readonly id: string; readonly parent: string }[]
  const bits = new Map(found.map(({ id, parent }) => [id, parent]))
  return {
    engine,
    store,
    as,
    anna,
    trees,
    players,
    sheets,
    bits,
    labels,
    tenant: TENANT.id,
    ...placing(sheets, bits, labels),
  }
}
export type World = Awaited<ReturnType<typeof openWorld>>

const NOWHERE: Place = { owner: "nobody", unit: null, group: null }

/** The records of each kind, and whose each is. */
const placing = (sheets: readonly SheetFact[], bits: ReadonlyMap<string, string>, labels: readonly string[]) => {
  const items = new Map<string, Place>(sheets.flatMap((sheet) => sheet.items.map((item) => [item, sheet] as const)))
  const places: Readonly<Record<keyof typeof KINDS, ReadonlyMap<string, Place>>> = {
    sheet: new Map(sheets.map((sheet) => [sheet.id, sheet])),
    item: items,
    bit: new Map([...bits].map(([bit, item]) => [bit, items.get(item) ?? NOWHERE])),
    label: new Map(labels.map((id) => [id, NOWHERE])),
  }
  return { placesOf: (kind: keyof typeof KINDS): ReadonlyMap<string, Place> => places[kind] }
}

/** Every combination of owner, unit and group comes up, and each field has a value. */
const fill = async (
  anna: Session<typeof plugins>,
  players: readonly Player[],
  { units, groups }: Trees,
): Promise<readonly SheetFact[]> => {
  const made: SheetFact[] = []
  const someUnits = [null, ...Object.keys(units)]
  const someGroups = [null, ...Object.keys(groups)]
  for (let n = 0; n < SHEETS; n += 1) {
    const owner = players[n % players.length]?.id ?? ""
    const unit = someUnits[Math.floor(n / 2) % someUnits.length] ?? null
    const group = someGroups[(n * 3 + Math.floor(n / 5)) % someGroups.length] ?? null
    const after = n % 3 === 0 ? null : (made[(n * 7) % made.length]?.id ?? null)
    const cost = 2 ** n
    const sheet = await anna.board.sheets.create({
      ...{ code: `s${n}`, title: `sheet ${n}`, owner, unit, team: group, after, cost, price: 10 + n },
      extras: { grade: n },
      custom: { size: n },
      items: [
        { words: "first", rate: n, bits: [{ size: n, colour: "red" }] },
        {
          words: "second",
          rate: n,
          bits: [
            { size: n, colour: "blue" },
            { size: 1, colour: "grey" },
          ],
        },
      ],
    } as never)
    const items = (await anna.board.sheets.parts(sheet.id, "items")).map(({ id }) => id as string)
    made.push({ id: sheet.id, owner, unit, group, after, cost, items })
  }
  return made
}
