/** Rights: what the seller, a seller of another unit and the project manager get of the same quote. */
import { isRefusal, type Session, type Standard } from "@anbud/core"
import { decimal, money, percent } from "../present/amount.ts"
import { table } from "../present/table.ts"
import type { Print } from "./print.ts"

type User = Session<Standard>

/** Asks for costs and for the quote as three users, and shows what each is told. */
export const showRights = async (print: Print, as: (user: string) => User, quote: string): Promise<void> => {
  const rows: string[][] = []
  for (const [login, role] of [
    ["anna", "seller of North"],
    ["eva", "seller of South"],
    ["bjorn", "project manager"],
  ] as const) {
    const user = as(login)
    const told = (what: string, call: Promise<string>): Promise<void> =>
      call.then(
        (text) => void rows.push([`${login}, ${role}`, what, text]),
        (error: unknown) => {
          if (!isRefusal(error)) throw error
          rows.push([`${login}, ${role}`, what, error.message.replace(quote, "with this id")])
        },
      )
    await told("quote", netOf(user, quote))
    await told("its margin", marginOf(user, quote))
    await told("what P32 costs", costOf(user, "P32"))
    await told("products dearer than 90 000", dearerThan(user, "90000"))
  }
  print(table([{ title: "Who" }, { title: "asks for" }, { title: "and is told", wrap: true }], rows))
}

const netOf = async (user: User, quote: string): Promise<string> => {
  const { priced } = await user.quotes.preview({ quote })
  return `${money(priced.totals.netMinor, priced.currency)} net`
}

const marginOf = async (user: User, quote: string): Promise<string> => {
  const { totals } = (await user.quotes.preview({ quote })).priced
  return totals.marginPpm === undefined ? "nothing" : percent(totals.marginPpm, 1)
}

const costOf = async (user: User, number: string): Promise<string> => {
  const [product] = (await user.catalogue.products.list({ where: { number } })).items
  return product?.unitCost === undefined ? "nothing" : decimal(product.unitCost, 2)
}

const dearerThan = async (user: User, unitCost: string): Promise<string> => {
  const { items } = await user.catalogue.products.list({ where: { unitCost: { gt: unitCost } } })
  return items.map(({ number }) => number).join(", ")
}
