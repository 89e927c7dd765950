/** Sessions: the calls of every plugin for one caller. Nothing is readable or writable without one. */
import { createCommand, IMPORT_CHUNK, importCommand, patchCommand } from "./collection.ts"
import type { LookUp } from "./derived.ts"
import type { Entity } from "./entity.ts"
import { mutating } from "./effectFace.ts"
import { isRefusal, messageOf } from "./errors.ts"
import { actorOf, type Caller, decodeInput, type Executable, execute, type Machine, tenantOf } from "./execute.ts"
import type { CallOptions, ListQuery } from "./face.ts"
import { type ImportFile, ImportRejected, type ImportReport } from "./importing.ts"
import { localDate } from "./localDate.ts"
import { type Done, type Pending, pending } from "./pending.ts"
import type { Plugin } from "./plugin.ts"
import { type Records, recordsOf } from "./records.ts"
import { Forbidden, InvalidInput, type ReadRefusal } from "./refusals.ts"
import { type Actor, may } from "./rights.ts"
import type { Tenant } from "./tenant.ts"

type Calls = Record<string, unknown>

/** The faces of all plugins for one caller; messages are made in `locale`. */
export const openSession = (machine: Machine, caller: Caller, locale: string): Record<string, Calls> =>
  Object.fromEntries(machine.model.plugins.map((plugin) => [plugin.id, pluginFace(machine, caller, locale, plugin)]))

const pluginFace = (machine: Machine, caller: Caller, locale: string, plugin: Plugin): Calls => {
  const face: Calls = {}
  for (const [name, entity] of Object.entries(plugin.spec.collections ?? {}))
    face[name] = collectionFace(machine, caller, locale, `${plugin.id}.${name}`, entity)
  for (const [name, command] of Object.entries(plugin.spec.commands ?? {})) {
    const executable: Executable = { ...command, name: `${plugin.id}.${name}` }
    face[name] = mutating((input: unknown, options?: CallOptions) =>
      spoken(locale, execute(machine, caller, executable, input, options)),
    )
  }
  for (const [name, query] of Object.entries(plugin.spec.queries ?? {})) {
    face[name] = (input: unknown) =>
      spoken(
        locale,
        reading(machine, caller, `${plugin.id}.${name}`, async (scope) => {
          const values = decodeInput(machine.derived, query.input, input)
          const answer = await query.answer(scope, values as never)
          if (isRefusal(answer)) throw answer
          return answer
        }),
      )
  }
  return face
}

const collectionFace = (machine: Machine, caller: Caller, locale: string, name: string, entity: Entity): Calls => {
  const create = createCommand(name, entity)
  const change = patchCommand(name, entity, machine.derived)
  const run = (command: Executable) =>
    mutating((input: unknown, options?: CallOptions) =>
      spoken(locale, execute(machine, caller, command, input, options)),
    )
  const read = <T>(work: (scope: ReadScope) => Promise<T>): Pending<T, ReadRefusal> =>
    spoken(locale, reading(machine, caller, `${name}.read`, work))
  const list = (query: ListQuery<Entity> = {}) => read((scope) => pageOf(scope.read, entity, query))
  return {
    create: run(create),
    patch: run(change),
    get: (id: string) => read((scope) => scope.read.get(entity, id)),
    parts: (id: string, part: string) =>
      read(async (scope) => {
        const spec = Object.hasOwn(entity.fields, part) ? entity.fields[part]?.spec : undefined
        if (spec?.kind !== "children")
          throw new InvalidInput({ issues: [{ path: "name", message: `${entity.name} has no parts called ${part}` }] })
        return scope.read.children(spec.entity as Entity, (await scope.read.get(entity, id)).id)
      }),
    list,
    each: async function* (query: ListQuery<Entity> = {}) {
      let after: string | null = null
      do {
        const page: Awaited<ReturnType<typeof pageOf>> = await list(after === null ? query : { ...query, after })
        yield* page.items
        after = page.next
      } while (after !== null)
    },
    import: mutating((file: ImportFile<Entity>, options?: CallOptions) =>
      spoken(locale, importFile(machine, caller, name, entity, file, options ?? {})),
    ),
  }
}

/** Wraps a call in its Promise face, with refusals that speak the session's language. */
const spoken = <T>(locale: string, run: Promise<Done<T>>): Pending<T, never> =>
  pending(
    run.catch((error: unknown) => {
      if (isRefusal(error)) error.message = messageOf(error, locale)
      throw error
    }),
  )

interface ReadScope {
  readonly tenant: string
  readonly actor: Actor
  readonly now: ReturnType<Machine["clock"]["now"]>
  readonly today: ReturnType<typeof localDate>
  readonly zone: string
  readonly currency: string
  readonly read: Records
}

const reading = <T>(
  machine: Machine,
  caller: Caller,
  right: string,
  work: (scope: ReadScope) => Promise<T>,
): Promise<Done<T>> =>
  machine.store.read(async (reader) => {
    const read = recordsOf(machine.model, machine.derived, reader, caller.tenant)
    const tenant: Tenant = await tenantOf(read, caller.tenant)
    const actor = await actorOf(machine, read, caller)
    if (!may(actor, right)) throw new Forbidden({ right })
    const now = machine.clock.now()
    const { zone, currency } = tenant
    const value = await work({ tenant: tenant.id, actor, now, today: localDate(now, zone), zone, currency, read })
    return { value, replayed: false }
  })

const MAX_PAGE = 1000

const pageOf = async (read: Records, entity: Entity, query: ListQuery<Entity>) => {
  const limit = query.limit ?? 50
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_PAGE)
    throw new InvalidInput({ issues: [{ path: "limit", message: `must be 1 to ${MAX_PAGE}` }] })
  const conditions = [...(query.where ? [query.where] : []), ...(query.after ? [{ id: { gt: query.after } }] : [])]
  const found = await read.find(entity, { and: conditions }, { limit: limit + 1 })
  const items = found.slice(0, limit)
  return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null }
}

const importFile = async (
  machine: Machine,
  caller: Caller,
  name: string,
  entity: Entity,
  file: ImportFile<Entity>,
  options: CallOptions,
): Promise<Done<ImportReport>> => {
  const { value: found } = await reading(machine, caller, `${name}.import`, (scope) =>
    machine.derived.readImport(entity, file, lookUpIn(scope.read)),
  )
  if (found.issues.length > 0 && file.refused !== "skip")
    throw new ImportRejected({ file: file.file, issues: found.issues })
  const command = importCommand(name, entity)
  const counts = { created: 0, changed: 0, unchanged: found.total - found.rows.length - found.issues.length }
  let replayed = found.rows.length > 0
  for (let from = 0; from < found.rows.length; from += IMPORT_CHUNK) {
    const rows = found.rows.slice(from, from + IMPORT_CHUNK)
    const key = options.idempotencyKey
    const chunk = { ...options, ...(key === undefined ? {} : { idempotencyKey: `${key}#${from}` }) }
    const done = await execute(machine, caller, command, { key: file.key, rows }, chunk)
    const part = done.value as typeof counts
    for (const count of ["created", "changed", "unchanged"] as const) counts[count] += part[count]
    replayed &&= done.replayed
  }
  return { value: { file: file.file, rows: found.total, ...counts, refused: found.issues }, replayed }
}

const lookUpIn =
  (read: Records): LookUp =>
  async (entity, field, values) => {
    const found = await read.find(entity, { [field]: { in: values } } as never)
    return new Map(found.map((row) => [String((row as Record<string, unknown>)[field]), row.id]))
  }
