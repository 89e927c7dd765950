/** Costs: what a quote costs the firm and earns it, and who may see that. */
import type { AnswerContext } from "../../kernel/command.ts"
import { Product } from "../catalogue/entities.ts"
import { CostRate } from "../organisation/entities.ts"
import { FooterCharge, QuoteLine, QuoteRevision } from "./entities.ts"
import type { PricedView } from "./view.ts"

/**
 * Whether the actor may see every cost that the figures of a quote rest on. One that is hidden hides them all: from a
 * margin and a price anybody works out the cost.
 */
export const seesCosts = ({ sees }: Pick<AnswerContext, "sees">): boolean =>
  sees(Product, "unitCost") &&
  sees(CostRate, "hourCost") &&
  sees(QuoteLine, "unitCost") &&
  sees(QuoteLine, "plannedCosts") &&
  sees(QuoteLine, "cost") &&
  sees(FooterCharge, "cost") &&
  sees(QuoteRevision, "cost") &&
  sees(QuoteRevision, "marginFloorPpm")

/** Every name in a priced quote, and in what it was priced from, that speaks of costs or of what they leave. */
const OF_COSTS = /cost|margin|overhead|contribution|markup|floor/i

/** The amounts that a customer may be told: no cost, contribution, margin, floor, nor what they were worked out from. */
export const withoutCosts = (priced: PricedView["priced"]): PricedView["priced"] => {
  const issues = priced.issues.filter(({ path }) => !OF_COSTS.test(path))
  return without({ ...priced, issues, floors: [] }) as PricedView["priced"]
}

const without = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(without)
  if (typeof value !== "object" || value === null) return value
  const kept = Object.entries(value).filter(([name]) => name === "floors" || !OF_COSTS.test(name))
  return Object.fromEntries(kept.map(([name, part]) => [name, without(part)]))
}
