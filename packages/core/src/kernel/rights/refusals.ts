/** Why a change of rights is refused, beside `Forbidden`. */
import { type RefusalOf, refusal } from "../errors.ts"
import { text } from "../field.ts"

/**
 * Somebody would be given a right that the giver does not have, or has with a narrower scope.
 *
 * Give a narrower right, or ask someone who has the right that is named.
 */
export const GrantExceedsOwn = refusal(
  "GrantExceedsOwn",
  { right: text() },
  {
    en: "You cannot give anybody {right}: you do not have it that far yourself.",
    sv: "Du kan inte ge någon {right}: du har det inte så långt själv.",
  },
  403,
)
export type GrantExceedsOwn = RefusalOf<typeof GrantExceedsOwn>

/**
 * Nobody would be left who may do everything.
 *
 * Make another active user an administrator first: one whose roles grant `*` and deny nothing.
 */
export const LastAdministrator = refusal(
  "LastAdministrator",
  {},
  {
    en: "The last active administrator must keep all rights.",
    sv: "Den sista aktiva administratören måste behålla alla rättigheter.",
  },
)
export type LastAdministrator = RefusalOf<typeof LastAdministrator>
