/**
 * Questions: everything that is asked of the engine for one user, each beside the oracle's answer. A question is one
 * case: a user with roles, the firm's records, an action and a field.
 */
import type { Preview, Session } from "@anbud/core"
import { oneOf } from "./draw.ts"
import * as oracle from "./oracle.ts"
import { FIELDS, KINDS, type plugins, type SheetFact, type World } from "./world.ts"

/** What was asked, what the engine said and what the oracle says. */
export interface Answer {
  readonly asked: string
  readonly found: string
  readonly expected: string
}

/** Who asks, whom the engine takes for the same, and where the draws come from. */
export interface Asker {
  readonly world: World
  readonly session: Session<typeof plugins>
  readonly me: oracle.Person
  readonly random: () => number
}

type Row = Readonly<Record<string, unknown>> & { readonly id: string }

/** The tag of what a call refuses, or what it gives. */
export const tagOr = <T>(call: Promise<T>): Promise<T | string> =>
  call.catch((error: unknown) => {
    const tag = (error as { readonly _tag?: unknown })._tag
    if (typeof tag === "string") return tag
    throw error
  })

const listed = (ids: Iterable<string>): string => [...ids].sort().join(" ")
const factOf = ({ sheets }: World, id: string): SheetFact => sheets.find((sheet) => sheet.id === id) as SheetFact

/** Whether a row has a value of the field: a hidden one is not there at all. */
const shows = (row: Row, field: string): boolean => {
  const [name = "", member] = field.split(".")
  const value = row[name]
  if (member === undefined) return Object.hasOwn(row, name)
  return typeof value === "object" && value !== null && Object.hasOwn(value, member)
}

/** Which records are read, and which of them show each field. */
const readings = (
  asked: string,
  kind: oracle.Kind,
  fields: readonly string[],
  { me }: Asker,
  rows: readonly Row[] | string,
  all: ReadonlyMap<string, oracle.Place>,
): readonly Answer[] =>
  [null, ...fields.filter((field) => field !== "items" && field !== "bits")].map((field) => ({
    asked: `${asked} ${field ?? "*"}`,
    found:
      typeof rows === "string" ? rows : listed(rows.filter((row) => !field || shows(row, field)).map(({ id }) => id)),
    expected: oracle.has(me, `${kind.right}.read`)
      ? listed(
          [...all].flatMap(([id, place]) =>
            oracle.isAllowed(me, kind, "read", place, null) &&
            (field === null || oracle.isAllowed(me, kind, "read", place, field))
              ? [id]
              : [],
          ),
        )
      : "Forbidden",
  }))

/** What is read: lists, parts, parts of parts, counts and sums. */
export const readQuestions = async (asker: Asker): Promise<readonly Answer[]> => {
  const { world, session } = asker
  const { sheets, labels, items, bits } = session.board
  const ask = async (kind: keyof typeof KINDS, call: Promise<unknown>) =>
    readings(
      `read ${kind}`,
      KINDS[kind],
      FIELDS[kind],
      asker,
      rowsOf((await tagOr(call)) as never),
      world.placesOf(kind),
    )
  // A query of a plugin has a right of its own: who may not read the records finds none of them there.
  const asQuery = (answer: Answer): Answer => (answer.expected === "Forbidden" ? { ...answer, expected: "" } : answer)
  return [
    ...(await ask("sheet", sheets.list({ limit: 1000 }))),
    ...(await ask("label", labels.list())),
    ...(await ask("item", items({}))).map(asQuery),
    ...(await ask("bit", bits({}))).map(asQuery),
    await total(asker),
  ]
}

const rowsOf = (found: string | readonly Row[] | { readonly items: readonly Row[] }): readonly Row[] | string =>
  typeof found === "object" && "items" in found ? found.items : found

const total = async ({ world, session, me }: Asker): Promise<Answer> => {
  const found = await tagOr(session.board.totals({}))
  const seen = world.sheets.filter((sheet) => oracle.isAllowed(me, KINDS.sheet, "read", sheet, null))
  const sum = { cost: seen.reduce((all, { cost }) => all + cost, 0), sheets: seen.length }
  return {
    asked: "sum of cost and count",
    found: JSON.stringify(found),
    expected: JSON.stringify(oracle.mayName(me, KINDS.sheet, "cost") ? sum : "InvalidInput"),
  }
}

const isRead = (me: oracle.Person, place: oracle.Place, field: string | null = null): boolean =>
  oracle.isAllowed(me, KINDS.sheet, "read", place, field)

/** The ids of a list, or how many records a report counts, or why not. */
const askedOf = ({ sheets }: Asker["session"]["board"]) => ({
  list: async (query: object): Promise<string> => {
    const page = await tagOr(sheets.list({ limit: 1000, ...query } as never))
    return typeof page === "string" ? page : listed(page.items.map(({ id }) => id))
  },
  report: async (field: string): Promise<string> => {
    const page = await tagOr(
      sheets.report({ columns: { value: field, sheets: { count: true } }, limit: 1000 } as never),
    )
    if (typeof page === "string") return page
    const groups = page.items as unknown as readonly { readonly sheets: number }[]
    return String(groups.reduce((sum, group) => sum + group.sheets, 0))
  },
})

/** What is named: filters by a field, by parts and through a reference, orders, searches. */
export const namingQuestions = async (asker: Asker): Promise<readonly Answer[]> => {
  const { world, session, me, random } = asker
  const { sheets } = session.board
  const { list, report } = askedOf(session.board)
  const mayRead = oracle.has(me, "board.sheets.read")
  const answer = async (asked: string, call: Promise<string>, isNamed: boolean, ids: () => readonly string[]) => ({
    asked,
    found: await call,
    expected: !mayRead ? "Forbidden" : isNamed ? listed(ids()) : "InvalidInput",
  })
  const seen = world.sheets.filter((sheet) => isRead(me, sheet))
  const all = () => seen.map(({ id }) => id)
  const named = (field: string): boolean => oracle.mayName(me, KINDS.sheet, field)
  const scalar = FIELDS.sheet.filter((field) => field !== "items")
  const [one, two] = [oneOf(random, scalar), oneOf(random, scalar)]
  const through = oneOf(random, ["cost", "title", "extras.grade"])
  const part = oneOf(random, ["words", "rate"])
  const isFilled = { isNull: false }
  const filled = (field: string) => () =>
    seen
      .filter(
        (sheet) =>
          (field === "unit" ? sheet.unit : field === "team" ? sheet.group : field === "after" ? sheet.after : "") !==
          null,
      )
      .map(({ id }) => id)
  const hits = await tagOr(sheets.search({ text: "sheet", limit: 1000 }))
  return [
    await answer(`filter ${one}`, list({ where: { [one]: isFilled } }), named(one), filled(one)),
    await answer(`order ${two}`, list({ order: [{ field: two, descending: true }] }), named(two), all),
    await answer(
      `filter after.${through}`,
      list({ where: { after: { is: { [through]: isFilled } } } }),
      named("after") && named(through),
      () => seen.flatMap(({ id, after }) => (after !== null && isRead(me, factOf(world, after)) ? [id] : [])),
    ),
    await answer(
      `filter items.${part}`,
      list({ where: { items: { some: { [part]: isFilled } } } }),
      named("items") && oracle.mayName(me, KINDS.item, part),
      () => seen.flatMap((sheet) => (oracle.isAllowed(me, KINDS.item, "read", sheet, null) ? [sheet.id] : [])),
    ),
    await answer(
      "search title",
      Promise.resolve(typeof hits === "string" ? hits : listed(hits.items.map(({ record }) => record.id))),
      true,
      () => (named("title") ? all() : []),
    ),
    await answer(`report ${two}`, report(two), named(two), () => [String(seen.length)]),
    await answer("count by matches", tagOr(sheets.count({ where: { matches: "sheet" } })).then(String), true, () => [
      String(named("title") ? seen.length : 0),
    ]),
  ]
}

const WRITABLE = ["title", "cost", "price", "extras.grade", "custom.size"] as const
const valueFor = (field: string): string | number => (field === "title" ? "sheet new" : 7777)
const valuesWith = (field: string): object => {
  const [name = "", member] = field.split(".")
  const value = valueFor(field)
  return member === undefined ? { [name]: value } : { [name]: { [member]: value } }
}

/** The fields that the history of one sheet shows of its making. */
export const historyQuestion = async ({ world, session, me, random }: Asker): Promise<Answer> => {
  const sheet = oneOf(random, world.sheets)
  const history = await tagOr(session.board.sheets.history(sheet.id as never))
  const made = typeof history === "string" ? null : history.items.find(({ entity }) => entity === "sheet")
  // What was empty when it was made is no part of the entry.
  const given = FIELDS.sheet.filter((field) => field !== "items" && !(EMPTY[field]?.(sheet) ?? false))
  const shown = given.filter((field) => isRead(me, sheet, field))
  return {
    asked: "history of a sheet",
    found: typeof history === "string" ? history : listed(Object.keys(made?.after ?? {})),
    expected: !oracle.has(me, "board.sheets.read") ? "Forbidden" : isRead(me, sheet) ? listed(shown) : "NotFound",
  }
}

const EMPTY: Readonly<Record<string, (sheet: SheetFact) => boolean>> = {
  unit: ({ unit }) => unit === null,
  team: ({ group }) => group === null,
  after: ({ after }) => after === null,
}

/** What is changed, each as a preview: one record, many, a new one, and by a command. */
export const changeQuestions = async (asker: Asker): Promise<readonly Answer[]> => {
  const { world, session, me, random } = asker
  const sheet = oneOf(random, world.sheets)
  const [field, other] = [oneOf(random, WRITABLE), oneOf(random, WRITABLE)]
  const patched = await tagOr(session.board.sheets.patch.preview({ id: sheet.id, set: valuesWith(field) } as never))
  const closed = await tagOr(session.board.close.preview({ sheet: sheet.id }))
  return [
    { asked: `patch ${field}`, found: doneOr(patched, field), expected: patchExpected(me, sheet, field) },
    { asked: "close", found: doneOr(closed), expected: closeExpected(me, sheet) },
    ...(await massAnswers(asker, other)),
    await createAnswer(asker),
  ]
}

/** Whether a name is no name at all for the user. Custom fields are looked up with the record, after the right to it. */
const isUnknown = (me: oracle.Person, field: string, when: "at the door" | "at the record"): boolean =>
  field.startsWith("custom.") === (when === "at the record") && !oracle.knows(me, KINDS.sheet, field)

/** What a preview comes to: the refusal, or done if what was given is there afterwards. */
const doneOr = (result: string | Preview, field?: string): string => {
  if (typeof result === "string") return result
  const [own] = field === undefined ? [] : result.changes.filter(({ entity }) => entity === "sheet")
  return field === undefined || own?.after[field] === valueFor(field) ? "done" : `lost ${field}`
}

const patchExpected = (me: oracle.Person, sheet: SheetFact, field: string): string => {
  if (isUnknown(me, field, "at the door")) return "InvalidInput"
  if (!oracle.has(me, "board.sheets.patch")) return "Forbidden"
  if (!isRead(me, sheet)) return "NotFound"
  if (!oracle.isAllowed(me, KINDS.sheet, "patch", sheet, null)) return "Forbidden"
  if (isUnknown(me, field, "at the record")) return "InvalidInput"
  return oracle.outcomeOf(me, KINDS.sheet, "patch", sheet, sheet, [field])
}

const closeExpected = (me: oracle.Person, sheet: SheetFact): string => {
  if (!oracle.has(me, "board.close")) return "Forbidden"
  if (!isRead(me, sheet)) return "NotFound"
  return oracle.isInCommand(me, "board.close", KINDS.sheet, sheet) ? "done" : "Forbidden"
}

/** A mass update of all records, record by record. */
const massAnswers = async ({ world, session, me }: Asker, field: string): Promise<readonly Answer[]> => {
  const ids = world.sheets.map(({ id }) => id)
  const given = { ids, set: valuesWith(field), refused: "skip" }
  const preview = await tagOr(session.board.sheets.massUpdate.preview(given as never))
  const asked = `massUpdate ${field}`
  const refused = massRefused(me, field)
  if (typeof preview === "string" || refused !== null)
    return [{ asked, found: doneOr(preview), expected: refused ?? "done" }]
  const { updated, failed } = preview.outcome as unknown as { updated: readonly string[]; failed: readonly string[] }
  const tags = new Map(
    failed.map((one) => JSON.parse(one) as { id: string; tag: string }).map(({ id, tag }) => [id, tag]),
  )
  const found = ids.map((id) => (updated.includes(id) ? "done" : (tags.get(id) ?? "unchanged")))
  const expected = world.sheets.map((sheet) =>
    isRead(me, sheet) ? oracle.outcomeOf(me, KINDS.sheet, "massUpdate", sheet, sheet, [field]) : "NotFound",
  )
  return [{ asked, found: found.join(" "), expected: expected.join(" ") }]
}

/** Why a mass update comes to no record at all; null if it does. */
const massRefused = (me: oracle.Person, field: string): string | null => {
  if (isUnknown(me, field, "at the door")) return "InvalidInput"
  if (!oracle.has(me, "board.sheets.massUpdate")) return "Forbidden"
  if (isUnknown(me, field, "at the record")) return "InvalidInput"
  return oracle.mayEver(me, KINDS.sheet, "massUpdate", field) ? null : "Forbidden"
}

const createAnswer = async ({ world, session, me, random }: Asker): Promise<Answer> => {
  const { unit, group } = oneOf(random, world.sheets)
  const place = { owner: oneOf(random, world.players).id, unit, group }
  const field = oneOf(random, ["cost", "price", "extras.grade", "custom.size"])
  const whose = { owner: place.owner, ...(unit === null ? {} : { unit }), ...(group === null ? {} : { team: group }) }
  const values = { code: "new", title: "sheet new", ...whose, ...valuesWith(field) }
  const given = ["code", "title", ...Object.keys(whose), field]
  const found = doneOr(await tagOr(session.board.sheets.create.preview(values as never)), field)
  const expected = createExpected(me, place, given)
  return { asked: `create ${field}`, found, expected }
}

const createExpected = (me: oracle.Person, place: oracle.Place, given: readonly string[]): string => {
  if (given.some((name) => isUnknown(me, name, "at the door"))) return "InvalidInput"
  if (!oracle.has(me, "board.sheets.create")) return "Forbidden"
  if (given.some((name) => isUnknown(me, name, "at the record"))) return "InvalidInput"
  return oracle.outcomeOf(me, KINDS.sheet, "create", place, place, given)
}
