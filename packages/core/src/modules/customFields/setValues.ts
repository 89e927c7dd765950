/** Values of custom fields on records that no collection patches, such as quotes. */
import { patchOf } from "../../kernel/changes.ts"
import { type CommandContext, command } from "../../kernel/command.ts"
import { takesCustom, withCustom } from "../../kernel/customFields.ts"
import type { CustomValues } from "../../kernel/entity.ts"
import { json, text } from "../../kernel/field.ts"
import type { DecisionContext } from "../../kernel/machine.ts"
import { forbidden } from "../../kernel/refusals.ts"
import { writeRefused } from "../../kernel/rights/bounds.ts"
import { asKnown } from "../../kernel/rights/knownModel.ts"
import { rightNameOf } from "../../kernel/rights/reach.ts"
import { may } from "../../kernel/rights.ts"
import { UnknownEntity } from "./refusals.ts"

/** Whether records of an entity with this name take custom fields. */
export const takesFields = (ctx: CommandContext, name: string): boolean => {
  const { model } = ctx as DecisionContext
  const entity = model.entities.get(name)
  return entity !== undefined && takesCustom(model, entity)
}

/**
 * Sets values of custom fields of one record, by their keys; `null` empties. A record that the actor may not see is
 * missing, and the fields are those that the actor's right to patch the record covers: `quotes.quotes.patch`.
 */
export const setValues = command({
  input: { entity: text({ maxLength: 45 }), record: text({ maxLength: 63 }), values: json<CustomValues>() },
  refuses: [UnknownEntity],
  decide: async (ctx, { entity: name, record, values }) => {
    const { model } = ctx as DecisionContext
    const entity = model.entities.get(name)
    if (!entity || !takesFields(ctx, name)) return new UnknownEntity({ entity: name })
    const { id } = await ctx.view.get(entity, record)
    const row = await ctx.read.get(entity, id)
    const set = withCustom(asKnown(ctx as DecisionContext), entity, { custom: values }, "patch")
    const writing = { model, actor: ctx.actor, right: `${rightNameOf(model, entity)}.patch` }
    if (!may(ctx.actor, writing.right)) throw forbidden(writing.right)
    const refused = writeRefused(writing, entity, row as never, row as never, Object.keys(set))
    if (refused) throw refused
    return { changes: [patchOf(entity, row, set)], outcome: { entity: name, record: row.id } }
  },
  answer: async (_, { record }) => ({ record }),
})
