/** The week after the acceptance: time on the project, and prepaid hours of the time bank. */
import type { LocalDate, Session, Standard, TimeBankAccount } from "@anbud/core"
import { parseDecimal, parseMoney } from "@anbud/pricing"
import type { Send } from "./calls.ts"
import { type Folder, readFirmFile } from "./files.ts"

interface LoggedTime {
  readonly id: string
  readonly date: LocalDate
  readonly user: string
  readonly hours: string
  readonly phase: string
  readonly text: string
  readonly billable: boolean
}

/** timebank.json. */
interface BankFile {
  readonly name: string
  readonly roundUpMinutes: number
  readonly topUps: readonly {
    readonly id: string
    readonly effectiveOn: LocalDate
    readonly hours: string
    readonly unitPrice: string
    readonly currency: string
    readonly text: string
  }[]
  readonly debits: readonly {
    readonly id: string
    readonly effectiveOn: LocalDate
    readonly hours: string
    readonly text: string
  }[]
}

/** A time entry as the week's table shows it. */
export interface WeekRow extends LoggedTime {
  readonly workedSeconds: number
}

type User = Session<Standard>

/** Everybody logs their own time; the command replays by its key. */
export const logTheWeek = async (
  as: (user: string) => User,
  project: string,
  folder: Folder,
  send: Send,
): Promise<readonly WeekRow[]> => {
  const entries = JSON.parse(readFirmFile(folder, "time.json").text) as readonly LoggedTime[]
  const rows: WeekRow[] = []
  for (const entry of entries) {
    const me = as(entry.user)
    const own = await me.organisation.me({})
    const logged = await send(
      me.time.log(
        {
          project,
          phase: entry.phase,
          user: own.user,
          date: entry.date,
          workedSeconds: secondsOf(entry.hours),
          description: entry.text,
          isBillable: entry.billable,
        },
        { idempotencyKey: `time/${entry.id}` },
      ),
    )
    rows.push({ ...entry, workedSeconds: logged.workedSeconds })
  }
  return rows
}

/** Opens the customer's time bank and tops it up. */
export const openTheBank = async (
  bjorn: User,
  customer: string,
  folder: Folder,
  send: Send,
): Promise<TimeBankAccount> => {
  const bank = readBank(folder)
  const { name, roundUpMinutes } = bank
  const account = await send(bjorn.timeBank.open({ customer, name, roundUpMinutes }, { idempotencyKey: "bank/open" }))
  for (const { id, effectiveOn, hours, unitPrice, currency, text } of bank.topUps) {
    const hourPrice = parseMoney(unitPrice, currency)
    if (!hourPrice.ok) throw new Error(`${id}: ${unitPrice} is no price`)
    const input = {
      account: account.id,
      effectiveOn,
      seconds: secondsOf(hours),
      hourPrice: hourPrice.value,
      note: text,
    }
    await send(bjorn.timeBank.topUp(input, { idempotencyKey: `bank/${id}` }))
  }
  return account
}

/** Draws the week's prepaid work from the time bank. */
export const debitTheBank = async (bjorn: User, account: string, folder: Folder, send: Send): Promise<void> => {
  for (const { id, effectiveOn, hours, text } of readBank(folder).debits) {
    const input = { account, effectiveOn, seconds: secondsOf(hours), note: text }
    await send(bjorn.timeBank.debit(input, { idempotencyKey: `bank/${id}` }))
  }
}

const readBank = (folder: Folder): BankFile => JSON.parse(readFirmFile(folder, "timebank.json").text) as BankFile

const secondsOf = (hours: string): number => {
  const parsed = parseDecimal(hours, { maxScale: 2 })
  if (!parsed.ok) throw new Error(`${hours} are no hours`)
  return (Number(parsed.value.mantissa) * 3600) / 10 ** parsed.value.scale
}
