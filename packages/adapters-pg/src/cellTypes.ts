/** How values of PostgreSQL become cells, said with each query: the host's own settings of the driver do not matter. */
import type { CustomTypesConfig } from "pg"

/** The types of whole numbers: int8, int2, int4. */
const WHOLE_NUMBERS = new Set([20, 21, 23])

/**
 * Whole numbers as numbers, all else as the server's text.
 *
 * Columns are checked to be within ±(2^53 − 1), so a number is exact; sums are read as text.
 */
export const cellTypes: CustomTypesConfig = {
  getTypeParser: (oid: number) => (WHOLE_NUMBERS.has(oid) ? Number : asText),
}

const asText = (text: string): string => text
