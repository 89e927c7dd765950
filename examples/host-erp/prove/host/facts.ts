/** What a database must show after any crash: the ERP's rows, the engine's and the outbox say the same. */
import { createEngine, type Id, type Order, type Quote, standard } from "@anbud/core"
import { FIRM } from "../../erp.ts"
import { databaseAt, type Place } from "./place.ts"

/** What was found to be wrong, in words, and how many orders there are. */
export interface Facts {
  readonly problems: readonly string[]
  readonly orders: ReadonlySet<string>
}

/** Looks at everything in one statement, which sees one moment; then verifies the journal. */
export const factsAt = async (place: Place): Promise<Facts> => {
  const database = databaseAt(place)
  const engine = await createEngine({ store: database.store, plugins: standard })
  try {
    const prefix = place.kind === "sqlite" ? "anbud_" : ""
    const rows = await database.transaction(({ run }) => run(QUESTION.replaceAll("engine:", prefix)))
    const column = (kind: string, name: "id" | "of" = "id"): readonly string[] =>
      rows
        .filter((row) => row["kind"] === kind)
        .map((row) => String(row[name]))
        .sort()
    const outbox = column("outbox", "of").map((body) => (JSON.parse(body) as Event).outcome.order)
    const { broken } = await engine.journal.verify({ tenant: FIRM.id })
    const problems = [
      ...differences("orders", column("erp order", "of"), column("order")),
      ...differences("orders and events", column("order"), [...outbox].sort()),
      ...differences("accepted quotes", column("erp order quote"), column("accepted")),
      ...differences("customers", column("erp customer"), column("company")),
      ...differences("debts", column("debt"), column("owed")),
      ...column("draft").map((id) => `quote ${id} was made and not sent`),
      ...(broken === null ? [] : [`the journal: ${JSON.stringify(broken)}`]),
    ]
    return { problems, orders: new Set(column("erp order")) }
  } finally {
    await engine.close()
    await database.close()
  }
}

interface Event {
  readonly outcome: { readonly order: Id<typeof Order.name>; readonly quote: Id<typeof Quote.name> }
}

const QUESTION = `
  select 'erp order' as kind, number as id, engine_order as of from erp_order
  union all select 'erp order quote', quote, null from erp_order
  union all select 'erp customer', company, null from erp_customer
  union all select 'debt', number || ' ' || owed_minor, null from erp_customer
  union all select 'owed', c.number || ' ' || (select coalesce(sum(total_minor), 0) from erp_order where customer = c.number),
    null from erp_customer c
  union all select 'order', id, null from "engine:order"
  union all select 'company', id, null from "engine:company"
  union all select 'accepted', id, null from "engine:quote" where status = 'accepted'
  union all select 'draft', id, null from "engine:quote" where status = 'draft'
  union all select 'outbox', id, body from "engine:outbox"`

const differences = (what: string, some: readonly string[], others: readonly string[]): readonly string[] => {
  const [left, right] = [new Set(some), new Set(others)]
  const lost = [...some.filter((id) => !right.has(id)), ...others.filter((id) => !left.has(id))]
  return some.length === others.length && lost.length === 0 ? [] : [`${what}: ${lost.join(", ")}`]
}
