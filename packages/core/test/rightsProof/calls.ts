/**
 * Calls: everything that a session can be asked, found by looking at the session and at the plugins, never listed by
 * hand. Inputs are made of the fields that the definitions name; a call for which nobody knows an input is an error.
 */
import { type Entity, type Field, type Fields, type Plugin, standard } from "@anbud/core"
import { derived } from "../../src/facets/derived.ts"
import { fieldsOf, partsOf } from "../../src/kernel/fields.ts"
import { compileModel } from "../../src/kernel/model.ts"

export type Input = Readonly<Record<string, unknown>>

/** One call: what it is, what it is given, and how it is made with that. */
export interface Call {
  readonly name: string
  readonly kind: "read" | "preview" | "change"
  readonly input: Input
  readonly make: (input: Input) => Promise<unknown>
  /** Of a change: tries the same and leaves nothing. */
  readonly before?: (input: Input) => Promise<unknown>
}

/** Records to name in inputs: ids by the entity's name, and the values of a record that people know it by. */
export interface Known {
  readonly ids: Readonly<Record<string, readonly string[]>>
  keyOf(entity: string, id: string): string
}

/** What made-up values get wrong, by the name of the call or of the field. */
export type Hints = Readonly<Record<string, Input>>

const model = compileModel({ ...standard }, derived)

/** The entities of core's plugins, parts included. */
export const ENTITIES: ReadonlyMap<string, Entity> = model.entities

type Loose = Readonly<Record<string, Readonly<Record<string, unknown>>>>
type Face = (...args: readonly unknown[]) => Promise<unknown>

/** All calls of a session, each with an input that names known records. */
export const callsOf = (session: unknown, known: Known, hints: Hints): readonly Call[] => {
  const faces = session as Loose & { readonly search: Face }
  const calls = Object.values<Plugin>({ ...standard }).flatMap(({ id, spec }) => {
    const { collections = {}, reads = {}, commands = {}, queries = {} } = spec
    return Object.entries(faces[id] ?? {}).flatMap(([name, face]): readonly Call[] => {
      const path = `${id}.${name}`
      const entity = collections[name] ?? reads[name]
      if (entity) return collectionCalls(path, entity, face as Readonly<Record<string, Face>>, known, hints)
      const command = commands[name]
      const query = queries[name]
      const input = { ...valuesOf((command ?? query)?.input ?? {}, known), ...hints[path] }
      if (query) return [{ name: path, kind: "read", input, make: (given) => (face as Face)(given) }]
      if (command) return changing(path, input, face as Face)
      throw new Error(`Nobody knows how to call ${path}`)
    })
  })
  const search: Call = { name: "search", kind: "read", input: { text: "x" }, make: (input) => faces.search(input) }
  return [...calls, search]
}

const changing = (name: string, input: Input, face: Face): readonly Call[] => {
  const preview = (given: Input) => (face as unknown as { readonly preview: Face }).preview(given)
  return [
    { name: `${name}.preview`, kind: "preview", input, make: preview },
    { name, kind: "change", input, make: (given) => face(given), before: preview },
  ]
}

/** The calls of a collection, by the names that its face has. */
const collectionCalls = (
  path: string,
  entity: Entity,
  face: Readonly<Record<string, Face>>,
  known: Known,
  hints: Hints,
): readonly Call[] => {
  const fields = Object.fromEntries(
    Object.entries(fieldsOf(model, entity)).filter(([, { presence }]) => presence !== "stored"),
  )
  const own = { ...valuesOf(fields, known), ...hints[`${path}.create`] }
  const set = { ...valuesOf(onlyScalars(fields), known), ...hints[`${path}.patch`] }
  const [id = ""] = known.ids[entity.name] ?? []
  const at = (name: string): string => `${path}.${name}`
  const asks: Readonly<Record<string, (call: Face) => readonly Call[]>> = {
    get: (call) => [read(at("get"), { id }, ({ id }) => call(id))],
    history: (call) => [read(at("history"), { id }, ({ id }) => call(id))],
    parts: (call) =>
      partsOf(model, entity).map(({ name }) => read(at(`parts ${name}`), { id }, (given) => call(given["id"], name))),
    list: (call) => filters(entity, known).map((where) => read(at(`list ${Object.keys(where)}`), { where }, call)),
    count: (call) => filters(entity, known).map((where) => read(at(`count ${Object.keys(where)}`), { where }, call)),
    each: (call) =>
      filters(entity, known).map((where) =>
        read(at(`each ${Object.keys(where)}`), { where }, (given) => all(call(given) as never)),
      ),
    search: (call) => [read(at("search"), { text: known.keyOf(entity.name, id) }, call)],
    report: (call) => [...filters(entity, known)].map((where) => read(at("report"), { columns: COUNT, where }, call)),
    reportParts: (call) =>
      partsOf(model, entity).map(({ name }) =>
        read(at(`reportParts ${name}`), { columns: COUNT, where: { parent: id } }, (given) => call(name, given)),
      ),
    create: (call) => changing(at("create"), own, call),
    patch: (call) => changing(at("patch"), { id, set }, call),
    massUpdate: (call) => changing(at("massUpdate"), { ids: [id], set, refused: "skip" }, call),
    undo: (call) => changing(at("undo"), { seq: 3, refused: "skip" }, call),
    import: (call) => importCalls(at("import"), entity, own, known, call),
    batches: (call) => batchCalls(at("batches"), { id, set }, known, call as unknown as Readonly<Record<string, Face>>),
  }
  return Object.entries(face).flatMap(([name, call]) => {
    const ask = asks[name]
    if (!ask) throw new Error(`Nobody knows how to call ${path}.${name}`)
    return ask(call)
  })
}

/** The calls on batches; those that begin one need no trying first, since nothing is done before a worker comes. */
const batchCalls = (path: string, { id, set }: Input, known: Known, face: Readonly<Record<string, Face>>) => {
  const [batch = "no batch"] = known.ids["batch"] ?? []
  const inputs: Readonly<Record<string, Input>> = {
    ...{ get: { batch }, cancel: { batch }, wait: { batch }, rows: { batch } },
    ...{ massUpdate: { ids: [id], set, refused: "skip" }, undo: { batch, refused: "skip" } },
    import: { file: "rows.csv", text: "number\n", key: ["number"], columns: {} },
  }
  return Object.entries(face).map(([name, call]): Call => {
    const input = inputs[name]
    if (!input) throw new Error(`Nobody knows how to call ${path}.${name}`)
    const isById = ["get", "cancel", "wait"].includes(name)
    const isRead = isById || name === "rows"
    const make = (given: Input) => call(isById ? given["batch"] : given)
    return { name: `${path}.${name}`, kind: isRead ? "read" : "change", input, make }
  })
}

const COUNT = { records: { count: true } }
const read = (name: string, input: Input, make: Call["make"]): Call => ({ name, kind: "read", input, make })

const all = async (items: AsyncIterable<unknown>): Promise<readonly unknown[]> => {
  const found: unknown[] = []
  for await (const item of items) found.push(item)
  return found
}

/** A filter by the id, and one by each reference: by its id, and by what it refers to. */
const filters = (entity: Entity, known: Known): readonly Input[] =>
  [["id", known.ids[entity.name]?.[0]] as const, ...referencesOf(entity, known)].flatMap(([name, id]) =>
    id === undefined ? [] : [{ [name]: id }, ...(name === "id" ? [] : [{ [name]: { is: { id } } }])],
  )

const referencesOf = (entity: Entity, known: Known): readonly (readonly [string, string | undefined])[] =>
  Object.entries(fieldsOf(model, entity)).flatMap(([name, { spec }]) =>
    spec.kind === "ref" ? [[name, known.ids[spec.entity().name]?.[0]] as const] : [],
  )

/** A file of one row: what its columns refer to, it names as people do. */
const importCalls = (name: string, entity: Entity, own: Input, known: Known, call: Face): readonly Call[] => {
  const fields = fieldsOf(model, entity)
  const key = Object.keys(fields).find((field) => fields[field]?.options.unique === true)
  if (key === undefined) return []
  const cells = Object.fromEntries(
    Object.entries(own).flatMap(([field, value]) => {
      const spec = fields[field]?.spec
      if (spec?.kind === "ref") {
        const cell = known.keyOf(spec.entity().name, String(value))
        return cell === "" ? [] : [[field, cell]]
      }
      return typeof value === "string" ? [[field, value]] : []
    }),
  )
  const given = { ...own, ...cells, [key]: known.keyOf(entity.name, known.ids[entity.name]?.[0] ?? "") }
  const columns = Object.fromEntries(
    Object.keys(given).map((field) => [
      field,
      typeof given[field as never] === "string" ? field : () => given[field as never],
    ]),
  )
  const make = (row: Input) => {
    const names = Object.keys(row).filter((field) => typeof row[field] === "string")
    const text = [names.join(";"), names.map((field) => row[field]).join(";"), names.map(() => "").join(";")].join("\n")
    return call({ file: "rows.csv", text, key: [key], columns, refused: "all" })
  }
  // A first row that is wrong in any case: nothing is written, and every row is looked at all the same.
  return [{ name, kind: "read", input: onlyTexts(given), make: (row) => make({ ...given, ...row }) }]
}

const onlyTexts = (values: Input): Input =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === "string"))

const onlyScalars = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(([, { spec, options }]) => spec.kind !== "children" && options.unique !== true),
  )

/** Values for the fields: a known record for a reference, something made up for the rest. */
const valuesOf = (fields: Fields, known: Known): Input =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const value = sample(field, name, known)
      return value === undefined || field.presence === "stored" ? [] : [[name, value]]
    }),
  )

const sample = ({ spec, presence }: Field, name: string, known: Known): unknown => {
  switch (spec.kind) {
    case "ref":
      return known.ids[spec.entity().name]?.[0]
    case "children":
      return presence === "patches" ? undefined : []
    case "text":
      return spec.maxLength < 4 || spec.pattern
        ? spec.pattern?.test("SEK")
          ? "SEK"
          : spec.pattern?.test("SE")
            ? "SE"
            : "H87".slice(0, spec.maxLength)
        : `new ${name}`.slice(0, spec.maxLength)
    case "integer":
    case "duration":
      return Math.min(Math.max(1, spec.min), spec.max)
    case "percent":
      return 1000
    case "decimal":
    case "price":
    case "quantity":
      return "1"
    case "money":
      return { minor: 100, currency: "SEK" }
    case "date":
      return presence === "required" ? "2025-03-14" : undefined
    case "instant":
      return "2025-03-14T08:00:00.000Z"
    case "zoned":
      return { local: "2025-03-14T08:00", zone: "Europe/Stockholm" }
    case "boolean":
      return false
    case "choice":
      return spec.of[0]
    default:
      return undefined
  }
}
