/** Why webhooks refuse. */
import { integer, type RefusalOf, refusal, text } from "@anbud/core"

/**
 * The address cannot be one that is told of changes.
 *
 * Give an `https` address of a public host, without a user or a password in it.
 */
export const AddressRefused = refusal(
  "AddressRefused",
  { reason: text() },
  { en: "The address is refused: {reason}.", sv: "Adressen godtas inte: {reason}." },
  422,
)
export type AddressRefused = RefusalOf<typeof AddressRefused>

/**
 * The receiver did not take the message; status 0 if it could not be reached at all.
 *
 * It is sent again later. Look at the receiver if it comes often: it has to answer with 2xx within the time limit.
 */
export const DeliveryFailed = refusal(
  "DeliveryFailed",
  { endpoint: text(), status: integer(), reason: text() },
  {
    en: "The endpoint {endpoint} answered with {status}: {reason}.",
    sv: "Mottagaren {endpoint} svarade med {status}: {reason}.",
  },
  502,
)
export type DeliveryFailed = RefusalOf<typeof DeliveryFailed>
