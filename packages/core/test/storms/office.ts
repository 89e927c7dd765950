/** An office: several engines on one database, and the people who all use them at once. */
import { createEngine, type Engine, type Session, type Standard, type Store, standard } from "@anbud/core"
import { FIRM } from "../crash/business.ts"

/** Several engines on one database, as in several processes. */
export interface Office {
  readonly journal: Engine<Standard>["journal"]
  /** A session of the administrator on one of the engines, in turn. */
  session(index: number): Session<Standard>
  close(): Promise<void>
}

/** Opens so many engines on one database. */
export const openOffice = async (newStore: () => Store, count: number): Promise<Office> => {
  const engines: Engine<Standard>[] = []
  for (let index = 0; index < count; index += 1) {
    const engine = await createEngine({ store: newStore(), plugins: standard })
    await engine.tenants.create(FIRM)
    engines.push(engine)
  }
  const sessions = engines.map((engine) => engine.as({ tenant: FIRM.id, user: FIRM.admin }))
  const [first] = engines
  if (!first) throw new Error("An office needs an engine")
  return {
    journal: first.journal,
    session: (index) => sessions[index % sessions.length] as Session<Standard>,
    close: async () => {
      for (const engine of engines) await engine.close()
    },
  }
}

let made = 0

/** A customer's time bank with so many seconds in it. */
export const newAccount = async (office: Office, seconds: number): Promise<string> => {
  const { parties, timeBank } = office.session(0)
  const number = `S${process.pid}-${made++}`
  const { id: customer } = await parties.companies.create({ number, name: number, country: "SE", currency: "SEK" })
  const { id: account } = await timeBank.open({ customer, name: number })
  if (seconds > 0) await timeBank.topUp({ account, effectiveOn: "2025-03-01", seconds })
  return account
}

/** Counts outcomes by what became of them: `done`, or the tag of a refusal. */
export type Outcomes = Record<string, number>

/** Counts one more. */
export const count = (outcomes: Outcomes, what: string): void => {
  outcomes[what] = (outcomes[what] ?? 0) + 1
}
