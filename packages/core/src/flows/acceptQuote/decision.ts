/**
 * Accepting a quote, decided: from the facts to an order, its project, its billing plan and its reservations, or to
 * the reason why not. Pure.
 */
import { type InstalmentOrder, orderOf } from "@anbud/pricing"
import type { LocalDate } from "../../kernel/field.ts"
import type { CapacityExceeded, PlannedPart, Promised } from "../../modules/capacity/promise.ts"
import { type BilledLine, planParts } from "../../modules/invoicing/billing.ts"
import { countedTasks } from "../../modules/quotes/plannedWork.ts"
import { AlreadyDecided, QuoteExpired, QuoteNotOpen, type UnknownReference } from "../../modules/quotes/refusals.ts"
import type { PricedView } from "../../modules/quotes/view.ts"

/** What the decision is made from. */
export interface AcceptanceFacts {
  readonly view: PricedView
  /** What capacity can promise now, or why it cannot. */
  readonly promised: Promised | UnknownReference | CapacityExceeded
  readonly today: LocalDate
}

/** A line of the order to be made. */
export interface AcceptedLine extends BilledLine {
  readonly product: string | null
  readonly description: string
  readonly quantity: string
}

/** A phase of the project to be made. */
export interface AcceptedPhase {
  readonly key: string
  readonly name: string
  readonly originalEffortMinutes: number
  readonly start: LocalDate
  readonly finish: LocalDate
}

/** A part of the billing plan to be made. */
export interface AcceptedPart {
  readonly label: string
  readonly sharePpm: number
  readonly dueRule: "onAcceptance" | "afterTask"
  readonly task: string | null
  readonly plannedOn: LocalDate | null
  readonly status: "planned" | "ready"
  readonly netMinor: number
  readonly vatMinor: number
  readonly totalMinor: number
  readonly columns: readonly { readonly columnId: string; readonly minor: number }[]
}

/** What an acceptance brings about. */
export interface Acceptance {
  readonly lines: readonly AcceptedLine[]
  readonly phases: readonly AcceptedPhase[]
  readonly parts: readonly AcceptedPart[]
  readonly reservations: readonly PlannedPart[]
  readonly netMinor: number
  readonly vatMinor: number
  readonly totalMinor: number
  /** Null if no work is planned. */
  readonly deliveredOn: LocalDate | null
}

/** Why an acceptance is refused, in order of precedence. */
export type AcceptRefused = AlreadyDecided | QuoteNotOpen | QuoteExpired | UnknownReference | CapacityExceeded

/** Without instalments the whole order is one part, under the quote's title. */
const wholeOf = (title: string) => [{ label: title, sharePpm: 1_000_000, dueRule: "onAcceptance" as const, task: null }]

/** Why a quote cannot be accepted today, whatever its price and its work; null if it can. */
export const whyClosed = (
  { status, number, validUntil }: PricedView["quote"],
  today: LocalDate,
): AlreadyDecided | QuoteNotOpen | QuoteExpired | null => {
  if (status === "accepted" || status === "declined") return new AlreadyDecided({ quote: number, status })
  if (status !== "sent") return new QuoteNotOpen({ quote: number, status, needed: "sent" })
  return validUntil !== null && today > validUntil ? new QuoteExpired({ quote: number, validUntil }) : null
}

/** Decides on the acceptance of a sent quote. */
export const decideAcceptance = ({ view, promised, today }: AcceptanceFacts): Acceptance | AcceptRefused => {
  const { quote, revision, priced } = view
  const closed = whyClosed(quote, today)
  if (closed) return closed
  if ("_tag" in promised) return promised
  // What was sent is what is accepted: pricing the same records again gives the same cents, or something is broken.
  if (priced.totals.netMinor !== revision.net?.minor)
    throw new Error(`Quote ${quote.number} prices otherwise than sent`)
  const order = orderOf(priced)
  const lines = acceptedLines(view, order)
  const finishes = finishByTask(promised.parts)
  const { netMinor, vatMinor, payableMinor } = priced.totals
  return {
    lines,
    phases: acceptedPhases(view, promised.parts),
    parts: acceptedParts(view, order, finishes, today),
    reservations: promised.parts,
    netMinor,
    vatMinor,
    totalMinor: payableMinor,
    deliveredOn: promised.parts.length > 0 ? promised.date : null,
  }
}

/** One line per column of the order: counted lines, and charges that are shown as rows of their own. */
const acceptedLines = ({ lines, priced }: PricedView, order: InstalmentOrder): readonly AcceptedLine[] => {
  const byKey = new Map(lines.map((line) => [line.key, line]))
  const labels = chargeLabels(priced)
  return order.columns.map(({ id, netMinor, vat }): AcceptedLine => {
    const own = byKey.get(id)
    const { product, description, quantity } = own ?? {
      product: null,
      description: labels.get(id) ?? id,
      quantity: "1",
    }
    const tax = { vatCategory: vat?.category ?? "O", vatRatePpm: vat?.ratePpm ?? 0 } as const
    return { key: id, product, description, quantity, net: { minor: netMinor }, ...tax }
  })
}

/** What each charge is called, by the column that it makes: one on lines of several VAT rates makes several. */
const chargeLabels = ({ quote, footers }: PricedView["priced"]): ReadonlyMap<string, string> => {
  const labels = new Map((quote.footers ?? []).map(({ id, label }) => [id, label ?? id]))
  const columns = footers.flatMap(({ id, vatParts }) =>
    vatParts.map(({ category, ratePpm }) => [`${id} ${category} ${ratePpm}`, labels.get(id) ?? id] as const),
  )
  return new Map([...labels, ...columns])
}

const acceptedPhases = ({ lines }: PricedView, parts: readonly PlannedPart[]): readonly AcceptedPhase[] =>
  countedTasks(lines).flatMap((plan) => {
    const own = parts.filter(({ task }) => task === plan.task)
    const [first] = own
    if (!first) return []
    return [
      {
        key: plan.task,
        name: plan.name,
        originalEffortMinutes: plan.effortMinutes,
        start: own.reduce((least, { startOn }) => (startOn < least ? startOn : least), first.startOn),
        finish: own.reduce((last, { finishOn }) => (finishOn > last ? finishOn : last), first.finishOn),
      },
    ]
  })

const finishByTask = (parts: readonly PlannedPart[]): ReadonlyMap<string, LocalDate> => {
  const finishes = new Map<string, LocalDate>()
  for (const { task, finishOn } of parts) {
    const before = finishes.get(task)
    if (before === undefined || finishOn > before) finishes.set(task, finishOn)
  }
  return finishes
}

const acceptedParts = (
  view: PricedView,
  order: InstalmentOrder,
  finishes: ReadonlyMap<string, LocalDate>,
  today: LocalDate,
): readonly AcceptedPart[] => {
  const given = view.instalments.length > 0 ? view.instalments : wholeOf(view.quote.title)
  const plan = planParts(order, given)
  return given.map(({ label, sharePpm, dueRule, task }, index) => {
    const part = plan.parts[index]
    if (!part) throw new Error("A billing plan lost a part")
    const { netMinor, vatMinor, totalMinor, columns } = part
    const plannedOn = dueRule === "onAcceptance" ? today : (finishes.get(task ?? "") ?? null)
    const status = dueRule === "onAcceptance" ? ("ready" as const) : ("planned" as const)
    return { label, sharePpm, dueRule, task, plannedOn, status, netMinor, vatMinor, totalMinor, columns }
  })
}
