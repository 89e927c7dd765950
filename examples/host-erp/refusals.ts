/** What the ERP itself refuses, made like the engine's refusals so that both become answers in one place. */
import { integer, refusal, text } from "@anbud/core"

/** The customer would owe more than was agreed. */
export const CreditExceeded = refusal(
  "CreditExceeded",
  { owedMinor: integer(), creditMinor: integer() },
  {
    en: "The customer would owe {owedMinor} and has a credit of {creditMinor}.",
    sv: "Kunden skulle vara skyldig {owedMinor} och har en kredit på {creditMinor}.",
  },
  402,
)

/** The number is that of another order. */
export const NumberTaken = refusal(
  "NumberTaken",
  { number: text() },
  { en: "{number} is the number of another order.", sv: "{number} är en annan orders nummer." },
)

/** The ERP has no such record. */
export const NotFound = refusal(
  "NotFound",
  { kind: text(), number: text() },
  { en: "There is no {kind} {number}.", sv: "{number} finns inte." },
  404,
)

/** A field of the body is missing or something else. */
export const NotValid = refusal(
  "NotValid",
  { field: text(), expected: text() },
  { en: "{field} must be {expected}.", sv: "{field} måste vara {expected}." },
  422,
)
