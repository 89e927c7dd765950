/** Seeing: what contexts of commands, queries and answers offer by the actor's rights. */
import type { AnswerContext } from "../command.ts"
import type { Entity } from "../entity.ts"
import type { Refusal } from "../errors.ts"
import type { Executable, Machine } from "../machine.ts"
import type { Model } from "../model.ts"
import { type Records, recordsOf } from "../records.ts"
import { forbidden, NotFound } from "../refusals.ts"
import { type Actor, may } from "../rights.ts"
import type { Reader } from "../store.ts"
import type { Tenant } from "../tenant.ts"
import { everything } from "../view.ts"
import { knownModel } from "./knownModel.ts"
import { readRightOf } from "./reach.ts"
import { viewOf } from "./view.ts"

/** Who asks, and all records of the tenant. */
export interface Asking {
  readonly reader: Reader
  readonly tenant: Tenant
  readonly actor: Actor
  readonly read: Records
}

/** What an actor may see, and what may be asked of it. */
export interface Seeing extends AnswerContext {
  /** The records that the actor may see. */
  readonly view: Records
  readonly facts: Records
  /** The model without the fields that the actor may see of no record. */
  readonly knownModel: Model
  may(right: string): boolean
}

/** What the actor sees. */
export const seeing = ({ model, derived }: Machine, { reader, tenant, actor, read }: Asking): Seeing => {
  const view = viewOf(model, actor)
  return {
    view: view === everything ? read : recordsOf(model, derived, reader, tenant.id, view),
    facts: read,
    knownModel: knownModel(model, view),
    currency: tenant.currency,
    sees: (entity, field) => view.shows(entity, field),
    may: (right) => may(actor, right),
  }
}

/** The answer of a command that has just been done; what it may not show is a right that the actor lacks. */
export const answered = async <T>(machine: Machine, answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    const entity = NotFound.is(error) ? machine.model.entities.get(error.params.entity) : undefined
    throw entity ? forbidden(readRightOf(machine.model, entity as Entity)) : error
  })

/** What the actor is told of a refusal. */
export const told = async (
  { tells }: Pick<Executable, "tells">,
  refused: Refusal,
  seen: Pick<Seeing, "view"> & AnswerContext,
): Promise<Refusal> => (await tells?.(refused as never, seen, seen.view)) ?? refused
