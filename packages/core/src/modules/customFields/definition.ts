/** What a definition of a custom field must be, beyond the types of its parts. */
import type { CustomField, Labels } from "../../kernel/customField.ts"
import { type InputIssue, InvalidInput } from "../../kernel/refusals.ts"

/** The most fields of one entity that a tenant may define, retired ones included. */
export const MAX_FIELDS = 100
const MAX_LABELS = 20
const MAX_LABEL_LENGTH = 80
const MAX_CHOICES = 200

type Given = Pick<CustomField, "labels" | "kind" | "choices" | "min" | "max">

/** Everything that is wrong with a definition. */
export const definitionIssues = ({ labels, kind, choices, min, max }: Given): readonly InputIssue[] => {
  const issues = [...labelIssues(labels)]
  if ((kind === "choice") !== (choices !== null))
    issues.push({ path: "choices", message: kind === "choice" ? "is missing" : "is only for a choice" })
  if (choices !== null && !isChoices(choices))
    issues.push({
      path: "choices",
      message: `must be 1 to ${MAX_CHOICES} different texts of 1 to ${MAX_LABEL_LENGTH} characters`,
    })
  for (const [path, bound] of [
    ["min", min],
    ["max", max],
  ] as const)
    if (bound !== null && kind !== "integer") issues.push({ path, message: "is only for a whole number" })
  if (min !== null && max !== null && min > max) issues.push({ path: "max", message: "must not be below min" })
  return issues
}

/** Refuses with `InvalidInput` if there are issues. */
export const refused = (issues: readonly InputIssue[]): void => {
  if (issues.length > 0) throw new InvalidInput({ issues })
}

const labelIssues = (labels: Labels): readonly InputIssue[] => {
  const isObject = typeof labels === "object" && labels !== null && !Array.isArray(labels)
  const entries = isObject ? Object.entries(labels) : []
  if (entries.length === 0 || entries.length > MAX_LABELS)
    return [{ path: "labels", message: `must hold 1 to ${MAX_LABELS} texts by language` }]
  return entries.flatMap(([locale, label]) => {
    const path = `labels.${locale}`
    if (!/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/.test(locale))
      return [{ path, message: "must stand under a language such as sv" }]
    return isLabel(label) ? [] : [{ path, message: `must be a text of 1 to ${MAX_LABEL_LENGTH} characters` }]
  })
}

const isLabel = (label: unknown): label is string =>
  typeof label === "string" && label.trim() !== "" && [...label].length <= MAX_LABEL_LENGTH

const isChoices = (choices: readonly unknown[]): boolean =>
  Array.isArray(choices) &&
  choices.length >= 1 &&
  choices.length <= MAX_CHOICES &&
  choices.every(isLabel) &&
  new Set(choices).size === choices.length
