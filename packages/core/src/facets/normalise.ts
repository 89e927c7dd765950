/** Normalised keys: what unique fields compare, made here and never by a database, so that both compare alike. */

/**
 * The key of a unique text: composed, folded in case and width, and with inner white space as one blank.
 *
 * @example unique(" Q-1001  å") === unique("q-1001 Å") // true
 */
export const unique = (value: string): string =>
  value.normalize("NFKC").toLowerCase().normalize("NFKC").trim().replace(/\s+/g, " ")
