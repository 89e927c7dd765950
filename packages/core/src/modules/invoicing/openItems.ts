/** Open items: what is left of each invoice, and how long it is overdue. Pure. */
import type { LocalDate } from "../../kernel/field.ts"

/** An entry, as open items need it. */
export interface ItemEntry {
  readonly moved: number
  readonly dueOn: LocalDate | null
  readonly invoiceNumber: string | null
}

/** An invoice of which something is open; without a number what is about none. */
export interface OpenItem {
  readonly invoiceNumber: string | null
  /** The earliest day that an entry of it was due, null if none says. */
  readonly dueOn: LocalDate | null
  readonly openMinor: number
  /** 0 if it is not. */
  readonly daysOverdue: number
}

/** What is open on a day. */
export interface OpenItems {
  readonly balanceMinor: number
  readonly overdueMinor: number
  readonly items: readonly OpenItem[]
  /** What is open by days overdue: none, and up to 30, 60, 90 and more. */
  readonly ageing: Readonly<Record<"notDue" | "upTo30" | "upTo60" | "upTo90" | "older", number>>
}

const DAY_MILLISECONDS = 86_400_000

/** Adds up entries by invoice; what came to nothing is not open. The longest overdue come first. */
export const openItemsOf = (entries: readonly ItemEntry[], on: LocalDate): OpenItems => {
  const numbers = [...new Set(entries.map(({ invoiceNumber }) => invoiceNumber))]
  const items = numbers.flatMap((invoiceNumber): readonly OpenItem[] => {
    const own = entries.filter((entry) => entry.invoiceNumber === invoiceNumber)
    const openMinor = sum(own.map(({ moved }) => moved))
    const [dueOn = null] = own.flatMap((entry) => entry.dueOn ?? []).sort()
    // What the customer has paid too much is due to it, and is never overdue.
    const isLate = dueOn !== null && dueOn < on && openMinor > 0
    const daysOverdue = isLate ? (Date.parse(on) - Date.parse(dueOn)) / DAY_MILLISECONDS : 0
    return openMinor === 0 ? [] : [{ invoiceNumber, dueOn, openMinor, daysOverdue }]
  })
  const between = (from: number, to: number): number =>
    sum(items.filter(({ daysOverdue }) => daysOverdue >= from && daysOverdue <= to).map(({ openMinor }) => openMinor))
  return {
    balanceMinor: sum(entries.map(({ moved }) => moved)),
    overdueMinor: between(1, Number.POSITIVE_INFINITY),
    items: [...items].sort((one, other) => other.daysOverdue - one.daysOverdue),
    ageing: {
      notDue: between(0, 0),
      upTo30: between(1, 30),
      upTo60: between(31, 60),
      upTo90: between(61, 90),
      older: between(91, Number.POSITIVE_INFINITY),
    },
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
