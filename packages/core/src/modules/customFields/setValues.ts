/** Values of custom fields on records that no collection patches, such as quotes. */
import { patchOf } from "../../kernel/changes.ts"
import { type CommandContext, command } from "../../kernel/command.ts"
import { takesCustom, withCustom } from "../../kernel/customFields.ts"
import type { CustomValues } from "../../kernel/entity.ts"
import { json, text } from "../../kernel/field.ts"
import type { DecisionContext } from "../../kernel/machine.ts"
import { UnknownEntity } from "./refusals.ts"

/** Whether records of an entity with this name take custom fields. */
export const takesFields = (ctx: CommandContext, name: string): boolean => {
  const { model } = ctx as DecisionContext
  const entity = model.entities.get(name)
  return entity !== undefined && takesCustom(model, entity)
}

/** Sets values of custom fields of one record, by their keys; `null` empties. */
export const setValues = command({
  input: { entity: text({ maxLength: 45 }), record: text({ maxLength: 63 }), values: json<CustomValues>() },
  refuses: [UnknownEntity],
  decide: async (ctx, { entity: name, record, values }) => {
    const entity = (ctx as DecisionContext).model.entities.get(name)
    if (!entity || !takesFields(ctx, name)) return new UnknownEntity({ entity: name })
    const row = await ctx.read.get(entity, record)
    const set = withCustom(ctx as DecisionContext, entity, { custom: values }, "patch")
    return { changes: [patchOf(entity, row, set)], outcome: { entity: name, record: row.id } }
  },
  answer: async (_, { record }) => ({ record }),
})
