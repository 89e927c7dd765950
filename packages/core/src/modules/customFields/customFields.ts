/** Custom fields: a tenant defines fields of records at run time, labels them in its languages, and retires them. */
import { create, patch } from "../../kernel/changes.ts"
import { command, query } from "../../kernel/command.ts"
import { CUSTOM_KINDS, CustomField } from "../../kernel/customField.ts"
import { boolean, choice, defaulted, integer, json, optional, text } from "../../kernel/field.ts"
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import { Tenant } from "../../kernel/tenant.ts"
import { definitionIssues, MAX_FIELDS, refused } from "./definition.ts"
import { keyFrom } from "./keys.ts"
import { FieldRetired, LimitExceeded, UnknownEntity } from "./refusals.ts"
import { setValues, takesFields } from "./setValues.ts"

/** Defines a field of an entity's records; gives its definition with the key that was made for it. */
const define = command({
  input: {
    entity: text({ maxLength: 45 }),
    labels: json<Readonly<Record<string, string>>>(),
    kind: choice(CUSTOM_KINDS),
    choices: optional(json<readonly string[]>()),
    min: optional(integer()),
    max: optional(integer()),
    isRequired: defaulted(boolean(), false),
    isSearchable: defaulted(boolean(), false),
    isPersonal: defaulted(boolean(), false),
  },
  refuses: [UnknownEntity, LimitExceeded],
  decide: async (ctx, input) => {
    if (!takesFields(ctx, input.entity)) return new UnknownEntity({ entity: input.entity })
    refused(definitionIssues(input))
    const known = await ctx.read.find(CustomField, { entity: input.entity })
    if (known.length >= MAX_FIELDS) return new LimitExceeded({ limit: `fields of ${input.entity}`, most: MAX_FIELDS })
    const label = input.labels["en"] ?? Object.values(input.labels)[0] ?? ""
    const key = keyFrom(label, new Set(known.map((field) => field.key)))
    const id = ctx.newId(CustomField)
    const tenant = await ctx.read.get(Tenant, ctx.tenant)
    const definition = create(CustomField, id, {
      ...input,
      key,
      name: `${input.entity}.${key}`,
      ordinal: known.length + 1,
    })
    return { changes: [definition, patch(Tenant, tenant, { fieldsStamp: id })], outcome: { field: id } }
  },
  answer: (read, { field }) => read.get(CustomField, field),
})

/** Gives a field other labels; its key and its values stay. */
const relabel = command({
  input: { field: CustomField.id, labels: json<Readonly<Record<string, string>>>() },
  refuses: [],
  decide: async (ctx, { field: id, labels }) => {
    const field = await ctx.read.get(CustomField, id)
    refused(definitionIssues({ ...field, labels }))
    return { changes: [patch(CustomField, field, { labels })], outcome: { field: field.id } }
  },
  answer: (read, { field }) => read.get(CustomField, field),
})

/** Retires a field: nobody can set it any more, and what was set stays readable. */
const retire = command({
  input: { field: CustomField.id },
  refuses: [FieldRetired],
  decide: async (ctx, { field: id }) => {
    const field = await ctx.read.get(CustomField, id)
    if (field.isRetired) return new FieldRetired({ field: field.name })
    const tenant = await ctx.read.get(Tenant, ctx.tenant)
    const changes = [
      patch(CustomField, field, { isRetired: true }),
      patch(Tenant, tenant, { fieldsStamp: ctx.newId(Tenant) }),
    ]
    return { changes, outcome: { field: field.id } }
  },
  answer: (read, { field }) => read.get(CustomField, field),
})

/** The fields that the tenant has defined, of one entity or of all, in the order in which they were. */
const definitions = query({
  input: { entity: optional(text({ maxLength: 45 })) },
  refuses: [],
  answer: (ctx, { entity }) =>
    ctx.read.find(CustomField, entity === null ? {} : { entity }, { order: ["entity", "ordinal"] }),
})

const spec = plugin("customFields", {
  entities: [],
  commands: { define, relabel, retire, set: setValues },
  queries: { definitions },
})

/** The calls of custom fields. */
export interface CustomFields extends FaceOf<typeof spec> {}
/** The plugin custom fields. */
export interface CustomFieldsPlugin extends Plugin<"customFields", CustomFields> {}
/** Fields that a tenant defines at run time. */
export const customFields: CustomFieldsPlugin = spec
