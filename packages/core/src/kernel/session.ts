/** Sessions: the calls of every plugin for one caller. Nothing is readable or writable without one. */
import { batchFace } from "./batch/batchFace.ts"
import { isLong, longMassUpdate, longPreview, undoBatch } from "./batch/longCalls.ts"
import type { BatchTarget } from "./batch/startBatch.ts"
import { callSite, placed } from "./callSite.ts"
import type { ChangesQuery } from "./changeFeed/committedChange.ts"
import { headCursor } from "./changeFeed/feedPage.ts"
import { followChanges } from "./changeFeed/follow.ts"
import { createCommand, patchCommand } from "./collection.ts"
import { collectionReads, iterating } from "./collectionReads.ts"
import { mutating } from "./effectFace.ts"
import type { Entity } from "./entity.ts"
import { isRefusal, messageOf } from "./errors.ts"
import { execute } from "./execute.ts"
import type { CallOptions, LongOptions, PageQuery, ReadOptions, SearchAllQuery } from "./face.ts"
import { fieldNamed, partsOf } from "./fields.ts"
import { historyPage } from "./historyPage.ts"
import { importFile } from "./importFile.ts"
import type { ImportFile } from "./importing.ts"
import { join } from "./join.ts"
import { type Caller, decodeInput, type Executable, type Machine } from "./machine.ts"
import { massUpdateCommand, undoCommand } from "./massUpdate.ts"
import { type Done, type Pending, pending } from "./pending.ts"
import { type Plugin, readableOf } from "./plugin.ts"
import { previewOf } from "./preview.ts"
import { type ReadScope, reading } from "./reading.ts"
import { InvalidInput, type ReadRefusal } from "./refusals.ts"
import { checkRight, givenNames } from "./rights/bounds.ts"
import { searchAll } from "./searchAll.ts"

type Calls = Record<string, unknown>

/** The faces of all plugins for one caller; messages are made in `locale`. */
export const openSession = (machine: Machine, caller: Caller, locale: string): Record<string, unknown> => ({
  join: (client: object, work: (session: never) => Promise<unknown>) =>
    spoken(locale, join({ machine, caller, locale }, openSession, client, work)),
  ...Object.fromEntries(
    machine.model.plugins.map((plugin) => [plugin.id, pluginFace(machine, caller, locale, plugin)]),
  ),
  search: mutating((query: SearchAllQuery, options: ReadOptions = {}) =>
    spoken(
      locale,
      reading(machine, caller, null, (scope) => searchAll(scope.machine, scope, query, options)),
    ),
  ),
  changes: iterating((query: ChangesQuery = {}) =>
    followChanges(machine, caller, query, { site: callSite(), said: (error) => said(locale, error) }),
  ),
  headCursor: ({ collections = null }: { readonly collections?: readonly string[] | null } = {}) =>
    spoken(
      locale,
      reading(machine, caller, null, (scope) => headCursor(scope, collections), "headCursor"),
    ),
})

const pluginFace = (machine: Machine, caller: Caller, locale: string, plugin: Plugin): Calls => {
  const face: Calls = {}
  for (const [name, entity] of readableOf(plugin))
    face[name] = readFace(machine, caller, locale, `${plugin.id}.${name}`, entity)
  for (const [name, entity] of Object.entries(plugin.spec.collections ?? {}))
    face[name] = { ...(face[name] as Calls), ...changeFace(machine, caller, locale, `${plugin.id}.${name}`, entity) }
  for (const [name, command] of Object.entries(plugin.spec.commands ?? {})) {
    const executable: Executable = { ...command, name: `${plugin.id}.${name}` }
    face[name] = commandCall(machine, caller, locale, executable)
  }
  for (const [name, query] of Object.entries(plugin.spec.queries ?? {})) {
    face[name] = (input: unknown) =>
      spoken(
        locale,
        reading(machine, caller, `${plugin.id}.${name}`, async (scope) => {
          const values = decodeInput(machine.derived, query.input, input)
          const right = `${plugin.id}.${name}`
          checkRight({ actor: scope.actor, right, given: givenNames(query.input, values) })
          const answer = await query.answer(scope, values as never)
          if (isRefusal(answer)) throw answer
          return answer
        }),
      )
  }
  return face
}

const commandCall = (machine: Machine, caller: Caller, locale: string, command: Executable) =>
  Object.assign(
    mutating((input: unknown, options?: CallOptions) =>
      spoken(locale, execute(machine, caller, command, input, options)),
    ),
    { preview: (input: unknown) => spoken(locale, previewOf(machine, caller, command, input)) },
  )

/** The calls that change records of a collection. */
const changeFace = (machine: Machine, caller: Caller, locale: string, name: string, entity: Entity): Calls => {
  const run = (command: Executable) => commandCall(machine, caller, locale, command)
  return {
    create: run(createCommand(name, entity)),
    patch: run(patchCommand(name, entity)),
    ...massCalls({ machine, caller, name, entity }, locale),
    batches: batchFace({ machine, caller, name, entity }, locale, (work) => spoken(locale, work)),
    import: mutating((file: ImportFile<Entity>, options: LongOptions = {}) =>
      spoken(locale, importFile({ machine, caller, name, entity }, file, options)),
    ),
  }
}

/** Mass update and undo: one command each, or a batch. */
const massCalls = (target: BatchTarget, locale: string): Calls => {
  const { machine, caller, name, entity } = target
  const update = massUpdateCommand(name, entity)
  const back = undoCommand(name, entity)
  const isBatch = (input: unknown): boolean => Object.hasOwn((input ?? {}) as object, "batch")
  return {
    massUpdate: Object.assign(
      mutating((input: unknown, options: LongOptions = {}) =>
        isLong(input)
          ? spoken(locale, longMassUpdate(target, input, options))
          : spoken(locale, execute(machine, caller, update, input, options)),
      ),
      {
        preview: (input: unknown) =>
          spoken(locale, isLong(input) ? longPreview(target, input) : previewOf(machine, caller, update, input)),
      },
    ),
    undo: Object.assign(
      mutating((input: unknown, options: LongOptions = {}) =>
        isBatch(input)
          ? spoken(locale, undoBatch(target, input, options))
          : spoken(locale, execute(machine, caller, back, input, options)),
      ),
      { preview: (input: unknown) => spoken(locale, previewOf(machine, caller, back, input)) },
    ),
  }
}

/** The calls that read records of a collection. */
const readFace = (machine: Machine, caller: Caller, locale: string, name: string, entity: Entity): Calls => {
  const read = <T>(work: (scope: ReadScope) => Promise<T>): Pending<T, ReadRefusal> =>
    spoken(locale, reading(machine, caller, `${name}.read`, work))
  return {
    history: (id: string, query: PageQuery = {}, { signal }: ReadOptions = {}) =>
      read((scope) => {
        signal?.throwIfAborted()
        return historyPage({ scope, name, entity }, id, query)
      }),
    get: (id: string) => read((scope) => scope.read.get(entity, id)),
    parts: (id: string, part: string) =>
      read(async (scope) => {
        const knows = (name: string): boolean => fieldNamed(scope.knownModel, entity, name) !== undefined
        const list = partsOf(machine.model, entity).find(({ name }) => name === part && knows(name))
        if (!list)
          throw new InvalidInput({ issues: [{ path: "name", message: `${entity.name} has no parts called ${part}` }] })
        return scope.read.children(list.child, (await scope.read.get(entity, id)).id)
      }),
    ...collectionReads(name, entity, read),
  }
}

/** Wraps a call in its Promise face, with refusals that speak the session's language and show where the host called. */
const spoken = <T>(locale: string, run: Promise<Done<T>>): Pending<T, never> => {
  const site = callSite()
  return pending(
    run.catch((error: unknown) => {
      throw placed(said(locale, error), site)
    }),
  )
}

/** A refusal with its message in the session's language; any other error as it is. */
const said = (locale: string, error: unknown): unknown => {
  if (isRefusal(error)) error.message = messageOf(error, locale)
  return error
}
