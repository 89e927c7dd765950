/** The facets that the kernel uses, in one record. */
import type { Derived } from "../kernel/derived.ts"
import { decode, kept } from "./codec.ts"
import { fromColumns, orderColumn, tablesOf, toColumns } from "./columns.ts"
import { conditionOf } from "./conditions.ts"
import { erasedValue } from "./erasure.ts"
import { readImport } from "./imports.ts"
import { naturalKey } from "./normalise.ts"
import { reportField } from "./reportFields.ts"
import { termsOf, tokensOf } from "./searchTokens.ts"
import { sortKeys } from "./sortKeys.ts"

/** One derivation of an entity per member. */
export const derived: Derived = {
  tables: tablesOf,
  toColumns,
  fromColumns,
  condition: conditionOf,
  searchTokens: tokensOf,
  searchTerms: termsOf,
  sortKeys,
  reportField,
  column: orderColumn,
  decode,
  kept,
  erasedValue,
  naturalKey,
  readImport,
}
