/** After the sale: the order and its plan, the week's work, the time bank, and what is left to invoice. */
import type { Session, Standard } from "@anbud/core"
import type { WeekRow } from "../firm/week.ts"
import { amount, hours, money, percent } from "../present/amount.ts"
import { facts, table } from "../present/table.ts"
import type { Print } from "./print.ts"

type User = Session<Standard>
/** What an acceptance gives. */
export type Won = Awaited<ReturnType<User["quotes"]["accept"]>>
type Remaining = Awaited<ReturnType<User["invoicing"]["remaining"]>>
type Balance = Awaited<ReturnType<User["timeBank"]["balance"]>>

/** Order, project and billing plan. */
export const showAcceptance = (print: Print, { quote, order, project, invoicePlan }: Won): void => {
  print(
    facts([
      ["Quote", `${quote.number} ${quote.status} by ${quote.acceptedBy ?? "?"}`],
      ["Order", `${order.number}  ${money(order.net.minor, order.currency)} net`],
      ["Project", `${project.number}  ${project.phases.map(({ name }) => name).join(", ")}`],
      ["Deadline", project.deadline ?? "none"],
    ]),
  )
  const figures = ["Net", "VAT", "To pay"].map((title) => ({ title, align: "right" as const }))
  const rows = invoicePlan.parts.map(({ label, sharePpm, plannedOn, status, net, vat, total }) => [
    label,
    percent(sharePpm),
    plannedOn ?? "",
    status,
    ...[net, vat, total].map(({ minor }) => amount(minor, order.currency)),
  ])
  const sums = [order.net, order.vat, order.total].map(({ minor }) => amount(minor, order.currency))
  const columns = [
    { title: "Part" },
    { title: "Share", align: "right" as const },
    { title: "Planned" },
    { title: "" },
    ...figures,
  ]
  print(table(columns, rows, { totals: [["All parts", "100 %", "", "", ...sums]] }))
}

/** The week's entries. */
export const showWeek = (print: Print, rows: readonly WeekRow[]): void => {
  const columns = [
    { title: "Date" },
    { title: "Who" },
    { title: "Phase" },
    { title: "Work", wrap: true },
    { title: "Hours", align: "right" as const },
  ]
  const total = rows.reduce((sum, { workedSeconds }) => sum + workedSeconds, 0)
  print(
    table(
      columns,
      rows.map(({ date, user, phase, text, billable, workedSeconds }) => [
        date,
        user,
        phase,
        billable ? text : `${text} (not billable)`,
        hours(workedSeconds / 60),
      ]),
      { totals: [["", "", "", "Logged", hours(total / 60)]] },
    ),
  )
}

/** The balance as of several dates. */
export const showBank = (print: Print, balances: readonly Balance[]): void => {
  print("\n  Prepaid hours:\n")
  const columns = [{ title: "As of" }, { title: "Balance, h", align: "right" as const }]
  print(
    table(
      columns,
      balances.map(({ asOf, balance }) => [asOf, hours(balance / 60)]),
    ),
  )
}

/** What is left, by order, and when it is planned. */
export const showRemaining = (print: Print, { orders, asOf }: Remaining): void => {
  for (const { order, remainingMinor, open } of orders) {
    print(
      facts([
        ["As of", asOf],
        ["Order", `${order.number}, ${money(order.net.minor, order.currency)} net`],
        ["Left to invoice", `${money(remainingMinor, order.currency)} net`],
      ]),
    )
    const columns = [{ title: "Open part" }, { title: "Planned" }, { title: "Net", align: "right" as const }]
    print(
      table(
        columns,
        open.map(({ label, plannedOn, net }) => [label, plannedOn ?? "unscheduled", amount(net.minor, order.currency)]),
      ),
    )
  }
}
