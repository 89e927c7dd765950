/** Cost rates: what an hour of a person costs on a date. */
import type { Money } from "@anbud/pricing"
import type { LocalDate } from "../../kernel/field.ts"

/** A dated rate. */
export interface DatedCost {
  readonly from: LocalDate
  readonly hourCost: Money
}

/**
 * The rate that holds on a date: the latest that began on or before it, or null when none had.
 *
 * @example hourCostAt([{ from: "2024-01-01", hourCost: sek(450_00) }], "2025-03-14") // 450.00 SEK
 */
export const hourCostAt = (rates: readonly DatedCost[], on: LocalDate): Money | null => {
  const begun = rates.filter((rate) => rate.from <= on).sort((a, b) => (a.from < b.from ? -1 : 1))
  return begun.at(-1)?.hourCost ?? null
}
